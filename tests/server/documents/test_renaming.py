"""A new entity id that cannot be is refused before anything is written."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fakes.calling import ToolCall, caller, living
from fakes.house import FakeHouse
from ha_mcp.documents import opened


@pytest.fixture
def house() -> FakeHouse:
    """Return a home with two lights, and one without a unique id."""
    house = FakeHouse()
    house.add("light.kitchen", name="Kitchen")
    house.add("light.hall", name="Hall")
    house.add("light.loose", name="Loose")
    house.registry["entity"].pop()
    return house


@pytest.fixture
async def call(house: FakeHouse, tmp_path: Path) -> AsyncIterator[ToolCall]:
    """Call tools in it."""
    async with living(house) as home, opened(home, tmp_path) as store:
        yield caller(home, store)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"entity_id": "light.kitchen", "new_entity_id": "switch.galley"}, "begin with light."),
        ({"entity_id": "light.kitchen", "new_entity_id": "light.Galley"}, "cannot be an entity id"),
        ({"entity_id": "light.kitchen", "new_entity_id": "light.a__b"}, "cannot be an entity id"),
        ({"entity_id": "light.kitchen", "new_entity_id": "galley"}, "cannot be an entity id"),
        ({"entity_id": "light.kitchen", "new_entity_id": "light.hall"}, "already: Hall"),
        ({"entity_id": "light.kitchen", "new_entity_id": "light.kitchen"}, "has this id already"),
        ({"entity_id": "light.loose", "new_entity_id": "light.tight"}, "has no unique id"),
        ({"entity_id": "light.kichen", "new_entity_id": "light.galley"}, "light.kitchen"),
        ({"renames": {"light.kitchen": "light.x", "light.hall": "light.x"}}, "the same id"),
        ({"renames": {"light.kitchen": "light.hall", "light.hall": "light.x"}}, "already: Hall"),
        ({"entity_id": "light.kitchen"}, "entity_id and new_entity_id"),
        ({}, "entity_id and new_entity_id"),
    ],
    ids=[
        "domain", "capitals", "two underscores", "no domain", "taken", "same", "no unique id",
        "unknown", "twice", "taken by another of the call", "no new id", "nothing",
    ],
)  # fmt: skip
async def test_a_bad_id_is_refused_and_nothing_is_sent(
    house: FakeHouse, call: ToolCall, arguments: dict[str, Any], words: str
) -> None:
    """With what is wrong about it."""
    answer = await call("ha_rename", **arguments)

    assert answer.failed
    assert words in answer.text
    assert "config/entity_registry/update" not in [kind for kind, _ in house.sent]
