"""An automation that was stored is loaded once, and the write waits for just that."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio

from ha_mcp.documents import Document, Edit, Store, Wish, Written
from ha_mcp.problems import Unsupported
from lab.client import CoreClient, core_client
from lab.core import RunningCore, running_core
from live.documents import ME, Case, Cut, documents, make, remove

pytestmark = pytest.mark.live

EVENT: Final = "automation_reloaded"
ENTITY: Final = "automation.case_loading"
CASE: Final = Case(
    "automation",
    {
        "alias": "Case loading",
        "triggers": [{"trigger": "time", "at": "07:30:00"}],
        "actions": [{"delay": {"seconds": 5}}],
    },
    [{"op": "replace", "path": "/actions/0/delay/seconds", "value": 7}],
)


class Between(Cut):
    """Stands between, and may keep us from listening."""

    deaf: bool = False  # whether Core lets nobody listen

    async def post_json(self, path: str, body: Any) -> Any:
        """Post."""
        return await self._rest.post_json(path, body)

    async def command(self, kind: str, /, **fields: Any) -> Any:
        """Send a command."""
        return await self._wire.command(kind, **fields)

    async def subscribe(self, kind: str, listener: Callable[[bytes], None], **fields: Any) -> Any:
        """Listen."""
        if self.deaf and fields.get("event_type") == EVENT:
            raise Unsupported("Nobody may listen to that")
        return await self._wire.subscribe(kind, listener, **fields)


class Seen:
    """How often Core was told to load automations, by itself or by us."""

    def __init__(self, client: CoreClient) -> None:
        self._client = client

    async def since(self) -> int:
        """Count what was begun since the last count."""
        await self._client.post("/api/events/call_service", {"end": True})
        seen = 0
        while "end" not in (data := (await self._client.event())["data"]):
            seen += (data["domain"], data["service"]) == ("automation", "reload")
        return seen


@pytest_asyncio.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """Run the small home."""
    async with running_core(home="demo") as core:
        yield core


@pytest_asyncio.fixture
async def between(core: RunningCore, tmp_path: Path) -> AsyncIterator[tuple[Store, Between, Seen]]:
    """Open its documents."""
    between = Between(core, before=True)
    async with (
        core_client(core.url, core.token) as client,
        documents(core, tmp_path, between) as (store, _),
    ):
        await client.command("subscribe_events", event_type="call_service")
        yield store, between, Seen(client)


async def test_what_was_stored_is_loaded_once(between: tuple[Store, Between, Seen]) -> None:
    """Core begins by itself; to order it as well would take as long again."""
    store, _, seen = between
    made = await made_anew(store)
    at_creation = await seen.since()

    written = await patched(store, made)
    at_change = await seen.since()
    after = await store.get(made.kind, made.id)
    await remove(store, after)

    assert (at_creation, at_change) == (1, 1)
    assert written.unlike == ()
    assert after.snapshot.body["actions"][0]["delay"]["seconds"] == 7
    assert after.etag == written.etag


async def test_where_nobody_may_listen_loading_is_ordered(
    between: tuple[Store, Between, Seen],
) -> None:
    """Then Core loads twice, and the write waits for the second time."""
    store, wire, seen = between
    made = await made_anew(store)
    await seen.since()
    wire.deaf = True

    written = await patched(store, made)
    ordered = await seen.since()
    await remove(store, await store.get(made.kind, made.id))

    assert written.unlike == ()
    assert ordered == 2


async def test_one_that_is_switched_off_in_the_registry_is_written_all_the_same(
    between: tuple[Store, Between, Seen],
) -> None:
    """Core has not loaded it, and will not: the file says what was written."""
    store, wire, _ = between
    made = await made_anew(store)
    await wire.command("config/entity_registry/update", entity_id=ENTITY, disabled_by="user")

    written = await patched(store, await store.get(made.kind, made.id))
    after = await store.get(made.kind, made.id)
    await remove(store, after)

    assert written.unlike == ()
    assert after.snapshot.body["actions"][0]["delay"]["seconds"] == 7


async def made_anew(store: Store) -> Document:
    """Create the automation."""
    made = await make(store, CASE)
    return await store.get(CASE.kind, made.written[0].id)


async def patched(store: Store, document: Document) -> Written:
    """Change one step."""
    wish = Wish(Edit(patch=CASE.patch), document.id, document.etag)
    plan = await store.plan_set(document.kind, [wish], may_shrink=False)
    return (await store.write(plan, ME, "")).written[0]
