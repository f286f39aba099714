"""Notes on a real home: bound by names, kept by ids, brief."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from ha_mcp.documents import Edit, Store, Wish
from ha_mcp.problems import Invalid, NotFound
from lab.core import running_core
from live.documents import ME, Case, documents, make, undo

pytestmark = pytest.mark.live


@pytest_asyncio.fixture(scope="module")
async def store(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    """Open the documents of the small home."""
    async with (
        running_core(home="demo") as core,
        documents(core, tmp_path_factory.mktemp("journal")) as (store, _),
    ):
        yield store


async def test_names_become_ids_and_control_characters_go(store: Store) -> None:
    """The list says what it is bound to."""
    config = {
        "text": " Never above\x1b[31m 40 %\nafter 20:00 ",
        "rule": True,
        "entities": ["Bed Light"],
        "areas": "nursery",
        "labels": ["Critical"],
    }

    made = await make(store, Case("note", config, []))
    document = await store.get("note", made.written[0].id)
    (row,) = await store.all("note")
    await undo(store, made.change)

    assert document.snapshot.body == {
        "text": "Never above[31m 40 %\nafter 20:00",
        "rule": True,
        "entities": ["light.bed_light"],
        "areas": ["kids_room"],
        "labels": ["critical"],
    }
    assert row.name == "Never above[31m 40 % after 20:00"
    assert row.about == "rule, light.bed_light kids_room critical, v1"


async def test_a_long_note_is_advised_against_and_a_longer_one_refused(store: Store) -> None:
    """Bytes count: it is read with every look at what it is bound to."""
    plan = await store.plan_set("note", [Wish(Edit(config={"text": "ü" * 300}))], may_shrink=False)

    assert "600 bytes" in plan.advice[0].message
    for text in ("ü" * 501, " "):
        with pytest.raises(Invalid, match="1 to 1000 bytes"):
            await store.plan_set("note", [Wish(Edit(config={"text": text}))], may_shrink=False)


async def test_what_it_is_bound_to_has_to_exist(store: Store) -> None:
    """With the nearest."""
    wish = Wish(Edit(config={"text": "Case", "areas": ["kichen"]}))

    with pytest.raises(NotFound) as caught:
        await store.plan_set("note", [wish], may_shrink=False)

    assert "Kitchen (kitchen)" in caught.value.details["similar"]


async def test_ids_are_chosen_here(store: Store) -> None:
    """Another sort of id is told what ids are."""
    wish = Wish(Edit(config={"text": "Case"}), id="kids")

    with pytest.raises(NotFound, match="ids are n1"):
        await store.plan_set("note", [wish], may_shrink=False)


async def test_a_note_is_written_while_home_assistant_is_away(
    tmp_path: Path,
) -> None:
    """It is kept here; nobody has to be asked, and nothing that changed can be missed."""
    async with running_core(home="demo") as core, documents(core, tmp_path) as (store, home):
        made = await store.set("note", [Wish(Edit(config={"text": "Case"}))], ME, "")
        seen = await store.get("note", made.written[0].id)
        await core.kill()
        await home.core.down()

        edit = Edit(merge={"text": "Changed"})
        written = await store.set("note", [Wish(edit, seen.id, seen.etag)], ME, "")
        after = await store.get("note", seen.id)

    assert written.written[0].unlike == ()
    assert after.snapshot.body["text"] == "Changed"
