"""History of a real Core: what just happened, imported statistics, the logbook, energy."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import pytest_asyncio

from ha_mcp.home import Home, Question, Recorded, Span, span
from ha_mcp.problems import NotFound, Unsupported
from lab.core import RunningCore, running_core
from live.homes import eventually, home_of

pytestmark = pytest.mark.live

METER = "sensor.total_energy_kwh"  # the energy dashboard of the demo home shows it


@pytest_asyncio.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """One Core for all that is asked here."""
    async with running_core(home="demo") as running:
        yield running


@pytest_asyncio.fixture(scope="module")
async def home(core: RunningCore) -> AsyncIterator[Home]:
    """Return the home of an administrator, with two days of statistics of a meter."""
    async with home_of(core) as home:
        await import_hours(home, METER, "recorder", "Meter")
        await import_hours(home, "lab:meter", "lab", "Lab meter")
        yield home


async def import_hours(home: Home, statistic_id: str, source: str, name: str) -> None:
    """Give a meter 48 full hours: one kWh in each of the first day, two in the second's."""
    first = home.times.moment("yesterday").astimezone(tz=None) - timedelta(days=1)
    sums = [hour + max(0, hour - 23) for hour in range(48)]
    await home.core.command(
        "recorder/import_statistics",
        metadata={
            "statistic_id": statistic_id, "source": source, "name": name, "has_sum": True,
            "mean_type": 0, "unit_class": "energy", "unit_of_measurement": "kWh",
        },
        stats=[
            {"start": (first + timedelta(hours=hour)).isoformat(), "state": total, "sum": total}
            for hour, total in enumerate(sums)
        ],
    )  # fmt: skip

    async def imported() -> bool:
        return len(await rows_of(home, statistic_id)) >= 40

    await eventually(imported)


async def rows_of(home: Home, statistic_id: str) -> list[float | None]:
    """Return the hourly changes, oldest first."""
    stretch = span("3d", None, home.times.now())
    try:
        found = await home.history.read(Question([statistic_id], stretch, period="hour"))
    except NotFound:  # not imported yet
        return []
    return [row.change for row in reversed(found.rows)]


async def switched(home: Home, entity_id: str, action: str) -> None:
    """Switch something and wait until the mirror has seen it."""
    heard = asyncio.Event()
    stop = home.states.listen(
        lambda _, new: heard.set() if new and new.entity_id == entity_id else None
    )
    domain, _, name = action.partition(".")
    await home.core.command(
        "call_service", domain=domain, service=name, target={"entity_id": entity_id}
    )
    async with asyncio.timeout(5):
        await heard.wait()
    stop()


async def asked(home: Home, *entity_ids: str, start: str = "1h", **more: Any) -> Recorded:
    """Ask for history until now."""
    stretch = span(start, None, home.times.now())
    return await home.history.read(Question(entity_ids, stretch, **more))


async def test_what_just_happened_is_history_at_once(home: Home) -> None:
    """Also while the recorder has not written it."""
    await switched(home, "light.kitchen_counter", "light.turn_on")
    first = await asked(home, "light.kitchen_counter")
    await switched(home, "light.kitchen_counter", "light.turn_off")
    second = await asked(home, "light.kitchen_counter")

    assert [first.rows[0].state, second.rows[0].state] == ["on", "off"]
    assert second.summaries[0].last == "off"

    async def recorded() -> bool:
        rows = (await asked(home, "light.kitchen_counter")).rows
        return [row.state for row in rows][:2] == ["off", "on"]

    assert await eventually(recorded)


async def test_many_entities_are_read_at_once(home: Home) -> None:
    """Of every domain, attributes or not."""
    ids = [
        state.entity_id for state in home.states if state.domain in ("light", "climate", "sensor")
    ]

    recorded = await asked(home, *ids[:50])

    assert len(recorded.summaries) == min(50, len(ids))
    assert sum(1 for one in recorded.summaries if one.first) > 20


async def test_statistics_of_hours_and_days_are_cores_own(home: Home) -> None:
    """The whole is what the hours add up to; days are days of the home's zone."""
    hours = await rows_of(home, METER)
    assert [hours[1], hours[30]] == [1, 2]

    days = await asked(home, METER, start="yesterday", period="day")

    assert [row.change for row in days.rows] == [48]
    assert days.summaries[0].change == 48
    assert days.summaries[0].subject.unit == "kWh"


async def test_yesterday_is_compared_with_the_day_before(home: Home) -> None:
    """With a statistic that has no entity, as providers import them."""
    recorded = await asked(home, "lab:meter", start="yesterday", compare=True)

    before = recorded.summaries[0].previous
    assert recorded.summaries[0].subject.name == "Lab meter"
    assert before is not None
    assert before.change is not None
    assert recorded.summaries[0].change == 48


async def test_the_energy_dashboard_is_known(home: Home) -> None:
    """Its device, in its role."""
    recorded = await asked(home, "energy", start="yesterday")

    assert METER in [one.subject.id for one in recorded.summaries]
    assert all(one.subject.role for one in recorded.summaries)


async def test_the_logbook_tells_the_action(home: Home) -> None:
    """Who or what switched it."""
    await switched(home, "switch.decorative_lights", "switch.turn_off")

    async def told() -> str | None:
        recorded = await asked(home, "switch.decorative_lights", source="logbook")
        return recorded.rows[0].cause if recorded.rows else None

    assert "action switch.turn_off" in (await eventually(told) or "")


async def test_slices_of_a_long_time_join_to_one_series(home: Home) -> None:
    """Three months are read in a few questions; every state begins where the one before ended."""
    recorded = await asked(home, "light.kitchen_counter", start="90d", source="states")

    states = [row.state for row in recorded.rows]
    assert all(one != other for one, other in pairwise(states))
    assert recorded.notes == []


async def test_a_non_admin_reads_history_too(core: RunningCore) -> None:
    """Only why an entity has no history stays unknown."""
    async with home_of(core, core.nonadmin_token) as resident:
        recorded = await asked(resident, "light.kitchen_island", "conversation.home_assistant")

    assert len(recorded.summaries) == 2


async def test_a_switch_has_no_statistics(home: Home) -> None:
    """Asked for by name it is an error, not an empty table."""
    with pytest.raises(Unsupported):
        await asked(home, "light.kitchen_counter", source="statistics")


async def test_the_span_before_is_read_the_same_way(home: Home) -> None:
    """An hour before Core was set up there is nothing, and that is said."""
    now = home.times.now()
    stretch = Span(now - timedelta(days=400), now - timedelta(days=399))

    recorded = await home.history.read(Question(["light.kitchen_counter"], stretch))

    assert recorded.summaries[0].empty
