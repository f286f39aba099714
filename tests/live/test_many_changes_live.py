"""Many random changes by several clients: nothing else moves, and every step has a way back."""

import asyncio
import os
from collections.abc import AsyncIterator
from itertools import batched

import pytest
import pytest_asyncio

from ha_mcp import tools
from ha_mcp.documents import Store
from ha_mcp.journal import Filter
from ha_mcp.toolkit import Catalog
from lab.core import running_core
from live.documents import documents
from live.random_changes import FOLLOWS, LEFT_OUT, SORTS, Assistant, bodies

pytestmark = pytest.mark.live

OPERATIONS = int(os.environ.get("HA_MCP_OPERATIONS", "60"))
"""Ten thousand of them are made by ``scripts/soak changes``."""

LOOKS = 500  # at most so often is everything read: what differs is what was touched since then
NEW_IDS = ("category", "after")  # what names something that may have come back under another id


@pytest_asyncio.fixture
async def store(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    """Open the documents of a small home of its own."""
    async with (
        running_core(home="demo") as core,
        documents(core, tmp_path_factory.mktemp("journal")) as (store, _),
    ):
        yield store


async def contents(store: Store) -> dict[str, list[bytes]]:
    """Read every document of each kind, whatever its id: some come back under another one."""
    found: dict[str, list[bytes]] = {kind: [] for kind in SORTS}
    for (kind, _), body in (await bodies(store, without=NEW_IDS)).items():
        found[kind] = sorted([*found[kind], body])
    return found


async def taken_back(store: Store) -> None:
    """Undo every change, the newest first, one by one."""
    changes, total = await store.changes(Filter(), 0, 100_000)
    assert len(changes) == total
    for change in changes:
        await store.write(await store.plan_undo([change.number]), "undoing", "")


def test_no_kind_is_forgotten() -> None:
    """Each is changed at random, or it is said why not."""
    arguments = Catalog.discover(tools).get("ha_config_get").fields.schema["properties"]

    assert sorted({**SORTS, **LEFT_OUT}) == arguments["kind"]["enum"]


async def test_no_other_document_changes_and_every_step_can_be_taken_back(store: Store) -> None:
    """Whatever was done to whichever: only that one is different afterwards."""
    assistant = Assistant(store, "one")
    start = await contents(store)

    before = await bodies(store, without=FOLLOWS)
    for some in batched(range(OPERATIONS), max(1, OPERATIONS // LOOKS), strict=False):
        touched = set().union(*[await assistant.act() for _ in some])
        after = await bodies(store, without=FOLLOWS)
        different = {key for key in before.keys() | after if before.get(key) != after.get(key)}
        assert different <= touched
        before = after
    await taken_back(store)

    assert await contents(store) == start


async def test_clients_that_write_at_once_do_not_lose_each_others_work(store: Store) -> None:
    """Who comes second meets a conflict; the way back leads through all of them."""
    assistants = [Assistant(store, name) for name in ("anna", "bert", "cleo")]
    start = await contents(store)

    async def work(assistant: Assistant) -> None:
        for _ in range(OPERATIONS // 3):
            await assistant.act()

    async with asyncio.TaskGroup() as group:
        for assistant in assistants:
            group.create_task(work(assistant))
    await taken_back(store)

    assert await contents(store) == start
