"""On a real home, too, a part is all there is for who was given no more."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from fakes.calling import ToolCall, caller
from ha_mcp.access.grants import Grant, Only
from ha_mcp.access.scopes import Scope, up_to
from ha_mcp.home import Home
from lab.core import running_core
from live.documents import documents

pytestmark = pytest.mark.live

AREA = "kitchen"
INSIDE = "light.kitchen_counter"


@dataclass(frozen=True)
class Guest:
    """Who was given the kitchen, and what there is besides."""

    call: ToolCall
    home: Home

    @property
    def outside(self) -> list[str]:
        """Return the entities that are not in the kitchen."""
        area_of = self.home.registries.area_of
        return [one.entity_id for one in self.home.states if area_of(one.entity_id) != AREA]


@pytest_asyncio.fixture(scope="module")
async def guest(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Guest]:
    """Let somebody into the kitchen of the small home."""
    only = Only(areas=frozenset({AREA}))
    grant = Grant(client_id="c", client_name="Guest", scopes=up_to(Scope.ADMIN), only=only)
    async with (
        running_core(home="demo") as core,
        documents(core, tmp_path_factory.mktemp("state")) as (store, home),
    ):
        await home.mirror.completed()
        yield Guest(caller(home, store, grant=grant), home)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("ha_get_overview", {}),
        ("ha_get_overview", {"area": "Kitchen"}),
        ("ha_search", {"type": ["entity"], "limit": 500}),
        ("ha_search", {"type": ["automation", "script", "scene", "helper", "dashboard"]}),
        ("ha_search", {"type": ["device", "area", "floor", "label", "person", "zone"]}),
        ("ha_search", {"query": "bed light door lock person sun ceiling", "limit": 500}),
        ("ha_search", {"state": "on", "limit": 500}),
        ("ha_get_state", {"entity_ids": [INSIDE, "light.kitchen_lights"]}),
        ("ha_get_history", {"entity_ids": [INSIDE], "start": "1h"}),
        ("ha_get_history", {"entity_ids": [INSIDE], "start": "1h", "source": "logbook"}),
        ("ha_get_references", {"id": INSIDE}),
        ("ha_get_references", {"id": AREA, "kind": "area"}),
        ("ha_list_actions", {"limit": 500}),
        ("ha_eval_template", {"template": "{{ states | map(attribute='entity_id') | list }}"}),
        ("ha_eval_template", {"template": "{{ area_entities('living_room') }}"}),
        ("ha_get_history", {"entity_ids": ["energy"]}),
        ("ha_config_list", {"kind": "entity"}),
        ("ha_get_changes", {}),
    ],
)
async def test_no_answer_names_what_is_outside(
    guest: Guest, tool: str, arguments: dict[str, Any]
) -> None:
    """Every entity of the home is looked for in it."""
    answer = await guest.call(tool, **arguments)
    named = set(re.findall(r"[a-z0-9_]+\.[a-z0-9_]+", answer.text))

    assert len(guest.outside) > 50
    assert named.intersection(guest.outside) == set()
    assert "internal" not in answer.text


async def test_each_entity_outside_is_not_there(guest: Guest) -> None:
    """One by one, as if somebody tried all ids."""
    answers = [
        await guest.call("ha_get_state", entity_ids=[one], attributes=[]) for one in guest.outside
    ]

    assert {answer.text.partition(":")[0] for answer in answers} == {"not_found"}


async def test_who_was_given_an_entity_moves_it_by_its_area_and_nothing_beside_it(
    guest: Guest,
) -> None:
    """Core would move the whole area."""
    beside = [
        one.entity_id
        for one in guest.home.states
        if one.domain == "light" and guest.home.registries.area_of(one.entity_id) == AREA
    ]
    grant = Grant(
        client_id="c",
        client_name="Guest",
        scopes=up_to(Scope.CONTROL),
        only=Only(entities=frozenset({INSIDE})),
    )
    call = caller(guest.home, grant=grant)
    target = {"area_id": ["Kitchen"]}
    before = {one: guest.home.states.one(one).state for one in beside}

    on = await call("ha_call_action", action="light.turn_on", target=target)
    off = await call("ha_call_action", action="light.turn_off", target=target)
    after = {one: guest.home.states.one(one).state for one in beside}

    assert len(beside) > 1
    assert not on.failed, on.text
    assert f"{INSIDE}" in on.text + off.text
    assert after.pop(INSIDE) == "off"
    assert after == {one: state for one, state in before.items() if one != INSIDE}


async def test_a_lamp_outside_cannot_be_switched(guest: Guest) -> None:
    """By id, by area, by everything."""
    lamp = next(one for one in guest.outside if one.startswith("light."))
    before = guest.home.states.one(lamp).last_updated
    area = guest.home.registries.area_of(lamp) or "living_room"
    for target in (lamp, {"area_id": [area]}, {"entity_id": ["all"]}):
        answer = await guest.call("ha_call_action", action="light.toggle", target=target)
        assert answer.failed
        assert answer.text.startswith("not_found")

    assert guest.home.states.one(lamp).last_updated == before
