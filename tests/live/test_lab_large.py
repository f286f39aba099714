"""The large home is as large and as nasty as it is said to be, and always the same."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from lab.client import core_client
from lab.core import RunningCore, running_core
from lab.homes import bodies
from lab.homes.plan import AREAS, DEVICES, make_plan

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """One large home for all that is counted here."""
    async with running_core(home="large") as running:
        yield running


@pytest.fixture(scope="module")
async def states(core: RunningCore) -> dict[str, dict[str, Any]]:
    """Every state by its entity."""
    async with core_client(core.url, core.token) as client:
        return {state["entity_id"]: state for state in await client.get("/api/states")}


def test_the_plan_is_the_same_each_time() -> None:
    """Answers about the home can be written into tests."""
    assert make_plan() == make_plan()


async def test_it_has_the_size_that_figures_are_given_for(states: dict[str, Any]) -> None:
    """Measurements of different days can be compared."""
    domains = Counter(entity_id.partition(".")[0] for entity_id in states)

    assert 6500 < len(states) < 6900
    assert domains["automation"] == bodies.AUTOMATIONS
    assert domains["script"] == bodies.SCRIPTS
    assert domains["scene"] == bodies.SCENES


async def test_devices_and_areas_are_all_there(core: RunningCore) -> None:
    """The ids of areas with foreign names are those that Core makes."""
    async with core_client(core.url, core.token) as client:
        devices = await client.command("config/device_registry/list")
        areas = await client.command("config/area_registry/list")

    assert len(devices) >= DEVICES
    assert {row["area_id"]: row["name"] for row in areas}.items() >= {
        area.id: area.name for area in AREAS
    }.items()


async def test_low_batteries_are_those_of_the_plan(states: dict[str, dict[str, Any]]) -> None:
    """What a search for them has to find is known beforehand."""
    low = {
        entity_id
        for entity_id, state in states.items()
        if state["attributes"].get("device_class") == "battery"
        and state["state"].replace(".", "").isdigit()
        and float(state["state"]) < 20
    }

    assert low == set(make_plan().low_batteries(20))


async def test_some_entities_are_unavailable_unknown_or_orphaned(
    states: dict[str, dict[str, Any]],
) -> None:
    """Real homes are never whole."""
    counts = Counter(state["state"] for state in states.values())

    assert counts["unavailable"] > 200
    assert counts["unknown"] > 50
    assert states["sensor.removed_device_0"]["attributes"]["restored"] is True


async def test_states_change_at_the_rate_that_is_asked_for(core: RunningCore) -> None:
    """The cost of a busy home is measured with it."""
    async with core_client(core.url, core.token) as client, asyncio.timeout(4):
        await client.command("subscribe_events", event_type="state_changed")
        await client.act("large_home.set_change_rate", per_second=50)
        seen = [await client.event() for _ in range(60)]
        await client.act("large_home.set_change_rate", per_second=0)

    assert len({event["data"]["entity_id"] for event in seen}) > 50
