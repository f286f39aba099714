"""What the owner wants assistants to know is told where it counts, and a rule stops a call once."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from fakes.calling import ToolCall, caller, living
from fakes.house import FakeHouse
from ha_mcp.documents import opened

RULE = "The kids' light is never above 40 % after 20:00."


@pytest_asyncio.fixture
async def house() -> FakeHouse:
    """Return a house with a kids' room."""
    house = FakeHouse()
    house.add_area("kids", "Kids room")
    house.add("light.kids", "off", area="kids", name="Kids light")
    house.add("light.hall", "off", name="Hall light")
    house.add_action("light.turn_on", target={"entity": [{"domain": ["light"]}]})
    house.effects["light.turn_on"] = lambda fields: light(house, fields["target"]["entity_id"])
    return house


def light(house: FakeHouse, entity_ids: list[str]) -> None:
    """Switch lights on."""
    for one in entity_ids:
        house.set(one, "on")


@pytest_asyncio.fixture
async def call(house: FakeHouse, tmp_path: Path) -> AsyncIterator[ToolCall]:
    """Return what calls a tool in that house, with a rule about the kids' room."""
    async with living(house) as home, opened(home, tmp_path) as store:
        call = caller(home, store)
        rule = {"text": RULE, "rule": True, "areas": ["Kids room"]}
        assert not (await call("ha_config_set", kind="note", config=rule)).failed
        note = {"text": "The owner speaks German."}
        assert not (await call("ha_config_set", kind="note", config=note)).failed
        yield call


def calls_of(house: FakeHouse) -> list[dict[str, Any]]:
    """Return the actions that reached Home Assistant."""
    return [
        fields
        for kind, fields in house.sent
        if kind == "call_service" and fields["domain"] == "light"
    ]


async def test_a_rule_stops_a_call_with_its_text_and_the_time(
    call: ToolCall, house: FakeHouse
) -> None:
    """Nothing is done until whoever calls has read it."""
    outcome = await call("ha_call_action", action="light.turn_on", target=["light.kids"])

    assert outcome.failed
    assert f"NOT done. The owner made a rule for this: rule n1: {RULE}" in outcome.text
    assert 'despite_notes=["n1"]' in outcome.text
    assert calls_of(house) == []


async def test_naming_the_rule_lets_the_call_pass_and_tells_it_again(
    call: ToolCall, house: FakeHouse
) -> None:
    """The assistant repeats it when the rule does not apply now."""
    outcome = await call(
        "ha_call_action", action="light.turn_on", target=["light.kids"], despite_notes=["n1"]
    )

    assert "light.turn_on: 1 changed" in outcome.text
    assert RULE in outcome.text
    assert len(calls_of(house)) == 1


async def test_a_rule_of_another_room_is_no_hindrance(call: ToolCall, house: FakeHouse) -> None:
    """A rule counts for what it is bound to."""
    outcome = await call("ha_call_action", action="light.turn_on", target=["light.hall"])

    assert "light.turn_on: 1 changed" in outcome.text
    assert RULE not in outcome.text


async def test_naming_another_rule_does_not_help(call: ToolCall, house: FakeHouse) -> None:
    """A guess is not a reading."""
    outcome = await call(
        "ha_call_action", action="light.turn_on", target=["light.kids"], despite_notes=["n2"]
    )

    assert outcome.failed
    assert calls_of(house) == []


async def test_a_rule_holds_for_one_of_several_calls(call: ToolCall, house: FakeHouse) -> None:
    """It is looked for before the first of them."""
    outcome = await call(
        "ha_call_action",
        calls=[
            {"action": "light.turn_on", "target": {"entity_id": ["light.hall"]}},
            {"action": "light.turn_on", "target": {"entity_id": ["light.kids"]}},
        ],
    )

    assert outcome.failed
    assert calls_of(house) == []


async def test_notes_come_with_what_they_are_bound_to(call: ToolCall) -> None:
    """State, search and the look at a room tell them; a look at the hall does not."""
    state = (await call("ha_get_state", entity_ids=["light.kids"])).text
    found = (await call("ha_search", query="kids light")).text
    room = (await call("ha_get_overview", area="kids")).text
    hall = (await call("ha_get_state", entity_ids=["light.hall"])).text

    assert f"rule n1: {RULE}" in state
    assert f"rule n1: {RULE}" in found
    assert f"rule n1: {RULE}" in room
    assert RULE not in hall


async def test_a_note_about_the_home_is_in_the_overview(call: ToolCall) -> None:
    """Whoever looks at the whole reads it."""
    text = (await call("ha_get_overview")).text

    assert "note n2: The owner speaks German." in text
    assert RULE not in text
