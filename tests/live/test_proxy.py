"""From installing both apps to an assistant's answer, and after restarts in any order.

A real Core, the fake Supervisor, the server and the proxy as their images run them. What a person
does is in the first story: start both apps, restart Home Assistant once, copy the address.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client

from fakes.supervisor import App, Core, FakeSupervisor, House
from ha_mcp.app_options import app_options
from ha_mcp.modes.app import in_house
from lab.client import core_client
from lab.core import RunningCore, running_core
from lab.paths import REPOSITORY
from lab.process import free_port
from webhook_proxy.app import run
from webhook_proxy.options import AppOptions, Places

from .sidebars import browsing

pytestmark = pytest.mark.live
ADDRESS = re.compile(r"https://home\.example/api/webhook/mcp_[0-9a-f]{32}")
SEARCH = {"query": "kitchen lights"}
OPTIONS = AppOptions(remote_url="https://home.example", remote_auth="url")
SOURCE = REPOSITORY / "webhook-proxy/custom_components/ha_mcp_proxy"


@dataclass
class Lines(logging.Handler):
    """What the proxy writes into its log, to be waited for."""

    said: list[str] = field(default_factory=list)
    more: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Become a handler."""
        super().__init__()

    def __hash__(self) -> int:
        """Let the log keep it."""
        return id(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Take a line."""
        self.said.append(record.getMessage())
        self.more.set()

    async def until(self, words: str) -> str:
        """Wait for a line with these words, among those that nobody waited for yet."""
        async with asyncio.timeout(30):
            while True:
                for number, line in enumerate(self.said):
                    if words in line:
                        del self.said[: number + 1]
                        return line
                self.more.clear()
                await self.more.wait()


@dataclass
class Installed:
    """A house with both apps installed and neither started."""

    core: RunningCore
    supervisor: FakeSupervisor
    server: App
    proxy: App
    data: Path
    port: int

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Run the server's app."""
        data = self.data / "server"
        data.mkdir(exist_ok=True)
        environ = {"SUPERVISOR_TOKEN": self.server.token}
        options = app_options(environ, data=data, supervisor=self.supervisor.url)
        assert options.edge is not None
        edge = replace(options.edge, host="127.0.0.1", port=self.port)
        async with _running(lambda stop: in_house(replace(options, edge=edge), stop)):
            yield

    @asynccontextmanager
    async def proxying(self, options: AppOptions = OPTIONS) -> AsyncIterator[Lines]:
        """Run the proxy's app and listen to what it says."""
        data = self.data / "proxy"
        data.mkdir(exist_ok=True)
        places = Places(
            supervisor=self.supervisor.url,
            data=data,
            homeassistant=self.core.config_dir,
            integration=SOURCE,
            heartbeat=self.data / "heartbeat",
            every=0.2,
        )
        lines, log = Lines(), logging.getLogger("webhook_proxy")
        log.addHandler(lines)
        log.setLevel(logging.INFO)
        async with _running(lambda stop: run(options, places, self.proxy.token, stop)):
            yield lines
        log.removeHandler(lines)

    async def asked(self, address: str) -> str:
        """Let an official client look for the kitchen's lights at the address from the log."""
        path = address.removeprefix("https://home.example")
        async with Client(self.core.url + path) as client, asyncio.timeout(30):
            while True:
                found = str((await client.call_tool("ha_search", SEARCH)).content)
                if "Retry in a few seconds" not in found:
                    return found
                await asyncio.sleep(0.5)  # as it was told: the server has lost Core too

    async def on_the_panel(self, words: str) -> str:
        """Wait until the panel of the server shows these words; return the page."""
        async with browsing(self.core, self.server) as owner, asyncio.timeout(30):
            while words not in (page := (await owner.ask())[1]):  # noqa: ASYNC110 - it is a page
                await asyncio.sleep(0.1)
            return page

    async def notifications(self) -> list[str]:
        """Return the ids of what the owner is shown."""
        async with core_client(self.core.url, self.core.token) as client:
            shown = await client.command("persistent_notification/get")
        return [one["notification_id"] for one in shown]


@asynccontextmanager
async def _running(start: Any) -> AsyncIterator[None]:
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(start(stop))
        yield
        stop.set()


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installed]:
    """Install both apps beside a Core that knows nothing of them."""
    async with installed(tmp_path_factory.mktemp("data")) as house:
        yield house


@asynccontextmanager
async def installed(data: Path) -> AsyncIterator[Installed]:
    """Have both apps in a house, neither of them started."""
    house, port = House(), free_port()
    listening = free_port()
    server = house.add(
        App(
            slug="0123abcd_ha_mcp",
            ip_address="127.0.0.1",
            network={f"{listening}/tcp": listening},
            ingress=True,
            ingress_port=listening,
        )
    )
    proxy = house.add(
        App(slug="0123abcd_ha_mcp_proxy", ip_address="127.0.0.1", discovery=["ha_mcp_proxy"])
    )
    known = {"SUPERVISOR": f"127.0.0.1:{port}", "SUPERVISOR_TOKEN": house.core_token}
    async with (
        FakeSupervisor(house, Core(), port=port) as supervisor,
        running_core(environment=known) as core,
    ):
        supervisor.core.url, supervisor.core.token = core.url, core.token
        supervisor.core.ip_address, supervisor.core.port = "127.0.0.1", core.port
        yield Installed(core, supervisor, server, proxy, data, listening)


@pytest.fixture(scope="module")
async def address(house: Installed) -> str:
    """Do what a person does, and return the address they copied."""
    async with house.serving(), house.proxying() as log:
        shown = ADDRESS.search(await log.until("/api/webhook/"))
        await log.until("Restart Home Assistant once")
        before = await house.notifications()
        await house.core.restart()
        await log.until("Seen from your home")
        await log.until("Everything works")
        after = await house.notifications()
        answer = await house.asked(shown[0] if shown else "")

    assert shown is not None
    assert "ha_mcp_proxy_restart" in before
    assert "ha_mcp_proxy_restart" not in after
    assert "light.kitchen_lights" in answer
    return shown[0]


async def test_two_apps_and_one_restart_are_enough(address: str) -> None:
    """The address that stood in the log answers, and the notification went away by itself."""
    assert ADDRESS.fullmatch(address)


async def test_the_server_starts_last(house: Installed, address: str) -> None:
    """The proxy says what is missing until it is there."""
    async with house.proxying() as log:
        await log.until("No MCP server is running")
        async with house.serving():
            await log.until("Everything works")
            assert "light.kitchen_lights" in await house.asked(address)


async def test_the_proxy_starts_last(house: Installed, address: str) -> None:
    """Under the same address as before."""
    async with house.serving(), house.proxying() as log:
        assert address in await log.until("/api/webhook/")
        await log.until("Everything works")
        assert "light.kitchen_lights" in await house.asked(address)


async def test_home_assistant_restarts_last(house: Installed, address: str) -> None:
    """It remembers the webhook, and the proxy waits for it."""
    async with house.serving(), house.proxying() as log:
        await log.until("Everything works")
        await house.core.restart()
        await log.until("Everything works")
        assert "light.kitchen_lights" in await house.asked(address)


async def test_the_proxy_need_not_run_for_the_address_to_work(
    house: Installed, address: str
) -> None:
    """What it installed and announced stays."""
    async with house.serving():
        assert "light.kitchen_lights" in await house.asked(address)


async def test_the_panel_shows_the_address_and_after_a_restart_of_the_server_again(
    house: Installed, address: str
) -> None:
    """The proxy runs on and tells the new server by itself."""
    async with house.proxying() as log:
        async with house.serving():
            await log.until("Everything works")
            first = await house.on_the_panel(address)
        await log.until("No MCP server is running")
        async with house.serving():
            again = await house.on_the_panel("Assistants do not get through")

    assert "It is a password to your home: whoever knows it" in first.partition("outside</h2>")[2]
    assert f"<pre>{address}</pre>" in again


async def test_another_id_replaces_the_old_address(house: Installed, address: str) -> None:
    """Somebody learned it: the old one answers nothing more."""
    options = replace(OPTIONS, webhook_id="mcp_chosen_by_the_owner_2026")
    async with house.serving(), house.proxying(options) as log:
        shown = await log.until("/api/webhook/")
        await log.until("Everything works")
        answer = await house.asked(shown)
        with pytest.raises(Exception):  # noqa: B017, PT011 - whatever a client makes of nothing
            await house.asked(address)

    assert shown.endswith("/mcp_chosen_by_the_owner_2026")
    assert "light.kitchen_lights" in answer


async def test_no_secret_is_in_core_s_log(house: Installed, address: str) -> None:
    """After all of it."""
    log = house.core.log()
    token = (house.data / "server" / "relay_token").read_text().strip()

    assert address.rpartition("/")[2] not in log
    assert token not in log
