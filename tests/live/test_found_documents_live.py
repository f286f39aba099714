"""Documents that are not made here, on a real Core: found, read, changed, previewed, put back."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from ha_mcp.documents import Edit, Store, Wish
from ha_mcp.documents.etags import normalised
from ha_mcp.home import Home
from ha_mcp.journal import Filter, Status
from ha_mcp.problems import Conflict, Invalid, NotFound, Rejected, Unsupported
from lab.client import core_client
from lab.core import RunningCore, running_core
from lab.homes.demo import flow
from live.documents import ME, documents, edit, remove, undo

pytestmark = pytest.mark.live


@dataclass(frozen=True)
class Found:
    """A document of the small home, and a change to it."""

    kind: str
    name: str
    patch: Sequence[dict[str, Any]]

    def __str__(self) -> str:
        """Name the case in a report."""
        return f"{self.kind} {self.name}"


FOUND = [
    Found(
        "entity",
        "light.bed_light",
        [
            {"op": "add", "path": "/name", "value": "Sleeping lamp"},
            {"op": "add", "path": "/aliases/-", "value": "night lamp"},
            {"op": "add", "path": "/icon", "value": "mdi:lamp"},
            {"op": "add", "path": "/labels", "value": ["Holiday lights"]},
            {"op": "add", "path": "/hidden", "value": True},
            {"op": "add", "path": "/exposed", "value": {"conversation": False}},
        ],
    ),
    Found(
        "entity",
        "sensor.outside_temperature",
        [
            {"op": "add", "path": "/options", "value": {"sensor": {"display_precision": 1}}},
            {"op": "add", "path": "/by_name", "value": False},
            {"op": "add", "path": "/disabled", "value": True},
        ],
    ),
    Found(
        "entity",
        "automation.hallway_light_on_motion",
        [{"op": "remove", "path": "/categories/automation"}],
    ),
    Found(
        "device",
        "Bed Light",
        [
            {"op": "add", "path": "/name_by_user", "value": "Sleeping lamp"},
            {"op": "replace", "path": "/area", "value": "Attic"},
            {"op": "add", "path": "/labels", "value": ["Critical"]},
            {"op": "add", "path": "/disabled", "value": True},
        ],
    ),
    Found(
        "integration",
        "Chores",
        [
            {"op": "replace", "path": "/title", "value": "Duties"},
            {"op": "add", "path": "/disabled", "value": True},
            {"op": "add", "path": "/disable_new_entities", "value": True},
        ],
    ),
]

ALL = pytest.mark.parametrize("case", FOUND, ids=str)


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


@ALL
async def test_a_patch_changes_what_it_says_and_undo_changes_it_back(
    store: Store, case: Found
) -> None:
    """Byte for byte, in its normalised spelling, and the exposure beside the etag too."""
    document = await store.get(case.kind, case.name)

    patched = await edit(store, document, case.patch)
    between = await store.get(case.kind, document.id)
    await undo(store, patched.change)
    after = await store.get(case.kind, document.id)

    assert patched.written[0].unlike == ()
    assert between.etag == patched.written[0].etag != document.etag
    assert normalised(after.snapshot.body) == normalised(document.snapshot.body)


@ALL
async def test_who_did_not_see_the_last_change_cannot_write_over_it(
    store: Store, case: Found
) -> None:
    """Neither with an old etag nor with none."""
    document = await store.get(case.kind, case.name)
    patched = await edit(store, document, case.patch)

    with pytest.raises(Conflict):
        await edit(store, document, case.patch)
    wish = Wish(Edit(config=document.snapshot.body), id=document.id)
    with pytest.raises(Conflict):
        await store.plan_set(case.kind, [wish], may_shrink=False)
    await undo(store, patched.change)
    after = await store.get(case.kind, document.id)

    assert after.etag == document.etag


@ALL
async def test_a_preview_writes_nothing_and_is_applied_as_it_was_shown(
    store: Store, case: Found
) -> None:
    """Its etag and body are what they were until it is applied."""
    document = await store.get(case.kind, case.name)
    wish = Wish(Edit(patch=case.patch), id=document.id, etag=document.etag)

    preview = await store.preview(await store.plan_set(case.kind, [wish], may_shrink=True), ME)
    between = await store.get(case.kind, document.id)
    applied = await store.apply("set", preview.id, ME, "as seen")
    await undo(store, applied.change)

    assert normalised(between.snapshot.body) == normalised(document.snapshot.body)
    assert applied.written[0].unlike == ()


@ALL
async def test_new_ones_cannot_be_made(store: Store, case: Found) -> None:
    """It is said before anything is sent."""
    wish = Wish(Edit(config={}), id="no_such_thing")

    with pytest.raises(Unsupported):
        await store.plan_set(case.kind, [wish], may_shrink=False)


async def test_what_an_integration_provides_is_not_removed(store: Store) -> None:
    """It would come back at once; the journal says that nothing happened."""
    document = await store.get("entity", "light.ceiling_lights")

    with pytest.raises(Unsupported, match="belongs to demo"):
        await remove(store, document)

    (change, *_), _ = await store.changes(Filter(), 0, 1)
    assert change.entries[0].status is Status.FAILED
    assert (await store.get("entity", document.id)).etag == document.etag


async def test_what_nothing_provides_any_more_is_removed_and_cannot_come_back(
    core: RunningCore, opened_store: tuple[Store, Home]
) -> None:
    """An automation that left its file leaves an entity behind."""
    store, home = opened_store
    file = core.config_dir / "automations.yaml"
    without = file.read_text()
    config = {"alias": "Case orphan", "triggers": [], "actions": []}
    plan = await store.plan_set("automation", [Wish(Edit(config=config))], may_shrink=False)
    await store.write(plan, ME, "")
    file.write_text(without)
    await home.core.command("call_service", domain="automation", service="reload")

    orphan = await store.get("entity", "automation.case_orphan")
    removed = await remove(store, orphan)
    with pytest.raises(NotFound):
        await store.get("entity", orphan.id)
    with pytest.raises(Unsupported, match="only its integration"):
        await undo(store, removed.change)


async def test_a_device_that_its_integration_keeps_is_refused_in_its_words(store: Store) -> None:
    """The demo does not let devices go."""
    document = await store.get("device", "Bed Light")

    with pytest.raises(Rejected, match="does not support device removal"):
        await remove(store, document)


async def test_an_entity_without_an_entry_is_listed_and_says_why_it_stays_as_it_is(
    store: Store,
) -> None:
    """What has no unique id has no settings."""
    document = await store.get("entity", "lock.front_door")
    merge = {"labels": {"add": ["Critical"]}}

    assert "unique id" in document.snapshot.fixed
    with pytest.raises(Unsupported, match="unique id"):
        await store.plan_set("entity", [Wish(Edit(merge=merge), id=document.id)], may_shrink=False)


async def test_an_integration_is_loaded_anew(opened_store: tuple[Store, Home]) -> None:
    """When the call returns, its entities are there again."""
    store, home = opened_store
    document = await store.get("integration", "Chores")
    before = await home.rest.get_json("states/todo.chores")
    wish = Wish(Edit(merge={"reload": True}), id=document.id, etag=document.etag)

    plan = await store.plan_set("integration", [wish], may_shrink=False)
    receipt = await store.write(plan, ME, "")
    after = await home.rest.get_json("states/todo.chores")

    assert receipt.written[0].unlike == ()
    assert receipt.written[0].etag == document.etag
    assert after["last_updated"] > before["last_updated"]


async def test_an_integration_is_removed_for_good(core: RunningCore, store: Store) -> None:
    """What its forms asked for is not known to anybody."""
    async with core_client(core.url, core.token) as client:
        entry_id = await flow(client, "local_todo", {"todo_list_name": "Case list"})
    document = await store.get("integration", entry_id)

    removed = await remove(store, document)
    with pytest.raises(NotFound):
        await store.get("integration", entry_id)
    with pytest.raises(Unsupported, match="its own forms"):
        await undo(store, removed.change)

    assert "set up again" in removed.notes[0]


async def test_what_is_only_told_cannot_be_set(store: Store) -> None:
    """And helpers have a kind of their own."""
    document = await store.get("integration", "Chores")

    with pytest.raises(Invalid, match="it cannot be set"):
        await edit(store, document, [{"op": "replace", "path": "/domain", "value": "demo"}])
    with pytest.raises(NotFound):
        await store.get("integration", "Mean temperature")


async def test_what_an_integration_tells_of_itself_is_read(store: Store) -> None:
    """In parts, without its secrets, and never written."""
    backup = next(row for row in await store.all("integration") if row.about.startswith("backup"))

    told = await store.get("integration", f"{backup.id}/diagnostics")
    wish = Wish(Edit(merge={"data": None}), id=told.id, etag=told.etag)
    with pytest.raises(Unsupported, match="told by the integration"):
        await store.plan_set("integration", [wish], may_shrink=True)

    assert told.snapshot.body["data"]["backup_agents"][0]["agent_id"] == "backup.local"
    assert "home_assistant" not in told.snapshot.body


async def test_one_that_tells_nothing_says_so(store: Store) -> None:
    """And there is no other part."""
    sun = next(row for row in await store.all("integration") if row.about.startswith("sun"))

    with pytest.raises(NotFound, match="offers no diagnostics"):
        await store.get("integration", f"{sun.id}/diagnostics")
    with pytest.raises(NotFound) as caught:
        await store.get("integration", f"{sun.id}/diagnostic")

    assert caught.value.details["similar"] == ["diagnostics"]


async def test_one_that_does_not_work_says_so_until_it_does(
    core: RunningCore, store: Store
) -> None:
    """In the list and in its body, and loading it anew brings it back."""
    calendar = next(row for row in await store.all("integration") if row.name == "Family")
    file = core.config_dir / ".storage" / "local_calendar.family.ics"
    text = file.read_text()

    file.unlink()
    file.mkdir()
    await _loaded_anew(store, calendar.id)
    listed = next(row for row in await store.all("integration") if row.id == calendar.id)
    broken = (await store.get("integration", calendar.id)).snapshot.body
    file.rmdir()
    file.write_text(text)
    await _loaded_anew(store, calendar.id)
    mended = (await store.get("integration", calendar.id)).snapshot.body

    assert broken["state"] in ("setup_error", "setup_retry")
    assert broken["state"] in listed.about
    assert mended["state"] == "loaded"


async def _loaded_anew(store: Store, entry_id: str) -> None:
    document = await store.get("integration", entry_id)
    wish = Wish(Edit(merge={"reload": True}), id=document.id, etag=document.etag)
    plan = await store.plan_set("integration", [wish], may_shrink=False)
    await store.write(plan, ME, "loaded anew")
