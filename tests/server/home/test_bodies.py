"""Bodies are read once, and again when something says that they changed."""

from typing import Any

import pytest

from fakes.house import FakeHouse
from ha_mcp.home.bodies import Bodies, Document, Unread
from ha_mcp.problems import Forbidden
from server.home.homes import (
    Forms,
    Known,
    add_bodies,
    add_dashboards,
    add_flow_helper,
    add_helper,
    add_scene,
)

_MORNING = {"id": "17", "alias": "Morning", "triggers": [], "actions": []}


async def test_automations_and_scripts_have_the_ids_of_their_storage() -> None:
    """An entity id may change, that one does not."""
    house = FakeHouse()
    add_bodies(house, "automation", {"automation.morning": _MORNING})
    add_bodies(house, "script", {"script.wake": {"alias": "Wake", "sequence": []}})

    bodies = (await Known(house).read()).bodies

    automation = bodies.get("automation", "17")
    assert automation is not None
    assert (automation.entity_id, automation.name) == ("automation.morning", "Morning")
    assert automation.body == _MORNING
    assert bodies.get("script", "wake") == bodies.of_entity("script.wake")


async def test_scenes_have_members_only() -> None:
    """Core tells the rest only file by file."""
    house = FakeHouse()
    add_scene(house, "scene.cosy", "Cosy", ["light.a", "light.b"])

    scene = (await Known(house).read()).bodies.of_entity("scene.cosy")

    assert scene is not None
    assert scene.body == {"name": "Cosy", "entities": ["light.a", "light.b"]}
    assert "members" in scene.partial


async def test_strategies_are_noted_and_a_default_dashboard_needs_no_body() -> None:
    """Their cards are nowhere to be read."""
    house = FakeHouse()
    add_dashboards(house, {"auto-made": {"strategy": {"type": "areas"}}, "own-made": {"views": []}})

    bodies = (await Known(house).read()).bodies

    assert {one.id: bool(one.partial) for one in bodies} == {"auto-made": True, "own-made": False}
    assert bodies.unread == []


async def test_helpers_persons_pipelines_and_energy_are_documents() -> None:
    """All that a collection lists."""
    house = FakeHouse()
    add_helper(house, "input_boolean", {"id": "guests", "name": "Guests"})
    persons = {"storage": [{"id": "p1", "name": "Ann", "device_trackers": []}], "config": []}
    house.answers["person/list"] = lambda _: persons
    pipelines = {"pipelines": [{"id": "01X", "name": "Voice"}], "preferred_pipeline": "01X"}
    house.answers["assist_pipeline/pipeline/list"] = lambda _: pipelines
    house.answers["energy/get_prefs"] = lambda _: {"energy_sources": []}

    bodies = (await Known(house).read()).bodies

    assert {(one.kind, one.id, one.name, one.entity_id) for one in bodies} == {
        ("helper", "input_boolean.guests", "Guests", "input_boolean.guests"),
        ("person", "p1", "Ann", None),
        ("assist_pipeline", "01X", "Voice", None),
        ("energy", "energy", "Energy dashboard", None),
    }


async def test_a_flow_helper_tells_what_its_form_shows_and_the_form_is_closed() -> None:
    """Once, until the entry changes."""
    house = FakeHouse()
    add_flow_helper(house, "E1", "min_max", "sensor.average")
    fields: list[dict[str, Any]] = [
        {"name": "entity_ids", "description": {"suggested_value": ["sensor.a", "sensor.b"]}},
        {"name": "round_digits", "default": 2},
    ]
    forms = Forms({"E1": fields})

    known = await Known(house, forms).read()
    await known.bodies.refresh_unannounced()

    helper = known.bodies.get("helper", "E1")
    assert helper is not None
    assert helper.entity_id == "sensor.average"
    assert helper.body["options"] == {"entity_ids": ["sensor.a", "sensor.b"], "round_digits": 2}
    assert forms.opened == ["E1"]
    assert forms.open == set()


async def test_a_flow_helper_without_form_says_what_is_missing() -> None:
    """What its entities tell is still there."""
    house = FakeHouse()
    add_flow_helper(house, "E1", "threshold", "binary_sensor.too_warm")
    house.states["binary_sensor.too_warm"]["a"]["entity_id"] = "sensor.outside"

    helper = (await Known(house).read()).bodies.get("helper", "E1")

    assert helper is not None
    assert helper.body["entities"] == {"binary_sensor.too_warm": {"entity_id": "sensor.outside"}}
    assert "options" in helper.partial


async def test_a_token_without_admin_rights_is_noted_and_asks_no_further() -> None:
    """One question is enough to know."""
    house = FakeHouse()
    add_bodies(house, "automation", {f"automation.a{at}": _MORNING for at in range(20)})

    def refuse(_fields: dict[str, Any]) -> None:
        raise Forbidden("Unauthorized")

    house.answers["automation/config"] = refuse

    bodies = (await Known(house).read()).bodies

    assert bodies.unread == [Unread("automation", "", "Unauthorized")]
    assert bodies.complete
    assert sum(kind == "automation/config" for kind, _ in house.sent) == 1


async def test_a_disabled_automation_is_noted_and_not_asked_for() -> None:
    """Core has not loaded it."""
    house = FakeHouse()
    add_bodies(house, "automation", {"automation.morning": _MORNING})
    house.registry["entity"][-1]["disabled_by"] = "user"

    bodies = (await Known(house).read()).bodies

    assert [(one.kind, one.id) for one in bodies.unread] == [("automation", "17")]
    assert "automation/config" not in [kind for kind, _ in house.sent]


@pytest.mark.parametrize(
    ("part", "event", "asks"),
    [
        ("automations", {}, True),
        ("automations", {"action": "update", "entity_id": "automation.morning"}, True),
        ("automations", {"action": "update", "entity_id": "light.lamp"}, False),
        ("scripts", {"domain": "script", "service": "wake"}, True),
        ("scripts", {"domain": "light", "service": "turn_on"}, False),
        ("dashboards", {"url_path": "own-made"}, True),
    ],
)
async def test_only_events_that_concern_a_part_read_it_again(
    part: str, event: dict[str, Any], *, asks: bool
) -> None:
    """Registry events come by the hundred."""
    house = FakeHouse()
    add_bodies(house, "automation", {"automation.morning": _MORNING})
    add_bodies(house, "script", {"script.wake": {"alias": "Wake", "sequence": []}})
    add_dashboards(house, {"own-made": {"views": []}})
    bodies = (await Known(house).read()).bodies
    house.sent.clear()

    await bodies.refresh(part, [event])

    assert bool(house.sent) is asks


def test_events_that_make_parts_stale() -> None:
    """These are Core's."""
    assert "automation_reloaded" in Bodies.events("automations")
    assert "scene_reloaded" in Bodies.events("scenes")
    assert "lovelace_updated" in Bodies.events("dashboards")
    assert "service_registered" in Bodies.events("scripts")


async def test_listeners_hear_of_what_changed_only() -> None:
    """Reading the same again changes nothing."""
    house = FakeHouse()
    written = {"automation.morning": dict(_MORNING), "automation.other": {**_MORNING, "id": "18"}}
    add_bodies(house, "automation", written)
    bodies = (await Known(house).read()).bodies
    heard: list[tuple[Document | None, Document | None]] = []
    bodies.listen(lambda old, new: heard.append((old, new)))
    written["automation.morning"]["alias"] = "Sunrise"

    await bodies.refresh("automations")

    assert [(old and old.id, new and new.id) for old, new in heard] == [("17", "17")]
