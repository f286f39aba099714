"""Every kind of document on a real Core: made, read, changed, previewed, removed, brought back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from ha_mcp import tools
from ha_mcp.documents import Edit, Store, Wish
from ha_mcp.documents.etags import normalised
from ha_mcp.documents.kinds.every import kinds_of
from ha_mcp.home import Home
from ha_mcp.journal import Notes, Status, Unwritable
from ha_mcp.problems import Conflict, NotFound, Problem, Unreachable
from ha_mcp.toolkit import Catalog
from lab.client import core_client
from lab.core import RunningCore, running_core
from live.documents import CASES, ME, Case, Cut, documents, edit, make, remove, undo
from live.homes import eventually

pytestmark = pytest.mark.live

ALL = pytest.mark.parametrize("case", CASES, ids=str)
UNLIKE = pytest.mark.parametrize(
    "case",
    [one for one in CASES if one.variant in ("", "template/sensor", "counter") and not one.at_once],
    ids=str,
)


@pytest_asyncio.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """Run the small home."""
    async with running_core(home="demo") as running:
        yield running


@pytest_asyncio.fixture(scope="module")
async def opened_store(
    core: RunningCore, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Store, Home]]:
    """Open the documents of the small home."""
    async with documents(core, tmp_path_factory.mktemp("journal")) as both:
        yield both


@pytest.fixture(scope="module")
def store(opened_store: tuple[Store, Home]) -> Store:
    """Return the store."""
    return opened_store[0]


def test_no_kind_is_forgotten(opened_store: tuple[Store, Home]) -> None:
    """A kind without a case here is a kind nobody has tried."""
    kinds = kinds_of(opened_store[1], Notes(Path()))
    written = {name for name, kind in kinds.items() if kind.facts.creates}

    assert written == {case.kind for case in CASES}


def test_every_kind_is_offered(opened_store: tuple[Store, Home]) -> None:
    """And no other: the tools name the kinds that exist."""
    arguments = Catalog.discover(tools).get("ha_config_get").fields.schema["properties"]

    assert arguments["kind"]["enum"] == sorted(kinds_of(opened_store[1], Notes(Path())))


async def test_nothing_is_written_without_the_journal(core: RunningCore, tmp_path: Path) -> None:
    """A full disk stops the write before it reaches Home Assistant."""
    (tmp_path / "file").write_text("no folder")

    async with documents(core, tmp_path / "file") as (store, _):
        before = await store.all("label")
        wish = Wish(Edit(config={"name": "Unwritten"}))
        plan = await store.plan_set("label", [wish], may_shrink=False)
        with pytest.raises(Unwritable):
            await store.write(plan, ME, "")
        after = await store.all("label")

    assert after == before


async def test_a_change_is_seen_in_the_logbook(core: RunningCore, store: Store) -> None:
    """By whoever wonders what happened, without any assistant."""
    made = await make(store, next(case for case in CASES if case.kind == "label"))
    await undo(store, made.change)

    async with core_client(core.url, core.token) as client:

        async def lines() -> list[str]:
            entries = await client.get("/api/logbook")
            return [one.get("message", "") for one in entries if one.get("name") == ME]

        async def told() -> bool:
            return "changed label Case label" in await lines()

        await eventually(told)


async def test_a_caller_that_leaves_does_not_stop_a_write(store: Store) -> None:
    """What has left the process is journaled, whoever still waits for it."""
    wish = Wish(Edit(config={"name": "Left alone"}))
    plan = await store.plan_set("area", [wish], may_shrink=False)
    writing = asyncio.ensure_future(store.write(plan, "leaver", ""))
    await asyncio.sleep(0)

    writing.cancel()
    await store.end()
    change = await store.last_change("leaver")
    await undo(store, change.id)

    assert change.entries[0].status is Status.DONE
    assert change.entries[0].document_id == "left_alone"


async def test_what_comes_back_to_an_area_that_is_gone_comes_back_without_it(
    store: Store,
) -> None:
    """Better than not at all; and it is said."""
    area = await make(store, Case("area", {"name": "Gone soon"}, []))
    config = {"alias": "Homeless", "sequence": [{"delay": 1}], "area": "gone_soon"}
    script = await make(store, Case("script", config, []))
    removed = await remove(store, await store.get("script", "homeless"))
    await remove(store, await store.get("area", "gone_soon"))

    back = await undo(store, removed.change)
    after = await store.get("script", "homeless")
    await remove(store, after)

    assert "area" not in after.snapshot.body
    assert "gone_soon" in back.advice[0].message
    assert area.change
    assert script.change


@ALL
async def test_it_is_made_as_wanted_and_the_way_back_leaves_nothing(
    store: Store, case: Case
) -> None:
    """What was written is what is there, and undo of the making removes it."""
    before = {row.id for row in await store.all(case.kind)}

    receipt = await make(store, case)
    (written,) = receipt.written
    made = await store.get(case.kind, written.id)
    await undo(store, receipt.change)

    assert written.unlike == ()
    assert written.etag == made.etag
    assert {row.id for row in await store.all(case.kind)} == before


@ALL
async def test_a_patch_changes_what_it_says_and_undo_changes_it_back(
    store: Store, case: Case
) -> None:
    """Byte for byte, in its normalised spelling."""
    made = await make(store, case)
    document = await store.get(case.kind, made.written[0].id)

    patched = await edit(store, document, case.patch)
    between = await store.get(case.kind, document.id)
    await undo(store, patched.change)
    after = await store.get(case.kind, document.id)
    await undo(store, made.change)

    assert patched.written[0].unlike == ()
    assert between.etag == patched.written[0].etag != document.etag
    assert normalised(after.snapshot.body) == normalised(document.snapshot.body)


@ALL
async def test_what_was_removed_comes_back_as_it_was(store: Store, case: Case) -> None:
    """Under its id where Home Assistant allows it, and findable by its old one everywhere."""
    made = await make(store, case)
    document = await store.get(case.kind, made.written[0].id)

    removed = await remove(store, document)
    with pytest.raises(NotFound):
        await store.get(case.kind, document.id)
    back = await undo(store, removed.change)
    after = await store.get(case.kind, document.id)
    await undo(store, removed.change, back.change, made.change)

    assert (after.id == document.id) is case.same_id
    assert normalised(after.snapshot.body) == normalised(document.snapshot.body)
    assert after.etag == document.etag


@ALL
async def test_who_did_not_see_the_last_change_cannot_write_over_it(
    store: Store, case: Case
) -> None:
    """An etag that is old, and no etag at all, are conflicts; nothing is written."""
    made = await make(store, case)
    document = await store.get(case.kind, made.written[0].id)
    await edit(store, document, case.patch)
    changed = await store.get(case.kind, document.id)

    with pytest.raises(Conflict):
        await edit(store, document, case.patch)
    wish = Wish(Edit(config=case.config), id=document.id)
    with pytest.raises(Conflict):
        await store.plan_set(case.kind, [wish], may_shrink=False)
    with pytest.raises(Conflict):
        await undo(store, made.change)
    after = await store.get(case.kind, document.id)
    await remove(store, after)

    assert after.etag == changed.etag


@ALL
async def test_a_preview_writes_nothing_and_is_applied_as_it_was_shown(
    store: Store, case: Case
) -> None:
    """Once, by its client, without sending the body again."""
    wish = Wish(Edit(config=case.config), variant=case.variant)
    before = [row.id for row in await store.all(case.kind)]

    preview = await store.preview(await store.plan_set(case.kind, [wish], may_shrink=True), ME)
    between = [row.id for row in await store.all(case.kind)]
    with pytest.raises(NotFound):
        await store.apply("set", preview.id, "somebody else", "")
    applied = await store.apply("set", preview.id, ME, "as seen")
    with pytest.raises(NotFound):
        await store.apply("set", preview.id, ME, "again")
    await undo(store, applied.change)

    assert between == before
    assert applied.written[0].unlike == ()


@UNLIKE
@pytest.mark.parametrize("before", [True, False], ids=["before the write", "after the write"])
async def test_a_power_cut_leaves_a_change_that_can_be_taken_back(
    core: RunningCore, tmp_path: Path, case: Case, *, before: bool
) -> None:
    """Whether it was applied is found out afterwards; nobody claims to know it."""
    async with documents(core, tmp_path) as (store, _):
        known = {row.id for row in await store.all(case.kind)}

    async with documents(core, tmp_path, Cut(core, before=before)) as (store, _):
        with pytest.raises(Unreachable) as caught:
            await make(store, case)

    await core.start()
    async with documents(core, tmp_path) as (store, _):
        change = await store.change(1)
        await undo(store, "c1")
        left = {row.id for row in await store.all(case.kind)}

    assert caught.value.sent
    assert change.entries[0].after is not None
    assert isinstance(caught.value, Problem)
    assert left == known
