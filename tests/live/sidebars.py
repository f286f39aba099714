"""The app in a home with a real Core and a Supervisor: its panel is reached as people reach it.

The Supervisor has an address of its own on this machine, so that it can be told from all others.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientConnectionError, ClientSession, DummyCookieJar

from fakes.supervisor import App, Core, FakeSupervisor, House
from ha_mcp.app_options import app_options
from ha_mcp.modes.app import in_house
from ha_mcp.options import Options
from lab.client import core_client
from lab.core import RunningCore, running_core
from lab.process import free_port

SUPERVISOR: Final = "127.0.0.2"
SLUG: Final = "0123abcd_ha_mcp"


@dataclass
class Sidebar:
    """A home whose sidebar has the panel."""

    core: RunningCore
    supervisor: FakeSupervisor
    app: App
    options: Options

    @property
    def base(self) -> str:
        """Where the panel is on Home Assistant's own address, without a slash at its end."""
        return f"{self.core.url}/api/hassio_ingress/{self.app.ingress_token}"

    @property
    def page(self) -> str:
        """Where people open it."""
        return f"{self.core.url}/app/{self.app.slug}"

    @property
    def direct(self) -> str:
        """Where the app itself listens."""
        return f"http://127.0.0.1:{self.options.at_edge.port}"

    @property
    def private(self) -> str:
        """The private address."""
        return self.direct + self.options.at_edge.path.reveal()

    async def owner_id(self) -> str:
        """Return by what Home Assistant knows its owner."""
        async with core_client(self.core.url, self.core.token) as client:
            users = await client.command("config/auth/list")
        return str(next(user["id"] for user in users if user["is_owner"]))

    async def connected(self) -> None:
        """Wait until the app has its connection to Home Assistant."""
        async with ClientSession() as http, asyncio.timeout(60):
            while not await self._synced(http):  # noqa: ASYNC110 - it tells when it is asked
                await asyncio.sleep(0.05)

    async def _synced(self, http: ClientSession) -> bool:
        try:
            async with http.get(f"{self.direct}/healthz") as answer:
                return bool((await answer.json())["home"]["synced"])
        except ClientConnectionError:
            return False

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Run the app."""
        async with running(lambda stop: in_house(self.options, stop)):
            await self.connected()
            yield


@dataclass(frozen=True, slots=True)
class Browsing:
    """Somebody who is logged in to Home Assistant, at the pages of an app."""

    http: ClientSession
    base: str
    cookie: str

    async def ask(
        self, path: str = "", *, method: str = "GET", cookie: str | None = None, **request: Any
    ) -> tuple[int, str]:
        """Send a request as the browser does; return status and text."""
        headers = {"Cookie": self.cookie if cookie is None else cookie}
        headers |= request.pop("headers", {})
        async with self.http.request(
            method, f"{self.base}/{path}", headers=headers, allow_redirects=False, **request
        ) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def browsing(core: RunningCore, app: App, *, admin: bool = True) -> AsyncIterator[Browsing]:
    """Log in to Home Assistant and open a session, as its frontend does."""
    token = core.token if admin else core.nonadmin_token
    wanted = {"endpoint": "/ingress/session", "method": "post"}
    async with (
        core_client(core.url, token) as client,
        ClientSession(cookie_jar=DummyCookieJar()) as http,
    ):
        opened = await client.command("supervisor/api", **wanted)
        base = f"{core.url}/api/hassio_ingress/{app.ingress_token}"
        yield Browsing(http, base, f"ingress_session={opened['session']}")


@asynccontextmanager
async def running(
    start: Callable[[asyncio.Event], Coroutine[Any, Any, None]],
) -> AsyncIterator[None]:
    """Run something until the block ends."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(start(stop))
        try:
            yield
        finally:
            stop.set()


@asynccontextmanager
async def sidebar(folder: Path) -> AsyncIterator[Sidebar]:
    """Install the app in a home; nothing of it runs yet."""
    house, port, listening = House(address="127.0.0.1/8"), free_port(), free_port()
    app = house.add(
        App(
            slug=SLUG,
            name="MCP Server for Home Assistant",
            ip_address="127.0.0.1",
            network={f"{listening}/tcp": listening},
            discovery=["mcp"],
            ingress=True,
            ingress_port=listening,
            panel_title="MCP Server",
        )
    )
    known = {"SUPERVISOR": f"{SUPERVISOR}:{port}", "SUPERVISOR_TOKEN": house.core_token}
    async with (
        FakeSupervisor(house, Core(), host=SUPERVISOR, port=port) as supervisor,
        running_core(environment=known) as core,
    ):
        supervisor.core.url, supervisor.core.token = core.url, core.token
        supervisor.core.ip_address, supervisor.core.port = "127.0.0.1", core.port
        environ = {"SUPERVISOR_TOKEN": app.token}
        options = app_options(environ, data=folder, supervisor=supervisor.url)
        edge = replace(options.at_edge, host="127.0.0.1", port=listening)
        yield Sidebar(core, supervisor, app, replace(options, edge=edge))
