"""Whatever happens to Home Assistant, a call ends in time, and the next one works."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from lab.core import RunningCore, running_core
from lab.process import free_port
from lab.server import RunningServer, running_server

pytestmark = pytest.mark.live

LIGHT = "light.kitchen_counter"
LONGEST = 25.0


@dataclass(frozen=True)
class Asking:
    """A client of a running server."""

    server: RunningServer
    http: httpx2.AsyncClient

    async def call(self, name: str, **arguments: Any) -> tuple[bool, str, float]:
        """Call a tool; return whether it failed, its text, and the seconds it took."""
        params = {"name": name, "arguments": arguments}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        began = time.monotonic()
        answer = await self.http.post(self.server.url, json=message, timeout=60)
        result = answer.json()["result"]
        return result["isError"], result["content"][0]["text"], time.monotonic() - began

    async def reads(self) -> bool:
        """Tell whether a state can be read."""
        failed, text, _ = await self.call("ha_get_state", entity_ids=[LIGHT])
        return not failed and "Kitchen Counter" in text

    async def connected(self) -> None:
        """Wait until the server says that it has its connection."""
        async with asyncio.timeout(60):
            while not await self._connected():  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(0.05)

    async def _connected(self) -> bool:
        health = await self.server.health()
        return health is not None and bool(health["home"]["connected"])


@asynccontextmanager
async def asking(folder: Path, url: str, token: str) -> AsyncIterator[Asking]:
    """Run a server for a home."""
    async with (
        running_server(
            folder, home=(url, token), port=free_port(), path="/private_of_the_tests_0002"
        ) as server,
        httpx2.AsyncClient(verify=False) as http,
    ):
        while await server.health() is None:
            server.check_alive()
            await asyncio.sleep(0.02)
        yield Asking(server, http)


@pytest.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """One home, to which all of it happens."""
    async with running_core() as running:
        yield running


@pytest.fixture
async def client(core: RunningCore, tmp_path: Path) -> AsyncIterator[Asking]:
    """Give each test a server of its own that knows the home."""
    async with asking(tmp_path, core.url, core.token) as client:
        await client.server.wait_synced()
        yield client


async def test_a_wrong_token_is_named_in_every_answer_and_in_the_log(
    core: RunningCore, tmp_path: Path
) -> None:
    """With where to get a right one."""
    async with asking(tmp_path, core.url, "not.a.token") as client:
        failed, text, took = await client.call("ha_get_overview")
        log = client.server.log()

    assert failed
    assert text.startswith("forbidden: Home Assistant does not accept the token")
    assert "security page" in text
    assert took < 5
    assert "does not accept the token" in log
    assert "not.a.token" not in log


async def test_a_token_without_rights_is_named_at_the_start_and_the_rest_works(
    core: RunningCore, tmp_path: Path
) -> None:
    """An owner learns it before an assistant does, and what is missing is listed."""
    async with asking(tmp_path, core.url, core.nonadmin_token) as client:
        await client.server.wait_synced()
        _, overview, _ = await client.call("ha_get_overview")
        failed, refused, _ = await client.call("ha_fire_event", event_type="tests")
        reads = await client.reads()
        log = client.server.log()

    assert reads
    assert log.count("who is not an administrator") == 1
    assert "not available: " in overview
    assert failed
    assert refused.startswith("forbidden: ")
    assert "administrator" in refused


async def test_core_that_restarts_under_a_call_ends_it_and_the_next_one_works(
    core: RunningCore, client: Asking
) -> None:
    """A restart takes seconds, a call that hangs takes the client's patience."""
    async with asyncio.TaskGroup() as tasks:
        call = tasks.create_task(
            client.call("ha_call_action", action="light.turn_on", target=LIGHT, watch=20)
        )
        tasks.create_task(core.restart())
    await client.connected()

    assert call.result()[2] < LONGEST
    assert await client.reads()


async def test_core_that_dies_under_a_call_is_named_at_once(
    core: RunningCore, client: Asking
) -> None:
    """What was sent may have happened, and the answer does not invite to do it again."""
    await core.pause()
    async with asyncio.TaskGroup() as tasks:
        call = tasks.create_task(client.call("ha_call_action", action="light.toggle", target=LIGHT))
        await asyncio.sleep(0.5)  # it is on its way: nothing can say so but Core, which is frozen
        await core.kill()
    failed, text, took = call.result()
    await core.start()
    await client.connected()

    assert failed
    assert text.startswith("unreachable: ")
    assert "look before repeating it" in text
    assert took < 5
    assert await client.reads()
