"""A write waits for its own loading: neither for that of others nor for two of its own."""

import asyncio
from typing import Any

import pytest

from fakes.house import FakeHouse
from ha_mcp.documents.kinds import _reloading
from ha_mcp.documents.kinds._reloading import loading
from ha_mcp.problems import Unsupported

EVENT = "automation_reloaded"
ORDER: dict[str, Any] = {"domain": "automation", "service": "reload", "service_data": {"id": "one"}}


@pytest.fixture
def house() -> FakeHouse:
    """Return a home that can load its automations, and scripts."""
    house = FakeHouse()
    house.add_action("automation.reload")
    house.add_action("script.reload")
    return house


async def test_what_core_loads_by_itself_is_only_waited_for(house: FakeHouse) -> None:
    """The event says when."""
    async with loading(house, "automation") as ending:
        ended = asyncio.ensure_future(ending.end("one", yes))
        await asyncio.sleep(0)
        before = ended.done()
        house.fire(EVENT)
        await ended

    assert not before
    assert ordered(house) == []
    assert house.listeners == 0


async def test_an_event_before_the_end_of_storing_counts(house: FakeHouse) -> None:
    """Core may be quick: the answer to the write comes after it then."""
    async with loading(house, "automation") as ending:
        house.fire(EVENT)
        await ending.end("one", yes)

    assert ordered(house) == []


async def test_what_others_had_loaded_does_not_count(house: FakeHouse) -> None:
    """It may have been read from the file before."""
    async with loading(house, "automation") as ending:
        house.fire(EVENT)
        await ending.end("one", no)

    assert ordered(house) == [ORDER]


async def test_without_an_event_loading_is_ordered(
    house: FakeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Core does not say that it could not read its files; it says so when it is asked to load."""
    monkeypatch.setattr(_reloading, "_PATIENCE", 0.01)

    async with loading(house, "automation") as ending:
        await ending.end("one", yes)

    assert ordered(house) == [ORDER]


async def test_where_nobody_may_listen_it_is_ordered_at_once(
    house: FakeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token may be allowed to write and not to listen."""

    async def refuse(*_: Any, **__: Any) -> Any:
        raise Unsupported("Nobody may listen to that")

    monkeypatch.setattr(house, "subscribe", refuse)

    async with loading(house, "automation") as ending:
        await ending.end("one", yes)

    assert ordered(house) == [ORDER]


async def test_scripts_are_loaded_all_and_without_an_event(house: FakeHouse) -> None:
    """Core has no other way."""
    async with loading(house, "script") as ending:
        listeners = house.listeners
        await ending.end("one", yes)

    assert listeners == 0
    assert ordered(house) == [{"domain": "script", "service": "reload", "service_data": {}}]


async def yes() -> bool:
    """Say that it is loaded."""
    return True


async def no() -> bool:
    """Say that it is not."""
    return False


def ordered(house: FakeHouse) -> list[dict[str, Any]]:
    """Return what was ordered."""
    return [fields for kind, fields in house.sent if kind == "call_service"]
