"""An action is checked before it is sent, and what changed is what is reported."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from fakes.calling import ToolCall, caller, living
from fakes.house import FakeHouse
from ha_mcp.problems import Rejected


class Lamps(FakeHouse):
    """A kitchen with two lamps, a slow cover, a lock and a script."""

    def __init__(self) -> None:
        super().__init__()
        lights = {"entity": [{"domain": ["light"]}]}
        self.add_area("kitchen", "Kitchen", aliases=["Cookery"])
        self.add_area("hall", "Hall")
        self.add("light.ceiling", "off", area="kitchen", name="Ceiling")
        self.add("light.counter", "off", area="kitchen", name="Counter")
        self.add("light.hall", "off", area="hall", name="Ceiling")
        self.add("sensor.power", "5", area="kitchen", unit_of_measurement="W")
        self.add("script.evening", "off", name="Evening")
        fields = {
            "brightness_pct": {"selector": {"number": {"min": 0, "max": 100}}},
            "transition": {},
        }
        self.add_action("light.turn_on", target=lights, fields=fields)
        self.add_action("light.turn_off", target=lights)
        self.add_action("script.evening")
        self.add_action("notify.phone", fields={"message": {"required": True}, "title": {}})
        self.add_action("todo.get_items", response={"optional": False}, fields={"status": {}})
        self.effects["light.turn_on"] = self._turn_on
        self.effects["todo.get_items"] = lambda _: {"items": ["milk"]}

    def _turn_on(self, fields: dict[str, Any]) -> None:
        target = fields.get("target", {})
        for row in self.registry["entity"]:
            if row["entity_id"] in target.get("entity_id", []) or (
                row["area_id"] in target.get("area_id", [])
                and row["entity_id"].startswith("light.")
            ):
                self.set(row["entity_id"], "on", brightness=204)


@pytest_asyncio.fixture
async def house() -> Lamps:
    """Return the lamps."""
    return Lamps()


@pytest_asyncio.fixture
async def call(house: Lamps) -> AsyncIterator[ToolCall]:
    """Return what calls a tool in that house."""
    async with living(house) as home:
        yield caller(home)


def calls_of(house: Lamps) -> list[dict[str, Any]]:
    """Return the actions that reached Home Assistant."""
    return [fields for kind, fields in house.sent if kind == "call_service"]


async def test_what_changed_is_reported_old_and_new(call: ToolCall) -> None:
    """No second read is needed."""
    outcome = await call(
        "ha_call_action", action="light.turn_on", target={"entity_id": ["light.ceiling"]}
    )

    assert outcome.text.splitlines() == [
        "light.turn_on: 1 changed",
        "name,entity,was,now",
        "Ceiling,light.ceiling,off,on brightness 80 %",
    ]


async def test_an_area_is_a_target_by_its_alias(call: ToolCall, house: Lamps) -> None:
    """People say the names they gave."""
    outcome = await call("ha_call_action", action="light.turn_on", target={"area_id": "cookery"})

    assert "light.turn_on: 2 changed" in outcome.text
    assert calls_of(house)[0]["target"] == {"area_id": ["kitchen"]}


async def test_an_ambiguous_name_lists_the_candidates_and_sends_nothing(
    call: ToolCall, house: Lamps
) -> None:
    """Two lamps are called Ceiling."""
    outcome = await call(
        "ha_call_action", action="light.turn_on", target={"entity_id": ["ceiling"]}
    )

    assert outcome.failed
    assert "Ceiling (light.ceiling, Kitchen)" in outcome.text
    assert "Ceiling (light.hall, Hall)" in outcome.text
    assert calls_of(house) == []


async def test_a_typo_never_resolves(call: ToolCall, house: Lamps) -> None:
    """A suggestion is not a decision."""
    outcome = await call(
        "ha_call_action", action="light.turn_on", target={"entity_id": ["light.ceilng"]}
    )

    assert outcome.text.startswith("not_found")
    assert "light.ceiling" in outcome.text
    assert calls_of(house) == []


async def test_an_unknown_action_gets_the_nearest_and_the_next_call(call: ToolCall) -> None:
    """The model can go on without a guess."""
    outcome = await call(
        "ha_call_action", action="light.turnon", target={"entity_id": ["light.hall"]}
    )

    assert "not_found: There is no action 'light.turnon'" in outcome.text
    assert "light.turn_on" in outcome.text
    assert 'Next: ha_list_actions(query="light")' in outcome.text


async def test_an_unknown_field_is_refused_before_sending(call: ToolCall, house: Lamps) -> None:
    """Core would answer with less."""
    outcome = await call(
        "ha_call_action", action="light.turn_on", target=["light.hall"], data={"brightnes_pct": 5}
    )

    assert "brightness_pct" in outcome.text
    assert calls_of(house) == []


async def test_a_missing_field_is_named(call: ToolCall, house: Lamps) -> None:
    """A required field is found before the call."""
    outcome = await call("ha_call_action", action="notify.phone", data={"title": "Hi"})

    assert "notify.phone needs the field 'message'" in outcome.text
    assert calls_of(house) == []


async def test_what_was_so_already_is_said(call: ToolCall, house: Lamps) -> None:
    """Nothing moved is not the same as nothing happened."""
    outcome = await call("ha_call_action", action="light.turn_off", target=["light.hall"])

    assert "already so: Ceiling (light.hall) is off" in outcome.text


async def test_what_did_not_follow_is_not_claimed(call: ToolCall, house: Lamps) -> None:
    """An accepted call is not a lit lamp."""
    del house.effects["light.turn_on"]

    outcome = await call("ha_call_action", action="light.turn_on", target=["light.hall"], watch=0)

    assert "accepted, not yet confirmed: Ceiling (light.hall) is off" in outcome.text


async def test_an_answer_comes_with_the_report(call: ToolCall) -> None:
    """Actions that answer are asked for their answer."""
    outcome = await call("ha_call_action", action="todo.get_items")

    assert '{"response":{"items":["milk"]}}' in outcome.text


async def test_the_shapes_models_write_are_understood(call: ToolCall, house: Lamps) -> None:
    """Service, ids beside the target, JSON as text, fields beside data."""
    await call("ha_call_action", service="light.turn_on", entity_id="light.hall", brightness_pct=5)
    await call(
        "ha_call_action", domain="light", service="turn_on", target='{"entity_id": "light.hall"}'
    )
    await call("ha_call_action", action="light/turn_on", data='{"entity_id": "light.hall"}')
    await call("ha_call_action", calls='[{"service": "light.turn_on", "entity_id": "light.hall"}]')

    sent = calls_of(house)
    assert [one["target"] for one in sent] == [{"entity_id": ["light.hall"]}] * 4
    assert sent[0]["service_data"] == {"brightness_pct": 5}


async def test_lists_of_areas_beside_the_target_are_understood(
    call: ToolCall, house: Lamps
) -> None:
    """So it is shown to voice agents."""
    outcome = await call("ha_call_action", action="light.turn_on", area_id=["Cookery"])

    assert "light.turn_on: 2 changed" in outcome.text
    assert [one["target"] for one in calls_of(house)] == [{"area_id": ["kitchen"]}]


async def test_a_list_stops_at_the_first_failure_and_says_what_was_done(
    call: ToolCall, house: Lamps
) -> None:
    """Order matters to people who close before they lock."""
    house.effects["light.turn_off"] = refuse
    outcome = await call(
        "ha_call_action",
        calls=[
            {"action": "light.turn_on", "target": {"entity_id": ["light.hall"]}},
            {"action": "light.turn_off", "target": {"entity_id": ["light.hall"]}},
            {"action": "light.turn_on", "target": {"entity_id": ["light.counter"]}},
        ],
    )

    assert outcome.failed
    assert "call 2 of 3; done before: light.turn_on" in outcome.text
    assert len(calls_of(house)) == 2


async def test_a_mistake_in_a_later_call_is_found_before_the_first(
    call: ToolCall, house: Lamps
) -> None:
    """Half a plan is worse than none."""
    outcome = await call(
        "ha_call_action",
        calls=[
            {"action": "light.turn_on", "target": {"entity_id": ["light.hall"]}},
            {"action": "light.turn_up", "target": {"entity_id": ["light.hall"]}},
        ],
    )

    assert outcome.text.startswith("not_found")
    assert calls_of(house) == []


async def test_no_action_is_a_clear_mistake(call: ToolCall) -> None:
    """An empty call says what is wanted."""
    outcome = await call("ha_call_action")

    assert outcome.text.startswith("invalid: No action is named")


def refuse(_: dict[str, Any]) -> None:
    """Refuse as Core does."""
    raise Rejected("The lamp is locked")


async def test_what_goes_on_longer_than_the_call_is_said_to_run(
    call: ToolCall, house: Lamps
) -> None:
    """A script may take minutes: it is neither done nor unreachable."""
    house.slow.add("call_service")

    outcome = await call("ha_call_action", action="script.evening", watch=0.2)

    assert "still running after 0.2 s" in outcome.text
    assert not outcome.failed
