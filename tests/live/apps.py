"""Both apps as images in a home: a real Core, the fake Supervisor, and a way in from outside.

The network of the containers has addresses of the public internet, because one of them stands for
the home as assistants see it: the doctor does not go to private ones.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mcp.client import Client

from fakes.supervisor import App, Core, FakeSupervisor, House
from lab.client import core_client
from lab.container import Container, Network, network, running, standing_at, supervisor_at
from lab.core import RunningCore, running_core
from lab.engine import Engine, engine
from lab.image import app_image
from lab.paths import REPOSITORY
from lab.process import free_port

from .relay.fronts import HOST, Authority, front
from .sidebars import browsing

OUTSIDE = f"https://{HOST}"
HEALTHY_WITHIN = 90.0
SEARCH = {"query": "kitchen lights"}
_SUBNETS = ("11.230.32.0/23", "11.231.32.0/23")
_PORT = 9583  # of the server
_PATIENCE = 120  # seconds: the proxy looks twice a minute, and Core takes its time to start


@dataclass
class Installed:
    """An app that is installed: its image, and its container while it runs."""

    docker: Engine
    image: str
    place: Network
    app: App
    data: Path
    homeassistant: Path | None = None
    may_write: bool = False  # into that folder
    environment: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    container: Container | None = None
    logs: list[str] = field(default_factory=list)
    _life: ExitStack = field(default_factory=ExitStack)

    async def start(self) -> None:
        """Start it as the Supervisor does: a new container with a new token."""
        self.app.new_token()
        self.container = self._life.enter_context(
            running(
                self.docker,
                self.image,
                self.place,
                self.data,
                self.environment | {"SUPERVISOR_TOKEN": self.app.token},
                homeassistant=self.homeassistant,
                may_write=self.may_write,
                address=self.app.ip_address,
                names=self.names,
            )
        )

    async def installed(self) -> None:
        """Start it for the first time, and wait as the Supervisor does until it is healthy."""
        await self.start()
        assert self.container is not None
        await asyncio.to_thread(self.container.wait_healthy, HEALTHY_WITHIN)

    async def stop(self) -> None:
        """Stop it and throw the container away; what it wrote is kept."""
        if self.container is not None:
            await asyncio.to_thread(self.container.stop)
            self.logs.append(self.container.log())
        self.container = None
        self._life.close()

    async def until(self, words: str) -> str:
        """Wait until the log of its present life has these words; return the log."""
        assert self.container is not None
        async with asyncio.timeout(_PATIENCE):
            while True:
                log = await asyncio.to_thread(self.container.log)
                if words in log:
                    return log
                await asyncio.sleep(0.5)


@dataclass
class Home:
    """A home with both apps."""

    core: RunningCore
    supervisor: FakeSupervisor
    server: Installed
    proxy: Installed

    async def stop(self) -> None:
        """Stop everything."""
        await asyncio.gather(self.core.stop(), self.server.stop(), self.proxy.stop())

    async def start(self, order: tuple[str, ...]) -> None:
        """Start everything, each part when the one before it does its work."""
        starts = {"core": self.core.start, "server": self._serving, "proxy": self._proxying}
        for part in order:
            await starts[part]()

    async def _serving(self) -> None:
        await self.server.start()
        await self.server.until("address for your assistant")

    async def _proxying(self) -> None:
        await self.proxy.start()
        await self.proxy.until("\n")

    async def discovered(self, integration: str) -> str:
        """Wait for what Core shows under Discovered; return the id of the flow."""
        async with (
            core_client(self.core.url, self.core.token) as client,
            asyncio.timeout(_PATIENCE),
        ):
            while True:
                for flow in await client.command("config_entries/flow/progress"):
                    if flow["handler"] == integration:
                        return str(flow["flow_id"])
                await asyncio.sleep(0.5)

    async def on_the_panel(self, words: str) -> str:
        """Wait until the server's panel shows these words to the owner; return the page."""
        async with (
            browsing(self.core, self.server.app) as owner,
            asyncio.timeout(_PATIENCE),
        ):
            while words not in (page := (await owner.ask())[1]):  # noqa: ASYNC110 - it is a page
                await asyncio.sleep(0.5)
            return page

    async def asked(self, path: str) -> str:
        """Let an official client look for the kitchen's lights, as soon as the address answers."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                try:
                    async with Client(self.core.url + path) as client:
                        found = await client.call_tool("ha_search", SEARCH)
                except Exception:  # noqa: BLE001 - whatever a client makes of not yet
                    pass
                else:
                    if not found.is_error:
                        return str(found.content)
                await asyncio.sleep(0.5)


@asynccontextmanager
async def both_installed(folder: Path, options: dict[str, Any]) -> AsyncIterator[Home]:
    """Install both apps, the proxy with these options, beside a Core that knows nothing of them."""
    with ExitStack() as stack:
        docker = stack.enter_context(engine())
        images = app_image(docker), app_image(docker, REPOSITORY / "webhook-proxy")
        place = stack.enter_context(network(docker, _SUBNETS))
        async with AsyncExitStack() as running_home:
            core, supervisor = await running_home.enter_async_context(_beside_core(place))
            server, proxy = _installed(docker, images, place, supervisor, folder)
            server.homeassistant = proxy.homeassistant = core.config_dir
            proxy.may_write = True
            (proxy.data / "options.json").write_text(json.dumps(options), encoding="utf-8")
            authority = Authority(folder)
            (server.data / "authority.pem").write_bytes(authority.pem)
            shown = authority.signed()
            port = await running_home.enter_async_context(
                front(shown, core.port, host=place.gateway)
            )
            outside = place.app_at(2)
            server.environment = {"SSL_CERT_FILE": "/data/authority.pem"}
            server.names = {HOST: outside}
            stack.enter_context(standing_at(docker, images[0], place, (outside, 443), port))
            stack.enter_context(
                supervisor_at(docker, images[0], place, supervisor.port, ingress=_PORT)
            )
            yield Home(core, supervisor, server, proxy)
            await asyncio.gather(server.stop(), proxy.stop())


def _installed(
    docker: Engine,
    images: tuple[str, str],
    place: Network,
    supervisor: FakeSupervisor,
    folder: Path,
) -> list[Installed]:
    found = []
    for image, app in zip(images, supervisor.house.apps.values(), strict=True):
        data = folder / app.slug
        data.mkdir()
        found.append(Installed(docker, image, place, app, data))
    return found


@asynccontextmanager
async def _beside_core(place: Network) -> AsyncIterator[tuple[RunningCore, FakeSupervisor]]:
    house, port = House(), free_port()
    house.add(
        App(
            slug="0123abcd_ha_mcp",
            name="MCP Server for Home Assistant",
            ip_address=place.app_at(0),
            stand_in=place.app_at(0),
            network={f"{_PORT}/tcp": _PORT},
            discovery=["mcp"],
            ingress=True,
            ingress_port=_PORT,
            carried_from=place.supervisor,
        )
    )
    house.add(
        App(
            slug="0123abcd_ha_mcp_proxy",
            ip_address=place.app_at(1),
            discovery=["ha_mcp_proxy"],
        )
    )
    known = {
        "SUPERVISOR": f"{place.gateway}:{port}",
        "SUPERVISOR_TOKEN": house.core_token,
    }
    async with (
        FakeSupervisor(house, Core(), host=place.gateway, port=port) as supervisor,
        running_core(environment=known) as core,
    ):
        supervisor.core.url, supervisor.core.token = core.url, core.token
        yield core, supervisor
