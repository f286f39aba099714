"""A direct write looks at a document once, and never over what somebody else did meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio

from ha_mcp.documents import Document, Edit, Receipt, Store, Wish
from ha_mcp.home import Home
from ha_mcp.problems import Conflict
from lab.client import CoreClient, core_client
from lab.core import RunningCore, running_core
from live.documents import ME, Case, Cut, documents, make, remove

pytestmark = pytest.mark.live

BOARD: Final = "case-look"
CASE: Final = Case(
    "dashboard",
    {
        "dashboard": {"title": "Case look"},
        "views": [{"title": "One", "cards": [{"type": "markdown", "content": "Old"}]}],
    },
    [],
    id=BOARD,
)
ANNOUNCED: Final = pytest.mark.parametrize("board", [True], indirect=True, ids=["announced"])
BY_HAND: Final[dict[str, Any]] = {"views": [{"title": "By hand"}]}


class Looking(Cut):
    """Counts how often Core is asked for the dashboard, and comes in between."""

    looks = 0
    passing = 0.0  # seconds that a look takes
    other: CoreClient | None = None  # who saves another dashboard right after the first look
    before_write: CoreClient | None = None  # who saves it right before the last question
    after_save: CoreClient | None = None  # who saves it right after we did
    later = 0.0

    async def command(self, kind: str, /, **fields: Any) -> Any:
        """Send a command."""
        if kind == "ping" and self.before_write is not None:
            other, self.before_write = self.before_write, None
            await other.command("lovelace/config/save", url_path=BOARD, config=BY_HAND)
        answer = await self._wire.command(kind, **fields)
        if kind == "lovelace/config/save" and self.after_save is not None:
            other, self.after_save = self.after_save, None
            await other.command(kind, url_path=BOARD, config=BY_HAND)
        return answer

    async def fetch[T](self, kind: str, into: type[T], /, **fields: Any) -> T:
        """Ask, count, and let time pass."""
        answer = await self._wire.fetch(kind, into, **fields)
        if (kind, fields.get("url_path")) == ("lovelace/config", BOARD):
            self.looks += 1
            self.later += self.passing
            if self.other is not None:
                other, self.other = self.other, None
                await other.command("lovelace/config/save", url_path=BOARD, config=BY_HAND)
        return answer


@pytest_asyncio.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """Run the small home."""
    async with running_core(home="demo") as core:
        yield core


@pytest_asyncio.fixture
async def board(
    request: pytest.FixtureRequest, core: RunningCore, tmp_path: Path
) -> AsyncIterator[tuple[Store, Looking, Document]]:
    """Make a dashboard, and take it away; its changes are announced where a test wants that."""
    looking = Looking(core, before=True)
    async with documents(core, tmp_path, looking) as (store, home):
        _let_pass(home, looking)
        await make(store, CASE)
        if getattr(request, "param", False):
            await _read(home)
        else:
            home.mirror.unavailable["lovelace_updated"] = "for a test"
        made = await store.get("dashboard", BOARD)
        looking.looks = 0
        yield store, looking, made
        looking.passing = 0
        await remove(store, await store.get("dashboard", BOARD))


@pytest.mark.parametrize(
    ("board", "looks"), [(False, 2), (True, 1)], indirect=["board"], ids=["unheard", "announced"]
)
async def test_a_direct_write_looks_no_more_than_it_has_to(
    board: tuple[Store, Looking, Document], looks: int
) -> None:
    """Core tells a megabyte after the write, and before it if a change of it would be missed."""
    store, looking, made = board

    receipt = await changed(store, made, "New")
    looked = looking.looks
    after = await store.get("dashboard", BOARD)

    assert looked == looks
    assert receipt.written[0].unlike == ()
    assert receipt.written[0].etag == after.etag
    assert content(after) == "New"


async def test_a_write_that_took_its_time_looks_again(
    board: tuple[Store, Looking, Document],
) -> None:
    """Checks may wait for Core for seconds."""
    store, looking, made = board
    looking.passing = 0.3

    await changed(store, made, "New")

    assert looking.looks == 3


@pytest.mark.parametrize("passing", [0, 0.3], ids=["at once", "after a while"])
async def test_what_was_saved_in_between_is_not_written_over(
    board: tuple[Store, Looking, Document], core: RunningCore, passing: float
) -> None:
    """Somebody else's work is a conflict: Home Assistant says at once that it was saved."""
    store, looking, made = board
    looking.passing = passing

    async with core_client(core.url, core.token) as client:
        looking.other = client
        with pytest.raises(Conflict, match="changed meanwhile"):
            await changed(store, made, "New")
    after = await store.get("dashboard", BOARD)

    assert after.snapshot.body["views"] == BY_HAND["views"]


async def test_of_two_writes_at_once_one_is_a_conflict(
    board: tuple[Store, Looking, Document],
) -> None:
    """However short the time between them is."""
    store, _, made = board

    ends = await asyncio.gather(
        changed(store, made, "First"), changed(store, made, "Second"), return_exceptions=True
    )
    after = await store.get("dashboard", BOARD)
    receipts = [one for one in ends if isinstance(one, Receipt)]

    assert [type(one) for one in ends if not isinstance(one, Receipt)] == [Conflict]
    assert [one.written[0].etag for one in receipts] == [after.etag]


async def test_a_plan_that_was_looked_at_is_compared_when_it_is_written(
    board: tuple[Store, Looking, Document], core: RunningCore
) -> None:
    """A person may have looked at it for a second or an hour."""
    store, _, made = board
    plan = await store.plan_set("dashboard", [wish(made, "New")], may_shrink=False)

    async with core_client(core.url, core.token) as client:
        await client.command("lovelace/config/save", url_path=BOARD, config=BY_HAND)
    with pytest.raises(Conflict):
        await store.write(plan, ME, "")

    assert content(made) == "Old"


@pytest.mark.parametrize("text", ["ä 😀 \u2028", '\\ / " \x07'], ids=["beyond ASCII", "escaped"])
async def test_what_is_read_back_is_what_core_has(
    board: tuple[Store, Looking, Document], text: str
) -> None:
    """Also where it is not decoded again, and whatever is in it."""
    store, _, made = board
    patch: list[dict[str, Any]] = [
        {"op": "replace", "path": "/views/0/cards/0/content", "value": text},
        {"op": "add", "path": "/views/0/cards/0/number", "value": 2.50},
        {"op": "add", "path": "/views/0/cards/0/whole", "value": 3.0},
        {"op": "add", "path": "/views/0/cards/0/huge", "value": 1e300},
    ]

    receipt = await store.set("dashboard", [Wish(Edit(patch=patch), BOARD, made.etag)], ME, "")
    after = await store.get("dashboard", BOARD)
    taken_back = await store.write(
        await store.plan_undo([int(receipt.change.removeprefix("c"))]), ME, ""
    )

    assert receipt.written[0].unlike == ()
    assert receipt.written[0].etag == after.etag
    assert content(after) == text
    assert taken_back.written[0].etag == made.etag


async def test_what_somebody_saves_over_a_write_is_told(
    board: tuple[Store, Looking, Document], core: RunningCore
) -> None:
    """Between the write and the look after it."""
    store, looking, made = board

    async with core_client(core.url, core.token) as client:
        looking.after_save = client
        receipt = await changed(store, made, "New")
    after = await store.get("dashboard", BOARD)

    assert [one.path for one in receipt.written[0].unlike] == ["/views/0/cards", "/views/0/title"]
    assert receipt.written[0].etag == after.etag
    assert after.snapshot.body["views"] == BY_HAND["views"]


@ANNOUNCED
async def test_a_save_that_was_announced_is_seen_at_once(
    board: tuple[Store, Looking, Document], core: RunningCore
) -> None:
    """Before the mirror has read it again, and whoever reads or writes next."""
    store, _, made = board

    async with core_client(core.url, core.token) as client:
        await client.command("lovelace/config/save", url_path=BOARD, config=BY_HAND)
    with pytest.raises(Conflict, match="changed since it was read"):
        await changed(store, made, "New")
    by_hand = await store.get("dashboard", BOARD)
    patch = [{"op": "replace", "path": "/views/0/title", "value": "Ours"}]
    await store.set("dashboard", [Wish(Edit(patch=patch), BOARD, by_hand.etag)], ME, "")
    ours = await store.get("dashboard", BOARD)

    assert by_hand.snapshot.body["views"] == BY_HAND["views"]
    assert ours.snapshot.body["views"] == [{"title": "Ours"}]


@ANNOUNCED
async def test_a_save_after_what_was_kept_was_taken_is_not_written_over(
    board: tuple[Store, Looking, Document], core: RunningCore
) -> None:
    """Between the look, which asked nothing, and the write."""
    store, looking, made = board

    async with core_client(core.url, core.token) as client:
        looking.before_write = client
        with pytest.raises(Conflict, match="changed meanwhile"):
            await changed(store, made, "New")
    after = await store.get("dashboard", BOARD)

    assert after.snapshot.body["views"] == BY_HAND["views"]


@ANNOUNCED
async def test_a_dashboard_that_was_reset_by_somebody_is_not_what_was_kept(
    board: tuple[Store, Looking, Document], core: RunningCore
) -> None:
    """What it showed is gone: Core announces that, too."""
    store, _, made = board

    async with core_client(core.url, core.token) as client:
        await client.command("lovelace/config/delete", url_path=BOARD)
    empty = await store.get("dashboard", BOARD)
    with pytest.raises(Conflict, match="changed since it was read"):
        await changed(store, made, "New")

    assert empty.snapshot.body["views"] == []


def wish(document: Document, text: str) -> Wish:
    """Want another text on the card."""
    patch = [{"op": "replace", "path": "/views/0/cards/0/content", "value": text}]
    return Wish(Edit(patch=patch), document.id, document.etag)


async def changed(store: Store, document: Document, text: str) -> Receipt:
    """Write it at once."""
    return await store.set("dashboard", [wish(document, text)], ME, "")


def content(document: Document) -> Any:
    """Return the text on the card."""
    return document.snapshot.body["views"][0]["cards"][0]["content"]


def _let_pass(home: Home, looking: Looking) -> None:
    """Let the home's clock go by what the looks take, and else stand still."""
    began = home.now()
    home.now = lambda: began + looking.later


async def _read(home: Home) -> None:
    """Wait until the dashboards were read again after the last announcement."""
    async with asyncio.timeout(10):
        while not home.mirror.is_current("dashboards"):  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.02)
