"""Who else will notice is said before a change: of everything that others can name."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from fakes.calling import ToolCall, caller
from ha_mcp.documents import Store
from ha_mcp.home import Home
from ha_mcp.problems import Conflict
from lab.core import running_core
from live.documents import Case, documents, edit, make, remove, undo
from live.homes import eventually

pytestmark = pytest.mark.live

AUTOMATION: dict[str, Any] = {
    "alias": "Case user",
    "triggers": [{"trigger": "tag", "tag_id": "case_bedside"}],
    "actions": [{"action": "light.toggle", "target": {"entity_id": "light.bed_light"}}],
    "category": "Case sorted",
}


@pytest_asyncio.fixture(scope="module")
async def both(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Store, Home]]:
    """Open the documents of the small home, with an automation that names much."""
    async with (
        running_core(home="demo") as core,
        documents(core, tmp_path_factory.mktemp("journal")) as (store, home),
    ):
        await make(store, Case("tag", {"name": "Case bedside"}, [], id="case_bedside"))
        await make(store, Case("category", {"name": "Case sorted"}, [], variant="automation"))
        await make(store, Case("automation", AUTOMATION, [], id="case_user"))

        async def known() -> object:
            return home.bodies.get("automation", "case_user")

        await eventually(known)
        yield store, home


@pytest.fixture(scope="module")
def call(both: tuple[Store, Home]) -> ToolCall:
    """Return the way to call."""
    return caller(both[1], both[0])


@pytest.mark.parametrize(
    ("kind", "named", "place"),
    [
        ("tag", "Case bedside", "automation,automation.case_user,Case user,/triggers/0/tag_id"),
        ("category", "Case sorted", "entity,automation.case_user,Case user,/categories/automation"),
        ("integration", "Demo", "Slow dim,/sequence/1/target/entity_id"),
    ],
)
async def test_a_removal_says_who_names_it(
    call: ToolCall, kind: str, named: str, place: str
) -> None:
    """With the path of each place."""
    told = await call("ha_config_remove", kind=kind, ids=[named], preview=True)

    assert "places name it" in told.text
    assert place in told.text


@pytest.mark.parametrize(
    ("kind", "named", "place"),
    [
        ("tag", "Case bedside", "automation,automation.case_user,Case user,/triggers/0/tag_id"),
        ("category", "Case sorted", "entity,automation.case_user,Case user,/categories/automation"),
        ("integration", "Demo", "light.bed_light"),
        ("user", "Owner", "/user_id"),
    ],
)
async def test_who_names_it_is_found_without_removing_it(
    call: ToolCall, kind: str, named: str, place: str
) -> None:
    """With where nobody could look; and what does not exist is said with the nearest."""
    told = await call("ha_get_references", id=named, kind=kind, limit=300)
    wrong = await call("ha_get_references", id=f"{named}x", kind=kind)

    assert place in told.text
    assert "not searched: " in told.text
    assert wrong.text.startswith("not_found: ")
    assert named in wrong.text


async def test_a_change_says_it_in_a_line(call: ToolCall, both: tuple[Store, Home]) -> None:
    """Whoever renames a tag wants to know what waits for it."""
    document = await both[0].get("tag", "Case bedside")
    told = await call(
        "ha_config_set",
        kind="tag",
        id=document.id,
        etag=document.etag,
        merge={"description": "By the bed"},
        preview=True,
    )

    assert "1 places name it: Case user (automation)" in told.text


async def test_a_removal_whose_id_was_taken_is_a_conflict_and_nothing_is_lost(
    both: tuple[Store, Home],
) -> None:
    """Neither what is there now, nor what the journal has."""
    store, _ = both
    made = await make(store, Case("label", {"name": "Case taken", "color": "green"}, []))
    removed = await remove(store, await store.get("label", "Case taken"))
    other = await make(store, Case("label", {"name": "Case taken", "icon": "mdi:flag"}, []))

    with pytest.raises(Conflict) as caught:
        await undo(store, removed.change)
    between = await store.get("label", "Case taken")
    await undo(store, other.change)
    await undo(store, removed.change)
    after = await store.get("label", "Case taken")
    await undo(store, removed.change, made.change)

    assert "mdi:flag" in caught.value.message
    assert "green" in caught.value.message
    assert between.snapshot.body["icon"] == "mdi:flag"
    assert after.snapshot.body["color"] == "green"


async def test_an_undo_of_what_changed_since_shows_both_sides(both: tuple[Store, Home]) -> None:
    """What the change did, and what was done after it."""
    store, _ = both
    made = await make(
        store, Case("script", {"alias": "Case twice", "sequence": [{"delay": 1}]}, [])
    )
    first = await store.get("script", "case_twice")
    mine = await edit(store, first, [{"op": "replace", "path": "/sequence/0/delay", "value": 2}])
    second = await store.get("script", "case_twice")
    theirs = await edit(store, second, [{"op": "replace", "path": "/sequence/0/delay", "value": 3}])

    with pytest.raises(Conflict) as caught:
        await undo(store, mine.change)
    await undo(store, mine.change, theirs.change)
    after = await store.get("script", "case_twice")
    await undo(store, made.change)

    assert "~ /sequence/0/delay: 1 → 2" in caught.value.message
    assert "~ /sequence/0/delay: 2 → 3" in caught.value.message
    assert after.etag == first.etag
