"""Every place that names a thing is found, and nothing else."""

from typing import Any

import pytest

from fakes.house import FakeHouse
from ha_mcp.home.references import Reference, References, Referring
from ha_mcp.problems import Invalid, NotFound
from server.home.homes import (
    Forms,
    Known,
    add_bodies,
    add_dashboards,
    add_flow_helper,
    add_helper,
    add_scene,
)

_LAMP = "light.kitchen"
_DEVICE = "0123456789abcdef0123456789abcdef"
_AUTOMATIONS: dict[str, dict[str, Any]] = {
    "automation.direct": {
        "id": "a1",
        "alias": "Direct",
        "triggers": [{"trigger": "state", "entity_id": [_LAMP, "light.kitchen_2"]}],
        "actions": [{"action": "light.turn_on", "target": {"entity_id": _LAMP}}],
    },
    "automation.template": {
        "id": "a2",
        "alias": "Template",
        "conditions": ["{{ is_state('light.kitchen', 'on') and states.light.kitchen.state }}"],
    },
    "automation.neighbour": {
        "id": "a3",
        "alias": "Neighbour",
        "actions": [{"target": {"entity_id": ["light.kitchen_2", "my_light.kitchen"]}}],
        "description": "{{ states('light.kitchen_2') }} light kitchen",
    },
    "automation.area": {
        "id": "a4",
        "alias": "Area",
        "actions": [{"action": "light.turn_off", "target": {"area_id": "kitchen"}}],
    },
    "automation.area_template": {
        "id": "a5",
        "alias": "Area template",
        "variables": {"all": "{{ area_entities('Kitchen') }}"},
    },
    "automation.device": {
        "id": "a6",
        "alias": "Device",
        "triggers": [{"trigger": "device", "device_id": _DEVICE, "domain": "light"}],
    },
    "automation.blueprint": {
        "id": "a7",
        "alias": "Blueprint",
        "use_blueprint": {"path": "own/follow.yaml", "input": {"lamp": _LAMP, "where": "kitchen"}},
    },
    "automation.label": {
        "id": "a8",
        "alias": "Label",
        "actions": [{"target": {"label_id": ["night"]}}],
    },
    "automation.floor": {
        "id": "a9",
        "alias": "Floor",
        "actions": [{"target": {"floor_id": "ground"}}],
    },
    "automation.builds": {
        "id": "a10",
        "alias": "Builds",
        "actions": [{"target": {"entity_id": "{{ 'light.' ~ room }}"}}],
    },
}
_DASHBOARD = {
    "title": "Wall",
    "views": [
        {
            "badges": [{"type": "entity", "entity": _LAMP}, _LAMP],
            "sections": [
                {
                    "cards": [
                        {
                            "type": "custom:stack",
                            "cards": [{"type": "custom:x", "options": {"k/e": {"what": _LAMP}}}],
                        },
                        {"type": "area", "area": "kitchen"},
                        {"type": "markdown", "content": "{{ states('light.kitchen') }}"},
                        {"type": "button", "tap_action": {"navigation_path": "/other-wall/0"}},
                    ]
                }
            ],
        }
    ],
}


@pytest.fixture
async def house() -> FakeHouse:
    """Return a home whose kitchen lamp is named everywhere."""
    house = FakeHouse()
    house.registry["floor"].append({"floor_id": "ground", "name": "Ground"})
    house.registry["label"].append({"label_id": "night", "name": "Night"})
    house.add_area("kitchen", "Kitchen", floor_id="ground", temperature_entity_id="sensor.heat")
    house.registry["device"].append({"id": _DEVICE, "name": "Bulb", "area_id": "kitchen"})
    house.add(_LAMP, "on", name="Kitchen lamp")
    house.registry["entity"][-1] |= {"device_id": _DEVICE, "labels": ["night"]}
    house.add("light.kitchen_2", "on")
    house.add("sensor.heat", "20")
    house.add("group.old", "on")
    house.states["group.old"]["a"]["entity_id"] = [_LAMP]
    house.registry["entity"].pop()
    add_bodies(house, "automation", _AUTOMATIONS)
    script = {"alias": "Dim", "sequence": [{"choose": [{"sequence": [{"entity_id": _LAMP}]}]}]}
    add_bodies(house, "script", {"script.dim": script})
    add_scene(house, "scene.cosy", "Cosy", [_LAMP, "light.kitchen_2"])
    add_dashboards(house, {"wall": _DASHBOARD, "other-wall": {"views": []}})
    add_helper(house, "schedule", {"id": "s", "name": "S", "monday": [{"data": {"for": _LAMP}}]})
    add_flow_helper(house, "E1", "switch_as_x", "switch.lamp")
    persons = {"storage": [{"id": "p1", "name": "Ann", "device_trackers": [_LAMP]}], "config": []}
    house.answers["person/list"] = lambda _: persons
    energy = {"device_consumption": [{"stat_consumption": _LAMP}]}
    house.answers["energy/get_prefs"] = lambda _: energy
    exposed = {"exposed_entities": {_LAMP: {"conversation": True}}}
    house.answers["homeassistant/expose_entity/list"] = lambda _: exposed
    return house


@pytest.fixture
async def references(house: FakeHouse) -> References:
    """Return the references of that home."""
    form = [{"name": "entity_id", "description": {"suggested_value": _LAMP}}]
    return (await Known(house, Forms({"E1": form})).read()).references


def _places(referring: Referring) -> set[tuple[str, str, str, str]]:
    return {(one.kind, one.id, one.path, one.how) for one in referring.references}


async def test_an_entity_is_found_wherever_it_is_named(references: References) -> None:
    """Each with its path; what only targets its area, device, floor or label is marked so."""
    found = await references.to(_LAMP)

    through_area = "through its area Kitchen"
    assert _places(found) == {
        ("automation", "a1", "/triggers/0/entity_id/0", ""),
        ("automation", "a1", "/actions/0/target/entity_id", ""),
        ("automation", "a2", "/conditions/0", "in a template"),
        ("automation", "a4", "/actions/0/target/area_id", through_area),
        ("automation", "a5", "/variables/all", through_area),
        ("automation", "a6", "/triggers/0/device_id", "through its device Bulb"),
        ("automation", "a7", "/use_blueprint/input/lamp", ""),
        ("automation", "a7", "/use_blueprint/input/where", through_area),
        ("automation", "a8", "/actions/0/target/label_id/0", "through its label Night"),
        ("automation", "a9", "/actions/0/target/floor_id", "through its floor Ground"),
        ("script", "dim", "/sequence/0/choose/0/sequence/0/entity_id", ""),
        ("scene", "cosy", "/entities/0", ""),
        ("group", "group.old", "/entities/0", ""),
        ("dashboard", "wall", "/views/0/badges/0/entity", ""),
        ("dashboard", "wall", "/views/0/badges/1", ""),
        ("dashboard", "wall", "/views/0/sections/0/cards/0/cards/0/options/k~1e/what", ""),
        ("dashboard", "wall", "/views/0/sections/0/cards/1/area", through_area),
        ("dashboard", "wall", "/views/0/sections/0/cards/2/content", "in a template"),
        ("helper", "schedule.s", "/monday/0/data/for", ""),
        ("helper", "E1", "/options/entity_id", ""),
        ("person", "p1", "/device_trackers/0", ""),
        ("energy", "energy", "/device_consumption/0/stat_consumption", ""),
        ("exposure", "conversation", "", "may be used by voice"),
    }


async def test_an_id_is_a_whole_one(references: References) -> None:
    """`light.kitchen` is not `light.kitchen_2`, and the other way round."""
    found = await references.to("light.kitchen_2")

    assert {one.id for one in found.references} == {"a1", "a3", "cosy"}


async def test_an_area_is_found_by_id_and_in_templates_by_name(references: References) -> None:
    """With how much is in it."""
    found = await references.to("kitchen")

    assert {(one.id, one.how) for one in found.references} == {
        ("a4", ""),
        ("a5", "in a template"),
        ("a7", ""),
        ("a9", "through its floor Ground"),
        ("wall", ""),
    }
    assert found.members == {"entity": 1, "device": 1}


async def test_devices_floors_and_labels_are_found(references: References) -> None:
    """By the ids that targets and triggers have."""
    device = await references.to(_DEVICE)
    floor = await references.to("ground")
    label = await references.to("Night")

    assert ("automation", "a6", "/triggers/0/device_id", "") in _places(device)
    assert {one.id for one in floor.references} == {"a9"}
    assert floor.members == {"area": 1}
    assert {one.id for one in label.references} == {"a8"}
    assert label.members == {"entity": 1}


async def test_dashboards_and_blueprints_are_named_by_path(references: References) -> None:
    """A link to a view names its dashboard."""
    dashboard = await references.to("other-wall")
    blueprint = await references.to("own/follow.yaml", kind="blueprint")

    assert [(one.id, one.path.rpartition("/")[2]) for one in dashboard.references] == [
        ("wall", "navigation_path")
    ]
    assert [(one.id, one.path) for one in blueprint.references] == [("a7", "/use_blueprint/path")]


async def test_the_sensor_of_an_area_is_named_by_it(references: References) -> None:
    """The registry names entities too."""
    found = await references.to("sensor.heat")

    assert found.references == [Reference("area", "kitchen", "Kitchen", "/temperature_entity_id")]


async def test_what_could_not_be_searched_is_said(references: References) -> None:
    """Ids that a template puts together are nobody's to find."""
    found = await references.to(_LAMP)

    assert [(one.kind, one.id) for one in found.unreachable] == [("automation", "a10")]


async def test_a_name_means_a_thing_too(references: References) -> None:
    """Exactly, as everywhere."""
    assert (await references.to("kitchen LAMP")).id == _LAMP
    assert (await references.to("Direct")).id == "automation.direct"


async def test_an_unknown_id_names_the_nearest(references: References) -> None:
    """Unless something still names it."""
    with pytest.raises(NotFound) as caught:
        await references.to("light.kitchn")

    assert caught.value.details["similar"][0] == _LAMP


async def test_an_entity_that_is_gone_is_found_where_it_is_still_named(
    house: FakeHouse, references: References
) -> None:
    """That is what a rename leaves behind."""
    found = await references.to("my_light.kitchen")

    assert {one.id for one in found.references} == {"a3"}


async def test_an_id_of_several_things_asks_for_the_kind(house: FakeHouse) -> None:
    """An area and a label may have the same."""
    house.registry["label"].append({"label_id": "kitchen", "name": "Kitchen things"})
    references = (await Known(house).read()).references

    with pytest.raises(Invalid) as caught:
        await references.to("kitchen")
    found = await references.to("kitchen", kind="label")

    assert caught.value.details["similar"] == [
        "Kitchen (area, kitchen)",
        "Kitchen things (label, kitchen)",
    ]
    assert found.sort == "label"
    assert {one.id for one in found.references} == {"a7"}  # an input does not say what it means


async def test_a_change_without_an_event_is_seen(house: FakeHouse, references: References) -> None:
    """Nothing announces the energy settings."""
    house.answers["energy/get_prefs"] = lambda _: {"device_consumption": []}

    found = await references.to(_LAMP)

    assert "energy" not in {one.kind for one in found.references}


async def test_a_document_tells_what_it_names_and_what_of_it_is_missing(house: FakeHouse) -> None:
    """The things that an audit looks for."""
    body = {
        "id": "a11",
        "alias": "Broken",
        "actions": [
            {"action": "light.turn_on", "target": {"entity_id": ["light.gone", _LAMP]}},
            {"message": "{{ trigger.to_state.name }} {{ states('sensor.lost') | float.real }}"},
            {"target": {"area_id": "kitchen"}},
        ],
    }
    add_bodies(house, "automation", {**_AUTOMATIONS, "automation.broken": body})
    known = await Known(house).read()
    document = known.bodies.get("automation", "a11")
    assert document is not None

    found = known.references.of(document)

    assert {one.id for one in found if known.references.knows(one)} == {_LAMP, "kitchen"}
    assert {one.id for one in found if not known.references.knows(one)} == {
        "light.gone",
        "sensor.lost",
    }


async def test_bodies_that_were_not_read_yet_are_read(house: FakeHouse) -> None:
    """The first question after a start is answered in full."""
    known = Known(house)
    await house.subscribe("subscribe_entities", known.states.receive)

    found = await known.references.to(_LAMP)

    assert {"automation", "script", "dashboard"} <= {one.kind for one in found.references}


async def test_while_home_assistant_is_away_it_answers_as_it_was(
    house: FakeHouse, references: References
) -> None:
    """And says so."""
    house.cut()

    found = await references.to("light.kitchen_2")

    assert {one.id for one in found.references} == {"a1", "a3", "cosy"}
    assert "how it was" in found.unreachable[0].reason
