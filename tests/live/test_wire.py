"""The wires against a real Core: what it sends, what it refuses, and how it goes away."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest
from aiohttp import ClientSession
from msgspec import Struct

from ha_mcp.ha import Backoff, CoreRest, CoreSocket
from ha_mcp.home.rows import EntityEntry
from ha_mcp.problems import Forbidden, Invalid, NotFound, Rejected, Unreachable, Unsupported
from lab.core import RunningCore, running_core

pytestmark = pytest.mark.live

LIGHT = "light.kitchen_counter"
HEARTBEAT = 2.0  # seconds; a dead socket is found within one and a half


class _State(Struct):
    entity_id: str
    state: str


@pytest.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """Return a demo home."""
    async with running_core(home="demo") as core:
        yield core


@pytest.fixture
async def wire(core: RunningCore) -> AsyncIterator[CoreSocket]:
    """Return a connection to it."""
    async with _connected(core, core.token) as wire:
        yield wire


async def test_the_greeting_is_understood(wire: CoreSocket) -> None:
    """The owner's token is an administrator's."""
    assert wire.version == "2026.11.0"
    assert wire.user.is_admin


async def test_states_and_registry_arrive_in_their_types(wire: CoreSocket) -> None:
    """The two large answers of every home."""
    states, entries = await asyncio.gather(
        wire.fetch("get_states", list[_State]),
        wire.fetch("config/entity_registry/list", list[EntityEntry]),
    )

    assert LIGHT in {state.entity_id for state in states}
    assert LIGHT in {entry.entity_id for entry in entries}


async def test_a_subscription_hears_what_an_action_does(wire: CoreSocket) -> None:
    """All states first, then the difference."""
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    stop = await wire.subscribe("subscribe_entities", heard.put_nowait, entity_ids=[LIGHT])
    first = msgspec.json.decode(await heard.get())

    await wire.command(
        "call_service", domain="light", service="toggle", target={"entity_id": LIGHT}
    )
    changed = msgspec.json.decode(await heard.get())
    await stop()

    assert list(first["a"]) == list(changed["c"]) == [LIGHT]


@pytest.mark.parametrize(
    ("kind", "fields", "problem"),
    [
        ("no/such_command", {}, Unsupported),
        ("lovelace/config", {"url_path": "nope"}, NotFound),
        ("subscribe_trigger", {"trigger": "x", "extra": 1}, Invalid),
        ("call_service", {"domain": "light", "service": "nope"}, NotFound),
        ("call_service", {"domain": "light", "service": "turn_on"}, Invalid),
        ("config/entity_registry/get", {"entity_id": "light.nope"}, NotFound),
    ],
)
async def test_cores_own_refusals_are_told_apart(
    wire: CoreSocket, kind: str, fields: dict[str, object], problem: type[Exception]
) -> None:
    """The table of codes is Core's, not ours."""
    with pytest.raises(problem):
        await wire.command(kind, **fields)


async def test_the_largest_command_that_is_sent_passes(wire: CoreSocket) -> None:
    """The limit that is kept is the one that Core has, to the byte."""
    text = "x" * (4 * 2**20 - 1 - len('{"text":"","id":3,"type":"slugify"}'))

    assert await wire.command("slugify", text=text) == {"slug": text}


async def test_a_user_without_rights_is_known_and_refused(core: RunningCore) -> None:
    """Who is no administrator still sees the home."""
    async with _connected(core, core.nonadmin_token) as wire:
        assert not wire.user.is_admin
        assert await wire.fetch("get_states", list[_State])
        with pytest.raises(Forbidden):
            await wire.command("config/auth/list")


async def test_rest_is_read_and_refused(core: RunningCore) -> None:
    """The interface beside the socket, with the same problems."""
    async with ClientSession() as session:
        rest = CoreRest(session, f"{core.url}/api", lambda: core.token)

        assert (await rest.get_json("core/state"))["state"] == "RUNNING"
        with pytest.raises(NotFound):
            await rest.get_json("states/light.nope")
        with pytest.raises(Invalid, match="malformed"):
            await rest.post_json("config/automation/config/x", {"alias": 5})
        with pytest.raises(Rejected):
            await rest.get_bytes("states", most=100)


async def test_core_restarts(core: RunningCore, wire: CoreSocket) -> None:
    """The next connection comes without help."""
    lost = asyncio.ensure_future(wire.down())

    await core.restart()
    await asyncio.wait_for(lost, 30)
    await asyncio.wait_for(wire.up(), 30)

    assert await wire.command("ping") is None


async def test_core_dies_in_the_middle_of_a_command(core: RunningCore, wire: CoreSocket) -> None:
    """Whoever waits is told at once that it may have been done; then nothing is sent."""
    sequence = [{"delay": {"seconds": 60}}]
    slow = asyncio.ensure_future(wire.command("execute_script", sequence=sequence))
    await wire.command("ping")  # Core takes commands in their order: it has the other one

    await core.kill()
    with pytest.raises(Unreachable) as in_the_middle:
        await asyncio.wait_for(slow, 2)
    with pytest.raises(Unreachable) as afterwards:
        await wire.command("ping")
    await core.start()
    await asyncio.wait_for(wire.up(), 30)

    assert in_the_middle.value.sent
    assert not afterwards.value.sent
    assert await wire.command("ping") is None


async def test_a_core_that_stops_answering_is_found(core: RunningCore, wire: CoreSocket) -> None:
    """A frozen machine closes nothing: the heartbeat finds it, and returns with it."""
    lost = asyncio.ensure_future(wire.down())
    await asyncio.sleep(0)
    began = time.monotonic()

    await core.pause()
    try:
        await asyncio.wait_for(lost, 3 * HEARTBEAT)
    finally:
        await core.resume()
    took = time.monotonic() - began
    await asyncio.wait_for(wire.up(), 30)

    assert took <= 2 * HEARTBEAT
    assert await wire.command("ping") is None


@asynccontextmanager
async def _connected(core: RunningCore, token: str) -> AsyncIterator[CoreSocket]:
    async with ClientSession() as session, asyncio.TaskGroup() as tasks:
        wire = CoreSocket(
            session,
            f"{core.url.replace('http', 'ws', 1)}/api/websocket",
            lambda: token,
            heartbeat=HEARTBEAT,
            backoff=Backoff(0.2, 1),
        )
        running = tasks.create_task(wire.run())
        try:
            await asyncio.wait_for(wire.up(), 20)
            yield wire
        finally:
            running.cancel()
