"""Documents that come back under another id: what names them follows, and so does the way back."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from ha_mcp.documents import Store
from ha_mcp.documents.etags import normalised
from lab.core import running_core
from live.documents import CASES, ME, Case, documents, edit, make, remove, undo

pytestmark = pytest.mark.live

ALL = pytest.mark.parametrize("case", CASES, ids=str)
AUTOMATION = {
    "alias": "Of a category",
    "triggers": [{"trigger": "time", "at": "07:00:00"}],
    "actions": [{"delay": 1}],
}


@pytest_asyncio.fixture(scope="module")
async def store(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    """Open the documents of the small home."""
    async with (
        running_core(home="demo") as core,
        documents(core, tmp_path_factory.mktemp("journal")) as (store, _),
    ):
        yield store


async def bodies(store: Store, *kinds: str) -> dict[str, bytes]:
    """Read every document of some kinds, by name: their ids may be new."""
    return {
        f"{kind} {row.name}": normalised((await store.get(kind, row.id)).snapshot.body)
        for kind in kinds
        for row in await store.all(kind)
    }


@ALL
async def test_the_way_back_leads_through_every_id_it_had(store: Store, case: Case) -> None:
    """Made, changed, removed, back, away again, back again: each is taken back one by one."""
    before = {row.id for row in await store.all(case.kind)}
    made = await make(store, case)
    document = await store.get(case.kind, made.written[0].id)
    patched = await edit(store, document, case.patch)
    between = await store.get(case.kind, document.id)
    removed = await remove(store, between)

    back = await undo(store, removed.change)
    away = await undo(store, back.change)
    again = await undo(store, away.change)
    last = await store.get(case.kind, document.id)
    await undo(store, patched.change)
    first = await store.get(case.kind, document.id)
    await undo(store, made.change)

    assert again.written[0].unlike == ()
    assert normalised(last.snapshot.body) == normalised(between.snapshot.body)
    assert normalised(first.snapshot.body) == normalised(document.snapshot.body)
    assert {row.id for row in await store.all(case.kind)} == before


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "one by one"])
async def test_what_was_in_a_category_is_in_the_one_it_became(
    store: Store, *, at_once: bool
) -> None:
    """Whichever of both was removed first, and however often."""
    start = await bodies(store, "automation", "category")
    category = await make(
        store, Case("category", {"name": "Found again"}, [], variant="automation")
    )
    category_id = category.written[0].id
    automation = await make(
        store, Case("automation", {**AUTOMATION, "category": "Found again"}, [])
    )
    automation_id = automation.written[0].id

    away = [
        await remove(store, await store.get("automation", automation_id)),
        await remove(store, await store.get("category", category_id)),
    ]
    await taken_back(store, [one.change for one in away], at_once=at_once)
    back = await store.get("automation", automation_id)
    renewed = (await store.get("category", category_id)).id
    away = [
        await remove(store, await store.get("category", category_id)),
        await remove(store, await store.get("automation", automation_id)),
    ]
    await taken_back(store, [one.change for one in away], at_once=at_once)
    last = await store.get("automation", automation_id)
    newest = (await store.get("category", category_id)).id
    await taken_back(store, [category.change, automation.change], at_once=at_once)

    assert len({category_id, renewed, newest}) == 3
    assert back.snapshot.body["category"] == renewed.partition("/")[2]
    assert last.snapshot.body["category"] == newest.partition("/")[2]
    assert await bodies(store, "automation", "category") == start


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "one by one"])
async def test_rooms_floors_and_labels_come_back_with_what_is_in_them(
    store: Store, *, at_once: bool
) -> None:
    """A script in an area on a floor, all with a label: taken away from the inside out."""
    kinds = ("script", "area", "floor", "label")
    start = await bodies(store, *kinds)
    made = [
        await make(store, Case("label", {"name": "Chain label"}, [])),
        await make(store, Case("floor", {"name": "Chain floor"}, [])),
        await make(
            store,
            Case(
                "area",
                {"name": "Chain room", "floor_id": "chain_floor", "labels": ["chain_label"]},
                [],
            ),
        ),
        await make(store, Case("script", chained(), [])),
    ]
    whole = await bodies(store, *kinds)

    away = [
        await remove(store, await store.get(kind, name))
        for kind, name in (
            ("script", "Chain script"),
            ("area", "Chain room"),
            ("floor", "Chain floor"),
            ("label", "Chain label"),
        )
    ]
    await taken_back(store, [one.change for one in away], at_once=at_once)
    back = await bodies(store, *kinds)
    await taken_back(store, [one.change for one in made], at_once=at_once)

    assert back == whole
    assert await bodies(store, *kinds) == start


async def test_a_list_comes_back_in_its_order(store: Store) -> None:
    """Although each item comes back under a new id, and names the one before it."""
    made = [
        await make(store, Case("todo_item", {"list": "todo.chores", "summary": f"Chain {one}"}, []))
        for one in "abc"
    ]
    before = [row.name for row in await store.all("todo_item") if row.name.startswith("Chain ")]

    away = [
        await remove(store, await store.get("todo_item", one.written[0].id))
        for one in reversed(made)
    ]
    await taken_back(store, [one.change for one in away], at_once=False)
    back = [row.name for row in await store.all("todo_item") if row.name.startswith("Chain ")]
    await taken_back(store, [one.change for one in made], at_once=True)

    assert back == before == ["Chain a", "Chain b", "Chain c"]


async def test_an_entity_id_is_taken_back_after_its_helper_came_back(store: Store) -> None:
    """The entry is another one, and the entity with it."""
    config = {"name": "Chain helper", "state": "{{ 1 }}"}
    made = await make(store, Case("helper", config, [], variant="template/sensor"))
    renaming = await store.plan_rename({"sensor.chain_helper": "sensor.chain_other"})
    renamed = await store.write(renaming.plan, ME, "")
    removed = await remove(store, await store.get("helper", "sensor.chain_other"))

    await undo(store, removed.change)
    between = await store.get("helper", "sensor.chain_other")
    await undo(store, renamed.change)
    after = await store.get("helper", "sensor.chain_helper")
    await undo(store, made.change)

    assert between.id != made.written[0].id
    assert after.id == between.id


async def test_what_is_gone_for_good_is_said_and_the_rest_comes_back(store: Store) -> None:
    """Only what comes back by the same undo is waited for."""
    made = await make(store, Case("category", {"name": "Gone for good"}, [], variant="script"))
    config = {"alias": "Left over", "sequence": [{"delay": 1}], "category": "Gone for good"}
    await make(store, Case("script", config, []))
    removed = await remove(store, await store.get("script", "left_over"))
    await remove(store, await store.get("category", made.written[0].id))

    back = await undo(store, removed.change)
    after = await store.get("script", "left_over")
    await remove(store, after)

    assert "category" not in after.snapshot.body
    assert "comes back without it" in back.advice[0].message


async def test_a_note_comes_back_although_its_area_is_gone(store: Store) -> None:
    """It still names it, so it counts again when the area comes back."""
    area = await make(store, Case("area", {"name": "Note room"}, []))
    made = await make(store, Case("note", {"text": "Of a room", "areas": ["note_room"]}, []))
    note = await store.get("note", made.written[0].id)
    removed = await remove(store, note)
    gone = await remove(store, await store.get("area", "note_room"))

    await undo(store, removed.change)
    after = await store.get("note", note.id)
    await undo(store, gone.change)
    await undo(store, made.change)
    await undo(store, area.change)

    assert after.snapshot.body == note.snapshot.body


async def taken_back(store: Store, changes: list[str], *, at_once: bool) -> None:
    """Undo changes, the newest first, together or one by one."""
    if at_once:
        await undo(store, *changes)
        return
    for change in reversed(changes):
        await undo(store, change)


def chained() -> dict[str, Any]:
    """Return a script in an area with a label."""
    return {
        "alias": "Chain script",
        "sequence": [{"delay": 1}],
        "area": "chain_room",
        "labels": ["chain_label"],
    }
