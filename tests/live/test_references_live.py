"""References in a real Core: its bodies have the shapes that the home in memory has."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from ha_mcp.home import Home
from lab.client import core_client
from lab.core import RunningCore, running_core
from live.homes import eventually, home_of

pytestmark = pytest.mark.live


@pytest_asyncio.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """Run the small home."""
    async with running_core(home="demo") as running:
        yield running


@pytest_asyncio.fixture(scope="module")
async def home(core: RunningCore) -> AsyncIterator[Home]:
    """Return the small home, bodies included."""
    async with home_of(core) as home:

        async def complete() -> bool:
            return home.bodies.complete

        await eventually(complete)
        yield home


async def _places(home: Home, thing: str) -> set[tuple[str, str, str]]:
    found = await home.references.to(thing)
    return {(one.kind, one.name, one.path) for one in found.references}


async def test_every_sort_of_document_is_read(home: Home) -> None:
    """And nothing of it was refused."""
    assert {document.kind for document in home.bodies} == {
        *("automation", "script", "scene", "dashboard", "helper", "person"),
        *("assist_pipeline", "energy"),
    }
    assert home.bodies.unread == []


async def test_a_light_is_found_in_script_dashboard_and_flow_helper(home: Home) -> None:
    """The group's members stand in its options form, and in its state."""
    places = await _places(home, "light.bed_light")

    assert places >= {
        ("script", "Slow dim", "/sequence/1/target/entity_id"),
        ("dashboard", "Home view", "/views/1/sections/0/cards/0/entity"),
        ("helper", "Evening lights", "/options/entities/1"),
    }


async def test_a_sensor_is_found_in_a_template_card_a_badge_and_a_helper(home: Home) -> None:
    """Wherever it is named."""
    kitchen = await _places(home, "sensor.kitchen_temperature")
    outside = await _places(home, "sensor.outside_temperature")

    assert kitchen >= {
        ("dashboard", "Home view", "/views/0/cards/2/content"),
        ("helper", "Mean temperature", "/options/entity_ids/0"),
    }
    assert outside >= {
        ("dashboard", "Home view", "/views/0/badges/1"),
        ("helper", "Mean temperature", "/options/entity_ids/1"),
    }


async def test_persons_energy_and_scenes_name_entities(home: Home) -> None:
    """Each kind of body has its own shape."""
    tracker = await _places(home, "device_tracker.demo_anne_therese")
    energy = await _places(home, "sensor.total_energy_kwh")
    light = await _places(home, "light.kitchen_lights")

    assert ("person", "Anna", "/device_trackers/0") in tracker
    assert ("energy", "Energy dashboard", "/device_consumption/0/stat_consumption") in energy
    assert ("scene", "Dinner", "/entities/0") in light


async def test_an_area_and_what_reaches_a_light_through_it(home: Home) -> None:
    """An automation that switches the room switches the lamp."""
    of_area = await home.references.to("Kitchen")
    of_light = await home.references.to("light.kitchen_lights")

    automation = "Kitchen lights at sunset"
    assert [one.how for one in of_area.references if one.name == automation] == [""]
    assert of_area.members["entity"] == 6
    assert [one.how for one in of_light.references if one.name == automation] == [
        "through its area Kitchen"
    ]


async def test_an_entity_that_is_gone_is_found_where_it_is_named(home: Home) -> None:
    """A dead reference is found by asking for what is dead."""
    found = await home.references.to("light.no_longer_there")

    assert [(one.kind, one.path) for one in found.references] == [
        ("dashboard", "/views/1/sections/0/cards/2/entity")
    ]


async def test_what_an_options_form_says_is_read_again_when_it_changes(
    home: Home, core: RunningCore
) -> None:
    """The entry says when it was modified; nothing else announces it."""
    helper = next(one for one in home.bodies.of_kind("helper") if one.name == "Mean temperature")
    path = "/api/config/config_entries/options/flow"

    async with core_client(core.url, core.token) as client:
        form = await client.post(path, {"handler": helper.id})
        sensors = ["sensor.carbon_dioxide", "sensor.outside_temperature"]
        changed = {"entity_ids": sensors, "type": "mean", "round_digits": 1}
        await client.post(f"{path}/{form['flow_id']}", changed)

    assert ("helper", "Mean temperature", "/options/entity_ids/0") in await _places(
        home, "sensor.carbon_dioxide"
    )


async def test_without_admin_rights_it_says_what_was_not_searched(core: RunningCore) -> None:
    """Dashboards are still searched, and of helpers what their entities tell."""
    async with home_of(core, core.nonadmin_token) as home:
        found = await home.references.to("light.bed_light")

    assert {one.kind for one in found.references} == {"dashboard", "helper"}
    assert {"automation", "script", "helper"} <= {one.kind for one in found.unreachable}
