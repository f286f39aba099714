"""What moves what protects the house is known before it is done, also inside bodies."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from fakes.calling import living
from fakes.house import FakeHouse
from ha_mcp.home.guarding import Guards, for_administrators

SCRIPTS: dict[str, dict[str, Any]] = {
    "script.goodnight": {"sequence": [{"action": "script.lock_up"}]},
    "script.lock_up": {"sequence": [{"action": "lock.lock", "target": {"entity_id": "lock.door"}}]},
    "script.let_in": {
        "sequence": [
            {"if": [], "then": [{"action": "lock.unlock", "target": {"entity_id": "lock.door"}}]}
        ]
    },
    "script.party": {"sequence": [{"action": "script.let_in"}]},
    "script.circle": {"sequence": [{"action": "script.circle"}]},
}


def add_group(house: FakeHouse, entity_id: str, members: list[str]) -> None:
    """Add an entity that says in its state which others it stands for."""
    house.add(entity_id)
    house.states[entity_id]["a"]["entity_id"] = members


@pytest.fixture
async def guards() -> AsyncIterator[Guards]:
    """Know a house with doors of every sort."""
    house = FakeHouse()
    house.add_area("garage", "Garage", floor_id="ground")
    house.add_area("attic", "Attic", labels=["quiet"])
    house.add("lock.door", "locked")
    house.add("light.desk")
    house.add("cover.garage", "closed", area="garage", device_class="garage")
    house.add("cover.main_gate", "closed")
    house.add("cover.blind", "closed", area="attic", device_class="blind")
    house.add("cover.plain", "closed")
    add_group(house, "cover.windows", ["cover.blind", "cover.inner"])
    add_group(house, "cover.inner", ["cover.garage"])
    house.add("siren.roof")
    house.add("valve.main", "open")
    house.add("alarm_control_panel.home", "armed_away")
    add_group(house, "scene.leave", ["light.desk", "lock.door"])
    add_group(house, "scene.read", ["light.desk"])
    for entity_id in SCRIPTS:
        house.add(entity_id)
    house.add("automation.night")
    house.answers["script/config"] = lambda asked: {"config": SCRIPTS[asked["entity_id"]]}
    house.answers["automation/config"] = lambda _: {
        "config": {"actions": [{"action": "siren.turn_on"}]}
    }
    async with living(house) as home:
        await home.bodies.refresh_all()
        yield home.guards


@pytest.mark.parametrize(
    ("action", "entity_ids", "reason"),
    [
        ("lock.unlock", ["lock.door"], "it unlocks"),
        ("lock.open", ["lock.door"], "it opens a lock"),
        ("lock.lock", ["lock.door"], None),
        ("alarm_control_panel.alarm_disarm", [], "it disarms an alarm"),
        ("alarm_control_panel.alarm_arm_away", ["alarm_control_panel.home"], None),
        ("cover.open_cover", ["cover.garage"], "cover.garage is a garage door"),
        ("cover.close_cover", ["cover.main_gate"], "cover.main_gate is a cover that may be a door"),
        ("cover.stop_cover", ["cover.garage"], None),
        ("cover.open_cover", ["cover.blind"], None),
        ("cover.open_cover", ["cover.plain"], None),
        ("cover.toggle", ["cover.windows"], "cover.garage is a garage door"),
        ("homeassistant.toggle", ["light.desk", "cover.garage"], "cover.garage is a garage door"),
        ("homeassistant.turn_on", ["light.desk"], None),
        ("homeassistant.turn_on", ["siren.roof"], "siren.roof is a siren"),
        ("homeassistant.update_entity", ["lock.door"], None),
        ("homeassistant.stop", [], "it stops Home Assistant"),
        ("hassio.app_stop", [], "it reaches the machine, its apps and its backups"),
        ("shell_command.anything", [], "it runs a command on the machine"),
        ("siren.turn_off", ["siren.roof"], "it moves a siren"),
        ("valve.close_valve", ["valve.main"], "valve.main is a valve"),
        ("zwave_js.set_lock_usercode", ["lock.door"], "it changes who can open a lock"),
        ("zwave_js.ping", ["lock.door"], None),
        ("august.rattle", ["lock.door"], "lock.door is a lock"),
        ("light.turn_on", ["light.desk"], None),
        ("light.turn_on", [], None),
        ("scene.turn_on", ["scene.leave"], "lock.door is a lock"),
        ("scene.turn_on", ["scene.read"], None),
        ("script.goodnight", [], None),
        ("script.circle", [], None),
        ("script.let_in", [], "script.let_in runs something of which it unlocks"),
        ("script.turn_on", ["script.party"], "script.party runs something of which"),
        ("homeassistant.turn_on", ["script.party"], "script.party runs something of which"),
        ("automation.trigger", ["automation.night"], "automation.night runs something of which"),
        ("automation.turn_on", ["automation.night"], None),
    ],
)
def test_an_action_is_judged_by_what_it_is_for(
    guards: Guards, action: str, entity_ids: list[str], reason: str | None
) -> None:
    """The same action opens a blind and a garage."""
    found = guards.guarded(action, entity_ids, {})

    assert (found or "").startswith(reason or "")
    assert (found is None) == (reason is None)


def test_a_scene_made_on_the_spot_is_judged_by_what_it_sets(guards: Guards) -> None:
    """It is in no registry."""
    sets = {"entities": {"lock.door": "unlocked"}}

    assert guards.guarded("scene.apply", [], sets) == "lock.door is a lock"
    assert guards.guarded("scene.apply", [], {"entities": {"light.desk": "on"}}) is None


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ({"action": "lock.unlock"}, "it unlocks"),
        ({"service": "lock.unlock"}, "it unlocks"),
        ({"choose": [{"sequence": [{"parallel": [{"action": "lock.open"}]}]}]}, "it opens a lock"),
        ({"action": "cover.open_cover", "target": {"area_id": "garage"}}, "cover.garage is"),
        ({"action": "cover.open_cover", "target": {"area_id": "attic"}}, None),
        ({"action": "cover.open_cover", "target": {"floor_id": "ground"}}, "cover.garage is"),
        ({"action": "cover.open_cover", "target": {"label_id": ["quiet"]}}, None),
        ({"action": "cover.open_cover", "data": {"entity_id": "cover.blind, cover.garage"}},
         "cover.garage is"),
        ({"action": "cover.open_cover", "target": {"entity_id": "{{ which }}"}}, "only running"),
        ({"action": "cover.open_cover", "target": "{{ which }}"}, "only running"),
        ({"action": "cover.open_cover", "target": {"entity_id": "all"}}, "only running"),
        ({"action": "light.turn_on", "target": {"entity_id": "{{ which }}"}}, None),
        ({"action": "{{ what }}"}, "only running it tells which action"),
        ({"action": "{{ 'lock.lock' if true else 'lock.unlock' }}"}, "it unlocks"),
        ({"action": "notify.phone", "data": {"actions": [{"action": "OPEN"}]}}, None),
        ({"domain": "lock", "type": "unlock", "device_id": "d1", "entity_id": "0af"}, "it unlocks"),
        ({"domain": "alarm_control_panel", "type": "disarm", "device_id": "d"}, "it disarms"),
        ({"domain": "cover", "type": "open", "entity_id": "cover.garage", "device_id": "d"},
         "cover.garage is"),
        ({"domain": "lock", "type": "lock", "device_id": "d1", "entity_id": "0af"}, None),
        ({"scene": "scene.leave"}, "lock.door is a lock"),
        ({"scene": "scene.read"}, None),
        ({"delay": "00:01:00"}, None),
    ],
)  # fmt: skip
def test_a_body_is_judged_by_its_steps(
    guards: Guards, step: dict[str, Any], reason: str | None
) -> None:
    """However deeply they are nested, and what cannot be told counts."""
    found = guards.guarded_body({"alias": "A", "actions": [step]})

    assert (found or "").startswith(reason or "")
    assert (found is None) == (reason is None)


def test_a_blueprint_is_judged_by_what_it_is_given(guards: Guards) -> None:
    """Its own steps are not told."""
    given = {"path": "a/b.yaml", "input": {"door": {"entity_id": ["lock.door"]}}}
    harmless = {"path": "a/b.yaml", "input": {"lamp": "light.desk"}}

    assert guards.guarded_body({"use_blueprint": given}) == "lock.door is a lock"
    assert guards.guarded_body({"use_blueprint": harmless}) is None


def test_a_scene_is_judged_by_what_it_sets(guards: Guards) -> None:
    """Its body has states and no steps."""
    assert guards.guarded_body({"entities": {"lock.door": {"state": "unlocked"}}})
    assert guards.guarded_body({"entities": {"light.desk": {"state": "on"}}}) is None
    assert guards.guarded_body(["not", "a", "mapping"]) is None


@pytest.mark.parametrize(
    ("action", "only"),
    [
        ("homeassistant.restart", True),
        ("hassio.host_shutdown", True),
        ("automation.reload", True),
        ("frontend.reload_themes", True),
        ("mqtt.publish", True),
        ("light.turn_on", False),
        ("lock.unlock", False),
    ],
)
def test_what_core_keeps_for_administrators_is_known(action: str, only: bool) -> None:  # noqa: FBT001 - a table's column
    """Our token is an administrator's; whoever was allowed less must not borrow it."""
    assert for_administrators(action) is only
