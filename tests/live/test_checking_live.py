"""What Core would take and what it refuses: both are named with their place before a write."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from ha_mcp.documents import Edit, Plan, Store, Wish
from ha_mcp.home import Home
from lab.core import running_core
from live.documents import documents
from live.homes import eventually

pytestmark = pytest.mark.live

type Body = dict[str, Any]

SUNSET = {"trigger": "sun", "event": "sunset"}
NOTHING = {"delay": 1}


@pytest_asyncio.fixture(scope="module")
async def opened_store(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[Store, Home]]:
    """Open the documents of the small home."""
    async with (
        running_core(home="demo") as core,
        documents(core, tmp_path_factory.mktemp("journal")) as both,
    ):
        yield both


@pytest.fixture(scope="module")
def store(opened_store: tuple[Store, Home]) -> Store:
    """Return the store."""
    return opened_store[0]


@pytest.fixture(scope="module")
def home(opened_store: tuple[Store, Home]) -> Home:
    """Return the home."""
    return opened_store[1]


async def planned(store: Store, **body: Any) -> Plan:
    """Plan an automation with something in it."""
    whole = {"alias": "Case checked", "triggers": [SUNSET], "actions": [NOTHING]}
    wish = Wish(Edit(config=whole | body))
    return await store.plan_set("automation", [wish], may_shrink=False)


@pytest.mark.parametrize(
    ("trigger", "path", "words"),
    [
        ({"trigger": "state", "entity_id": "light.nowhere"}, "entity_id", "never fires"),
        ({"trigger": "state", "entity_id": "binary_sensor.hallway_motion", "to": "motion"},
         "to", "off, on"),
        ({"trigger": "state", "entity_id": "input_select.house_mode", "to": "away"},
         "to", "Away"),
        ({"trigger": "numeric_state", "entity_id": "light.kitchen_lights", "above": 5},
         "entity_id", "never a number"),
        ({"trigger": "time", "at": "input_datetime.nowhere"}, "at", "never fires"),
        ({"trigger": "zone", "entity_id": "device_tracker.demo_paulus", "zone": "zone.nowhere",
          "event": "enter"}, "zone", "never fires"),
        ({"trigger": "motion.detected", "target": {"entity_id": "light.kitchen_lights"}},
         "target", "it has: light."),
        ({"trigger": "template", "value_template": "{{ 1 == 1 }}"}, "value_template", "never"),
        ({"trigger": "template", "value_template": "{{ is_state('sun.sun', 'above_horizon') }}"},
         "value_template", '"to":"above_horizon"'),
    ],
)  # fmt: skip
async def test_core_takes_it_and_it_never_fires(
    store: Store, trigger: Body, path: str, words: str
) -> None:
    """It is advice, with its place."""
    plan = await planned(store, triggers=[trigger])

    assert plan.errors == []
    assert [one.path for one in plan.advice] == [f"/triggers/0/{path}"]
    assert words in plan.advice[0].message


@pytest.mark.parametrize(
    ("body", "path", "words"),
    [
        ({"triggers": [SUNSET, {"trigger": "motion.detectd", "target": {"area_id": "kitchen"}}]},
         "/triggers/1", "motion.detected"),
        ({"triggers": [SUNSET, {"trigger": "state", "entity_id": "sun.sun", "too": 1}]},
         "/triggers/1/too", "not "),
        ({"triggers": [{"trigger": "time", "at": "25:00"}]}, "/triggers/0/at/0", "HH:MM"),
        ({"triggers": [{"trigger": "event", "event_type": "x", "for": 5}]},
         "/triggers/0/for", "not "),
        ({"conditions": [{"condition": "state", "entity_id": "sun.sun"}]},
         "/conditions/0/state", "required"),
        ({"conditions": [{"condition": "light.is_onn", "target": {"area_id": "kitchen"}}]},
         "/conditions", "light.is_on"),
        ({"actions": [NOTHING, {"if": "{{ true }}", "then": [{"dealy": 5}]}]},
         "/actions/1/then/0", "Unable to determine"),
        ({"actions": [{"action": "light.turn_on", "target": {"area_id": "kitchen"},
                       "data": {"color_temp": 300}}]},
         "/actions/0/data/color_temp", "color_temp_kelvin"),
    ],
)  # fmt: skip
async def test_what_core_refuses_is_an_error_at_its_place(
    store: Store, body: Body, path: str, words: str
) -> None:
    """With the nearest that there is."""
    plan = await planned(store, **body)

    assert [one.path for one in plan.errors] == [path]
    assert words in f"{plan.errors[0].message} {plan.errors[0].similar}"


async def test_what_an_action_takes_no_more_is_refused_by_core_too(home: Home) -> None:
    """The table of old names is right about this Core: it fails when it runs."""
    with pytest.raises(Exception, match="color_temp"):
        await home.core.command(
            "call_service",
            domain="light",
            service="turn_on",
            target={"entity_id": "light.kitchen_lights"},
            service_data={"color_temp": 300},
        )


async def test_the_states_of_the_demo_home_are_possible_states(store: Store, home: Home) -> None:
    """The table of states is right about every entity that a home has."""
    for state in list(home.states):
        plan = await planned(
            store, triggers=[{"trigger": "state", "entity_id": state.entity_id, "to": state.state}]
        )
        assert plan.advice == [], state


async def test_a_disabled_entity_never_fires(store: Store, home: Home) -> None:
    """It is there, and silent."""
    light, change = "light.bed_light", "config/entity_registry/update"

    async def is_off() -> bool:
        return light not in home.states and bool(home.registries.entities[light].disabled_by)

    await home.core.command(change, entity_id=light, disabled_by="user")
    await eventually(is_off)
    plan = await planned(store, triggers=[{"trigger": "state", "entity_id": light, "to": "on"}])

    assert "disabled, so this never fires" in plan.advice[0].message


async def test_a_lock_deep_in_a_body_is_named(store: Store) -> None:
    """Whoever allows the change can see what it will move."""
    unlock = {"action": "lock.unlock", "target": {"entity_id": "lock.front_door"}}

    plan = await planned(store, actions=[{"if": "{{ true }}", "then": [NOTHING, unlock]}])

    assert plan.errors == []
    assert [one.path for one in plan.advice] == ["/actions/0/then/1/action"]
