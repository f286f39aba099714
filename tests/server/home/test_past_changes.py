"""The last seconds belong to history before the recorder has written them."""

from datetime import UTC, datetime
from typing import Any

from fakes.house import FakeHouse
from ha_mcp.home.past.changes import Changes
from ha_mcp.home.past.recorded import Read, Subject
from ha_mcp.home.states import States
from ha_mcp.home.times import Span

LAMP = Subject("light.lamp", "Lamp")
HOUR = 3600


async def read(house: FakeHouse, written: list[tuple[str, float]], *, end: float) -> Read:
    """Return the changes of the lamp in the hour until ``end``; the recorder knows ``written``."""
    series = [{"s": state, "lu": at} for state, at in written]
    known: dict[str, Any] = {LAMP.id: series} if series else {}
    house.answers["history/history_during_period"] = lambda _: known
    states = States()
    await house.subscribe("subscribe_entities", states.receive)
    start, until = (datetime.fromtimestamp(at, UTC) for at in (end - HOUR, end))
    return await Changes(house, states).read([LAMP], Span(start, until))


def lit(state: str = "on") -> tuple[FakeHouse, float]:
    """Return a house with a lamp, and when its state changed."""
    house = FakeHouse()
    house.add(LAMP.id, state)
    return house, float(house.states[LAMP.id]["lc"])


async def test_an_entity_the_recorder_never_wrote_begins_with_its_live_state() -> None:
    """A home that has just started asks before the recorder's first commit."""
    house, changed = lit()

    [summary], rows, _ = await read(house, [], end=changed + 2)

    assert [(row.state, row.at) for row in rows] == [("on", changed)]
    assert (summary.last, summary.changes) == ("on", 1)


async def test_an_old_state_that_was_never_written_is_not_history() -> None:
    """It is left out of the recorder: what is known of it is not when it was otherwise."""
    house, changed = lit()

    [summary], rows, _ = await read(house, [], end=changed + 60)

    assert not rows
    assert summary.empty


async def test_a_newer_live_state_continues_what_was_written() -> None:
    """However long the recorder lags."""
    house, changed = lit()

    _, rows, _ = await read(house, [("off", changed - 60)], end=changed + 60)

    assert [row.state for row in rows] == ["on", "off"]


async def test_what_changed_and_came_back_before_it_was_written_is_told() -> None:
    """Switched on and off within a second: the recorder still has what was before both."""
    house, changed = lit("off")

    [summary], rows, _ = await read(house, [("off", changed - 60)], end=changed + 1)

    assert [(row.state, row.at) for row in rows] == [("off", changed), ("off", changed - 60)]
    assert summary.last == "off"


async def test_what_was_written_already_is_not_told_twice() -> None:
    """The same state is no change."""
    house, changed = lit()

    _, rows, _ = await read(house, [("on", changed - 0.0001)], end=changed + 1)

    assert [row.state for row in rows] == ["on"]
