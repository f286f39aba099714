"""The whole server in one process: it serves from the first moment, whatever is away."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from fakes.supervisor import App, FakeSupervisor, House
from ha_mcp.access.asked import Asked
from ha_mcp.access.grants import Only
from ha_mcp.app_options import app_options
from ha_mcp.modes.app import in_house
from ha_mcp.modes.web import over_http
from ha_mcp.options import Edge, Options, web_options
from ha_mcp.problems import Conflict
from ha_mcp.web.serving import listen

NOWHERE = {"HOMEASSISTANT_URL": "http://127.0.0.1:9", "HOMEASSISTANT_TOKEN": "a-token"}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@dataclass(frozen=True)
class Running:
    """A server of this process."""

    base: str
    edge: Edge
    http: httpx2.AsyncClient

    async def health(self) -> dict[str, Any]:
        """Return what it says of itself."""
        said: dict[str, Any] = (await self.http.get(f"{self.base}/healthz")).json()
        return said

    async def call(self, name: str) -> dict[str, Any]:
        """Call a tool."""
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name}}
        url = f"{self.base}{self.edge.path.reveal()}"
        answer = await self.http.post(url, json=message, timeout=30)
        result: dict[str, Any] = answer.json()["result"]
        return result


@asynccontextmanager
async def running(options: Options) -> AsyncIterator[Running]:
    """Serve on a free port until the block ends."""
    with listen("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    assert options.edge is not None
    edge = replace(options.edge, host="127.0.0.1", port=port)
    serving = over_http if options.supervisor is None else in_house
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks, httpx2.AsyncClient(verify=False) as http:
        tasks.create_task(serving(replace(options, edge=edge), stop))
        await asyncio.sleep(0)  # it listens before it waits for anything
        yield Running(f"http://127.0.0.1:{port}", edge, http)
        stop.set()


@dataclass(frozen=True)
class Supervised:
    """The app inside Home Assistant OS, where Core does not run yet."""

    house: House
    app: App
    options: Options


@pytest.fixture
async def supervised(tmp_path: Path) -> AsyncIterator[Supervised]:
    """Give the app its Supervisor."""
    house, app = House(), App(slug="local_ha_mcp")
    house.add(app)
    async with FakeSupervisor(house) as supervisor:
        options = app_options(
            {"SUPERVISOR_TOKEN": app.token}, data=tmp_path, supervisor=supervisor.url
        )
        yield Supervised(house, app, options)


class Log(logging.Handler):
    """What the server writes, as it comes."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.seen: list[str] = []
        self._coming: asyncio.Queue[str] = asyncio.Queue()

    def emit(self, record: logging.LogRecord) -> None:
        """Take what is ours."""
        if record.name.startswith("ha_mcp"):
            self.seen.append(record.getMessage())
            self._coming.put_nowait(record.getMessage())

    async def line(self, words: str) -> str:
        """Wait for a line that has these words."""
        async with asyncio.timeout(10):
            while words not in (line := await self._coming.get()):
                pass
        return line


@pytest.fixture
async def log() -> AsyncIterator[Log]:
    """Listen to the log from the beginning."""
    handler, logger = Log(), logging.getLogger("ha_mcp")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(before)


async def test_it_serves_while_home_assistant_is_away(log: Log) -> None:
    """A client that connects too early is told what to wait for, not refused."""
    async with running(web_options(NOWHERE)) as server:
        health = await server.health()
        result = await server.call("ha_get_overview")

    assert health["name"] == "ha-mcp"
    assert health["home"] == {"connected": False, "synced": False, "stale_since": None}
    assert result["isError"]
    assert result["content"][0]["text"].startswith("unreachable: ")
    assert "a-token" not in "".join(log.seen)


async def test_outside_it_tells_where_it_listens(log: Log) -> None:
    """Ready to be copied."""
    async with running(web_options(NOWHERE)) as server:
        assert await log.line("http://") == f"{server.base}/mcp"


async def test_in_the_app_the_supervisor_tells_the_address(
    supervised: Supervised, log: Log
) -> None:
    """The container knows neither the machine's address nor the port outside, the owner does."""
    supervised.house.address = "192.168.1.20/24"
    async with running(supervised.options) as server:
        supervised.app.network[f"{server.edge.port}/tcp"] = 19583
        path = server.edge.path.reveal()
        found = await log.line("http://")
        result = await server.call("ha_get_overview")

    assert found == f"http://192.168.1.20:19583{path}"
    assert [line for line in log.seen if path in line] == [found]
    assert supervised.app.token not in "".join(log.seen)
    assert "Home Assistant is starting" in result["content"][0]["text"]


async def test_further_addresses_are_told_and_lead_in(supervised: Supervised, log: Log) -> None:
    """With the rights of the option, and what they are for; nobody else writes them anywhere."""
    supervised.house.address = "192.168.1.20/24"
    asked = Asked(name="Tablet", right="read", only=Only(areas=frozenset({"kitchen"})))
    async with running(replace(supervised.options, further=(asked,))) as server:
        supervised.app.network[f"{server.edge.port}/tcp"] = 19583
        await log.line("The address for Tablet; it allows read, only area:kitchen:")
        found = await log.line("http://")
        path = found.removeprefix("http://192.168.1.20:19583")
        tools = await server.http.post(server.base + path, json=LIST)
    async with running(supervised.options) as server:
        gone = await server.http.post(server.base + path, json=LIST)

    offered = {tool["name"] for tool in tools.json()["result"]["tools"]}
    assert "ha_get_state" in offered
    assert "ha_call_action" not in offered
    assert [line for line in log.seen if path in line] == [found]
    assert gone.status_code == 404


async def test_a_port_that_the_owner_closed_is_named(supervised: Supervised, log: Log) -> None:
    """No address would work."""
    async with running(supervised.options):
        await log.line("set a port on the app's Configuration tab")


async def test_a_machine_without_a_network_is_named(supervised: Supervised, log: Log) -> None:
    """An address that leads nowhere is not offered."""
    supervised.house.address = "169.254.1.2/16"
    async with running(supervised.options) as server:
        supervised.app.network[f"{server.edge.port}/tcp"] = 9583
        await log.line("has no address in a network")


async def test_it_serves_while_the_supervisor_is_away(tmp_path: Path, log: Log) -> None:
    """It restarts for its own updates, and is back soon."""
    options = app_options({"SUPERVISOR_TOKEN": "x"}, data=tmp_path, supervisor="http://127.0.0.1:9")
    async with running(options) as server:
        await log.line("The address is not known yet")
        health = await server.health()

    assert health["home"]["connected"] is False


async def test_a_port_that_is_taken_is_a_problem_and_not_a_traceback() -> None:
    """Raised before anything else was begun."""
    options = web_options(NOWHERE)
    assert options.edge is not None
    with listen("127.0.0.1", 0) as taken:
        edge = replace(options.edge, port=taken.getsockname()[1])

        with pytest.raises(Conflict, match="is in use"):
            await over_http(replace(options, edge=edge), asyncio.Event())
