"""Private addresses that the owner makes and ends while a server of a real home runs."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from mcp import Client, types

from lab.client import core_client
from lab.core import RunningCore, running_core
from live.serving import Served, serving
from server.test_address_command import SHOWN
from server.test_modes import PROGRAMS, ended

pytestmark = pytest.mark.live

LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@pytest_asyncio.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """Run the small home."""
    async with running_core(home="demo") as running:
        yield running


@pytest_asyncio.fixture(scope="module")
async def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the server's state a place of its own."""
    return tmp_path_factory.mktemp("addresses")


@pytest_asyncio.fixture(scope="module")
async def served(core: RunningCore, folder: Path) -> AsyncIterator[Served]:
    """Run a server that nobody was let in to."""
    async with serving(folder, core.url, core.token) as server:
        await server.connected()
        yield server


class Owner:
    """Sits at a terminal beside the server."""

    def __init__(self, core: RunningCore, folder: Path, served: Served) -> None:
        """Take the home and the server."""
        self._environment = {
            "HOMEASSISTANT_URL": core.url,
            "XDG_STATE_HOME": str(folder / "state"),
        }
        self._base = served.server.url.removesuffix(served.server.path)

    async def clients(self, *arguments: str) -> str:
        """Run a command."""
        code, said, complained = await ended(
            PROGRAMS / "ha-mcp", "clients", *arguments, **self._environment
        )
        assert (code, complained) == (0, "")
        return said

    async def adds(self, *arguments: str) -> tuple[str, str]:
        """Make an address; return its id and its URL."""
        said = await self.clients("--add", *arguments)
        shown = SHOWN.search(said)
        assert shown is not None
        return said.split()[0], f"{self._base}/{shown[1]}"


@pytest.fixture
def owner(core: RunningCore, folder: Path, served: Served) -> Owner:
    """Sit down."""
    return Owner(core, folder, served)


async def call(client: Client, tool: str, **arguments: Any) -> tuple[bool, str]:
    """Call a tool; return whether it failed, and what it said."""
    result = await client.call_tool(tool, arguments)
    texts = [one.text for one in result.content if isinstance(one, types.TextContent)]
    return bool(result.is_error), "\n".join(texts)


async def status(url: str) -> int:
    """Return how the server answers at an address."""
    async with aiohttp.ClientSession() as session, session.post(url, json=LIST) as answer:
        return answer.status


async def state_of(core: RunningCore, entity_id: str) -> str:
    """Return a state, from Home Assistant itself."""
    async with core_client(core.url, core.token) as client:
        states = await client.command("get_states")
        return str(next(one["state"] for one in states if one["entity_id"] == entity_id))


async def test_an_address_for_reading_only_reads(core: RunningCore, owner: Owner) -> None:
    """It was made while the server ran, and before it had a file of access."""
    _, url = await owner.adds("Reader")
    before = await state_of(core, "light.bed_light")
    async with Client(url) as client:
        offered = {tool.name for tool in (await client.list_tools()).tools}
        failed, seen = await call(client, "ha_get_state", entity_ids=["light.bed_light"])
        acted, refused = await call(
            client, "ha_call_action", action="light.toggle", target="light.bed_light"
        )

    assert "ha_get_state" in offered
    assert "ha_call_action" not in offered
    assert (failed, before in seen) == (False, True)
    assert (acted, refused.startswith("forbidden: ")) == (True, True)
    assert await state_of(core, "light.bed_light") == before


async def test_an_address_for_a_part_shows_that_part(core: RunningCore, owner: Owner) -> None:
    """One light can be seen and switched; for whoever comes that way there is no other."""
    _, url = await owner.adds("Bedside", "--scopes", "control", "--only", "light.bed_light")
    other = await state_of(core, "light.kitchen_lights")
    before = await state_of(core, "light.bed_light")
    async with Client(url) as client:
        _, found = await call(client, "ha_search", query="light")
        switched, said = await call(
            client, "ha_call_action", action="light.toggle", target="light.bed_light"
        )
        missed, away = await call(
            client, "ha_call_action", action="light.toggle", target="light.kitchen_lights"
        )

    assert "light.bed_light" in found
    assert "light.kitchen_lights" not in found
    assert not switched, said
    assert missed, away
    assert await state_of(core, "light.bed_light") != before
    assert await state_of(core, "light.kitchen_lights") == other


async def test_what_was_changed_names_the_address(served: Served, owner: Owner) -> None:
    """And the log names it without telling it."""
    _, url = await owner.adds("Gardener", "--scopes", "configure")
    async with Client(url) as client:
        failed, said = await call(
            client, "ha_config_set", kind="label", config={"name": "Of the garden"}
        )
    told = await served.ask("ha_get_changes")

    assert not failed, said
    assert "Gardener" in told.text
    assert "Gardener" in served.server.log()
    assert url.rpartition("/")[2] not in served.server.log()


async def test_an_address_ends_while_the_server_runs(served: Served, owner: Owner) -> None:
    """At once, also for a client that is connected; the others stay."""
    kept_id, kept = await owner.adds("Stays")
    gone_id, gone = await owner.adds("Goes")
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(Client(gone))
        failed, _ = await call(client, "ha_get_state", entity_ids=["light.bed_light"])
        said = await owner.clients("--revoke", gone_id)
        ended_with = await status(gone)
    listed = await owner.clients()

    assert not failed
    assert said.startswith(f"shut out: {gone_id}  Goes")
    assert "last used 20" in said
    assert (ended_with, await status(kept)) == (404, 200)
    assert (kept_id in listed, gone_id in listed) == (True, False)
    assert await status(f"{kept}x") == 404
    await served.connected()


async def test_all_addresses_end_and_that_of_the_server_stays(served: Served, owner: Owner) -> None:
    """It is no entry of the list."""
    _, url = await owner.adds("One of all")
    await owner.clients("--revoke", "all")

    assert await owner.clients() == "nobody was let in\n"
    assert await status(url) == 404
    assert await status(served.server.url) == 200
