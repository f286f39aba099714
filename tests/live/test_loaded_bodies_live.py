"""Automations and scripts are read from what is loaded only while that is what is stored.

The server sees by itself that nobody has edited the file where it can look into Home Assistant's
folder, as the app can, and asks Core to read it where it cannot.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from ha_mcp.documents import Document, Edit, Plan, Receipt, Store, Wish
from ha_mcp.home import ConfigDir
from ha_mcp.problems import Conflict
from lab.client import core_client
from lab.core import RunningCore, running_core
from live.documents import ME, Case, Cut, documents, make, remove

pytestmark = pytest.mark.live

CASES = [
    Case(
        "automation",
        {
            "alias": "Case loaded",
            "triggers": [{"trigger": "time", "at": "07:30:00"}],
            "actions": [{"delay": {"seconds": 5}}],
        },
        [],
    ),
    Case("script", {"alias": "Case loaded", "sequence": [{"delay": "00:00:05"}]}, []),
]


class Counting(Cut):
    """Counts how often Core reads the file."""

    reads = 0
    later = 0.0  # seconds that have passed meanwhile

    async def get_json(self, path: str, **query: str) -> Any:
        """Ask, and count."""
        self.reads += path.startswith(("config/automation/", "config/script/"))
        return await self._rest.get_json(path, **query)

    async def post_json(self, path: str, body: Any) -> Any:
        """Post."""
        return await self._rest.post_json(path, body)

    async def command(self, kind: str, /, **fields: Any) -> Any:
        """Send a command."""
        return await self._wire.command(kind, **fields)


@pytest_asyncio.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """Run the small home."""
    async with running_core(home="demo") as core:
        yield core


@dataclass(frozen=True)
class Opened:
    """The documents of the small home, and how they are looked at."""

    store: Store
    counting: Counting
    in_folder: bool  # whether the server can look into Home Assistant's folder


@pytest_asyncio.fixture(params=[True, False], ids=["in the folder", "elsewhere"])
async def opened(
    core: RunningCore, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Opened]:
    """Open its documents."""
    counting = Counting(core, before=True)
    async with documents(core, tmp_path, counting) as (store, home):
        now = home.now
        home.now = lambda: now() + counting.later
        home.config_dir = ConfigDir(core.config_dir if request.param else None)
        yield Opened(store, counting, request.param)


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_the_file_is_read_once_and_before_a_write(opened: Opened, case: Case) -> None:
    """Looking and previewing again costs Core nothing; nor does writing, in the folder."""
    store, counting = opened.store, opened.counting
    made = await make(store, case)
    first = await store.get(case.kind, made.written[0].id)
    reads = counting.reads

    again = await store.get(case.kind, first.id)
    plan = await described(store, case.kind, first.id, first.etag)
    looked = counting.reads
    counting.later += 60
    written = await store.write(plan, ME, "")
    after = await store.get(case.kind, first.id)
    wrote = counting.reads
    await remove(store, after)

    assert looked == reads
    assert wrote == looked + (0 if opened.in_folder else 1)
    assert again.etag == first.etag
    assert written.written[0].unlike == ()
    assert after.snapshot.body["description"] == "Changed"


@pytest.mark.parametrize("directly", [False, True], ids=["planned before", "at once"])
@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_file_that_was_edited_by_hand_is_not_written_over(
    opened: Opened,
    core: RunningCore,
    case: Case,
    directly: bool,  # noqa: FBT001 - a table's column
) -> None:
    """Although Core has not loaded it: who reads again sees it."""
    store, counting = opened.store, opened.counting
    made = await make(store, case)
    seen = await store.get(case.kind, made.written[0].id)
    file = core.config_dir / f"{case.kind}s.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Case loaded", "Case by hand"), encoding="utf-8")

    counting.later += 60
    with pytest.raises(Conflict, match="is not loaded yet"):
        await changed(store, seen, directly=directly)
    after = await store.get(case.kind, seen.id)
    await remove(store, after)

    assert seen.snapshot.body["alias"] == "Case loaded"
    assert after.snapshot.body["alias"] == "Case by hand"
    assert after.etag != seen.etag


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_direct_write_looks_at_the_file_once_while_it_is_planned(
    opened: Opened, case: Case
) -> None:
    """What was seen then is written at once; in the folder, Core is not asked at all."""
    store, counting = opened.store, opened.counting
    made = await make(store, case)
    seen = await store.get(case.kind, made.written[0].id)
    reads = counting.reads

    counting.later += 60
    written = await store.set(case.kind, [wish(seen.id, seen.etag)], ME, "")
    wrote = counting.reads
    after = await store.get(case.kind, seen.id)
    await remove(store, after)

    assert wrote == reads + (0 if opened.in_folder else 1)
    assert written.written[0].unlike == ()
    assert after.snapshot.body["description"] == "Changed"


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_what_somebody_else_changed_in_the_file_hinders_nobody(
    opened: Opened, core: RunningCore, case: Case
) -> None:
    """The item is looked at once more; the other one stays as it was edited."""
    store, counting = opened.store, opened.counting
    made = await make(store, case)
    other = await make(store, replace(case, config={**case.config, "alias": "Case other"}))
    seen = await store.get(case.kind, made.written[0].id)
    file = core.config_dir / f"{case.kind}s.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Case other", "Case by hand"), encoding="utf-8")
    reads = counting.reads

    counting.later += 60
    written = await changed(store, seen, directly=True)
    wrote = counting.reads
    async with core_client(core.url, core.token) as client:
        await client.act(f"{case.kind}.reload")
    beside = await store.get(case.kind, other.written[0].id)
    for one in (seen, beside):
        await remove(store, await store.get(case.kind, one.id))

    assert wrote == reads + 1
    assert written.written[0].unlike == ()
    assert beside.snapshot.body["alias"] == "Case by hand"


async def changed(store: Store, seen: Document, *, directly: bool) -> Receipt:
    """Change a description at once, or by a plan that was made before."""
    if directly:
        return await store.set(seen.kind, [wish(seen.id, seen.etag)], ME, "")
    return await store.write(await described(store, seen.kind, seen.id, seen.etag), ME, "")


async def described(store: Store, kind: str, document_id: str, etag: str) -> Plan:
    """Plan to change a description."""
    return await store.plan_set(kind, [wish(document_id, etag)], may_shrink=False)


def wish(document_id: str, etag: str) -> Wish:
    """Return the wish to change a description."""
    return Wish(Edit(merge={"description": "Changed"}), document_id, etag)
