"""Changes that Home Assistant itself makes hard to take back are taken back all the same."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from ha_mcp.documents import Edit, Store, Wish
from ha_mcp.documents.etags import normalised
from ha_mcp.home import Home
from ha_mcp.problems import Conflict, Unreachable, Unsupported
from lab.core import RunningCore, running_core
from live.documents import ME, Case, Cut, documents, edit, make, remove, undo

pytestmark = pytest.mark.live

ZONE = Case("zone", {"name": "Case dock", "latitude": 52.37, "longitude": 4.9}, [])
WITH_ICON = [{"op": "add", "path": "/icon", "value": "mdi:anchor"}]
WITHOUT_ICON = [{"op": "remove", "path": "/icon"}]
BOARD = {"views": [{"title": "Mine", "cards": [{"type": "tile", "entity": "sun.sun"}]}]}


@pytest_asyncio.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """Run the small home."""
    async with running_core(home="demo") as core:
        yield core


@pytest_asyncio.fixture
async def both(core: RunningCore, tmp_path: Path) -> AsyncIterator[tuple[Store, Home]]:
    """Open its documents."""
    async with documents(core, tmp_path) as both:
        yield both


async def test_an_icon_of_a_zone_is_taken_away_again(both: tuple[Store, Home]) -> None:
    """By a zone under the same id, with its name, its entity and what bears its labels."""
    store, home = both
    made = await make(store, ZONE)
    zone_id = made.written[0].id
    entity = await store.get("entity", "zone.case_dock")
    await edit(store, entity, [{"op": "add", "path": "/labels", "value": ["holiday_lights"]}])
    renamed = [{"op": "replace", "path": "/name", "value": "Case harbour"}]
    await edit(store, await store.get("zone", zone_id), renamed)
    before = await store.get("zone", zone_id)
    added = await edit(store, before, WITH_ICON)

    plan = await store.plan_undo([int(added.change[1:])])
    undone = await store.write(plan, ME, "")
    after = await store.get("zone", zone_id)
    labels = (await store.get("entity", "zone.case_dock")).snapshot.body["labels"]
    redone = await undo(store, undone.change)
    await undo(store, redone.change)
    await remove(store, await store.get("zone", zone_id))

    assert normalised(after.snapshot.body) == normalised(before.snapshot.body)
    assert undone.written[0].unlike == ()
    assert any("for a moment it is not there" in one.message for one in plan.advice)
    assert labels == ["holiday_lights"]
    assert home.states.get("zone.case_dock") is None


class NeverMade(Cut):
    """The connection is lost before a zone is made."""

    async def command(self, kind: str, /, **fields: Any) -> Any:
        """Send a command, unless it makes a zone."""
        if kind == "zone/create":
            raise Unreachable("The connection is gone", sent=True)
        return await self._wire.command(kind, **fields)


async def test_a_zone_that_was_cut_off_between_both_comes_back(
    core: RunningCore, tmp_path: Path
) -> None:
    """Removed and not yet made anew: the change is known, and undoing it makes it anew."""
    async with documents(core, tmp_path) as (store, _):
        made = await make(store, ZONE)
        zone_id = made.written[0].id
        await edit(store, await store.get("zone", zone_id), WITH_ICON)
        whole = await store.get("zone", zone_id)

    async with documents(core, tmp_path, NeverMade(core, before=True)) as (store, _):
        with pytest.raises(Unreachable):
            await edit(store, whole, WITHOUT_ICON)

    async with documents(core, tmp_path) as (store, _):
        assert zone_id not in [row.id for row in await store.all("zone")]
        await undo(store, (await store.last_change(ME)).id)
        after = await store.get("zone", zone_id)
        await remove(store, after)

    assert normalised(after.snapshot.body) == normalised(whole.snapshot.body)


async def test_the_default_dashboard_is_the_same_after_a_start(
    core: RunningCore, tmp_path: Path
) -> None:
    """Core puts it into its list then; what was done before can still be taken back."""
    async with documents(core, tmp_path) as (store, _):
        there = [row.id for row in await store.all("dashboard")]
        made = await make(store, Case("dashboard", BOARD, [], id="lovelace"))
        first = await store.get("dashboard", "lovelace")
        path = [{"op": "replace", "path": "/views/0/title", "value": "Other"}]
        patched = await edit(store, first, path)
        listing = Wish(
            Edit(merge={"dashboard": {"title": "Else"}}), "lovelace", patched.written[0].etag
        )
        with pytest.raises(Unsupported, match="when it starts"):
            await store.plan_set("dashboard", [listing], may_shrink=False)

    await core.restart()
    async with documents(core, tmp_path) as (store, _):
        started = await store.get("dashboard", "lovelace")
        titled = await edit(
            store, started, [{"op": "replace", "path": "/dashboard/title", "value": "Else"}]
        )
        with pytest.raises(Conflict):
            await undo(store, patched.change)
        await undo(store, titled.change)
        await undo(store, patched.change)
        back = await store.get("dashboard", "lovelace")
        await undo(store, made.change)
        left = [row.id for row in await store.all("dashboard")]

    assert "lovelace" not in there
    assert started.etag == patched.written[0].etag
    assert back.etag == first.etag
    assert left == there
