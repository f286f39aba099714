"""Many random changes by several clients: nothing else moves, and every step has a way back."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import batched
from random import Random
from typing import Any

import pytest
import pytest_asyncio

from ha_mcp.documents import Document, Edit, Store, Wish
from ha_mcp.documents.etags import normalised
from ha_mcp.journal import Filter
from ha_mcp.problems import Conflict, NotFound
from lab.core import running_core
from live.documents import CASES, Case, documents, make

pytestmark = pytest.mark.live

OPERATIONS = int(os.environ.get("HA_MCP_OPERATIONS", "60"))
"""Ten thousand of them are made by ``scripts/soak changes``."""

LOOKS = 500  # at most so often is everything read: what differs is what was touched since then
MANY = 25  # documents of one assistant; with more it removes more than it makes

CHANGED = {
    "automation": "/description",
    "script": "/description",
    "label": "/description",
    "area": "/icon",
    "dashboard": "/dashboard/icon",
    "helper": "/icon",
    "floor": "/icon",
    "category": "/icon",
    "zone": "/icon",
    "tag": "/description",
    "note": "/text",
    "todo_item": "/description",
}
KINDS = tuple(CHANGED)
MADE = [case for case in CASES if case.kind in CHANGED and (case.same_id or case.kind != "helper")]
FOLLOWS = ("area", "labels", "category", "floor_id", "after")
"""What goes with an area, a label, a category or a floor, and with the item before in a list."""
NEW_IDS = ("category", "after")  # what names something that may have come back under another id

type Bodies = dict[tuple[str, str], bytes]


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
    found: dict[str, list[bytes]] = {kind: [] for kind in KINDS}
    for (kind, _), body in (await bodies(store, without=NEW_IDS)).items():
        found[kind] = sorted([*found[kind], body])
    return found


async def bodies(store: Store, *, without: tuple[str, ...] = ()) -> Bodies:
    """Read every document."""
    found: Bodies = {}
    for kind in KINDS:
        for row in await store.all(kind):
            body = (await store.get(kind, row.id)).snapshot.body
            kept = {key: value for key, value in body.items() if key not in without}
            found[kind, row.id] = normalised(kept)
    return found


class Assistant:
    """A client that makes, changes and removes at random."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._name = name
        self._random = Random(name)  # the same in each run
        self._count = 0
        self._there = 0

    async def act(self) -> tuple[str, str] | None:
        """Do something; returns what it was done to, or None when another one was faster."""
        weights = (3, 5, 2) if self._there < MANY else (2, 5, 3)
        what = self._random.choices((self._make, self._change, self._remove), weights)[0]
        try:
            return await what()
        except (Conflict, NotFound):
            return None

    async def _make(self) -> tuple[str, str]:
        case = self._random.choice(MADE)
        self._count += 1
        receipt = await make(self._store, self._named(case))
        self._there += 1
        return case.kind, receipt.written[0].id

    async def _change(self) -> tuple[str, str]:
        document = await self._any()
        value = f"mdi:numeric-{self._random.randrange(10)}"
        patch = [{"op": "add", "path": CHANGED[document.kind], "value": value}]
        wish = Wish(Edit(patch=patch), id=document.id, etag=document.etag)
        plan = await self._store.plan_set(document.kind, [wish], may_shrink=False)
        await self._store.write(plan, self._name, "")
        return document.kind, document.id

    async def _remove(self) -> tuple[str, str]:
        document = await self._any()
        plan = await self._store.plan_remove(document.kind, [document.id], document.etag)
        await self._store.write(plan, self._name, "")
        self._there -= 1
        return document.kind, document.id

    async def _any(self) -> Document:
        while True:
            kind = self._random.choice(KINDS)
            rows = [row for row in await self._store.all(kind) if row.id != "lovelace"]
            if not rows:
                continue
            document = await self._store.get(kind, self._random.choice(rows).id)
            stored = kind != "helper" or "." in document.id
            if stored and not document.snapshot.fixed:
                return document

    def _named(self, case: Case) -> Case:
        words = f"{self._name} {self._count}"
        config: dict[str, Any] = {**case.config}
        for key in ("alias", "name", "summary", "text"):
            if key in config:
                config[key] = words
        if "dashboard" in config:
            config["dashboard"] = {"title": words}
        return replace(case, config=config)


async def taken_back(store: Store) -> None:
    """Undo every change, the newest first, one by one."""
    changes, total = await store.changes(Filter(), 0, 100_000)
    assert len(changes) == total
    for change in changes:
        await store.write(await store.plan_undo([change.number]), "undoing", "")


async def test_no_other_document_changes_and_every_step_can_be_taken_back(store: Store) -> None:
    """Whatever was done to whichever: only that one is different afterwards."""
    assistant = Assistant(store, "one")
    start = await contents(store)

    before = await bodies(store, without=FOLLOWS)
    for some in batched(range(OPERATIONS), max(1, OPERATIONS // LOOKS), strict=False):
        touched = {await assistant.act() for _ in some}
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
