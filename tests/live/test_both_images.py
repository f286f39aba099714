"""Both apps as images, from their installation to an assistant's answer, and whatever restarts.

A real Core, the fake Supervisor, two containers in a network of apps. What a person does is what
the README says: start both apps, restart Home Assistant once, copy the address from the log.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path

import pytest
from mcp.client import Client

from fakes.supervisor import App, Core, FakeSupervisor, House
from lab.client import core_client
from lab.container import Container, Network, network, running, supervisor_at
from lab.core import RunningCore, running_core
from lab.engine import Engine, engine
from lab.image import app_image
from lab.paths import REPOSITORY
from lab.process import free_port

pytestmark = pytest.mark.live
OUTSIDE = "https://home.example"
ADDRESS = re.compile(rf"{OUTSIDE}(/api/webhook/mcp_[0-9a-f]{{32}})\b")
HEALTHY_WITHIN = 90.0
_PATIENCE = 120  # seconds: the proxy looks twice a minute, and Core takes its time to start
SEARCH = {"query": "kitchen lights"}
PARTS = ("server", "proxy", "core")


@dataclass
class Installed:
    """An app that is installed: its image, and its container while it runs."""

    docker: Engine
    image: str
    place: Network
    app: App
    data: Path
    homeassistant: Path | None = None
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
                {"SUPERVISOR_TOKEN": self.app.token},
                homeassistant=self.homeassistant,
                address=self.app.ip_address,
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


@pytest.fixture(scope="module")
def images() -> Iterator[tuple[Engine, str, str, Network]]:
    """Build both images, and make the network of the apps."""
    with ExitStack() as stack:
        docker = stack.enter_context(engine())
        server, proxy = app_image(docker), app_image(docker, REPOSITORY / "webhook-proxy")
        yield docker, server, proxy, stack.enter_context(network(docker))


@pytest.fixture(scope="module")
async def home(
    images: tuple[Engine, str, str, Network], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Home]:
    """Install both apps beside a Core that knows nothing of them."""
    docker, server_image, proxy_image, place = images
    async with _beside_core(place) as (core, supervisor):
        house = supervisor.house
        server = Installed(
            docker,
            server_image,
            place,
            house.apps["0123abcd_ha_mcp"],
            tmp_path_factory.mktemp("server"),
        )
        proxy = Installed(
            docker,
            proxy_image,
            place,
            house.apps["0123abcd_ha_mcp_proxy"],
            tmp_path_factory.mktemp("proxy"),
            homeassistant=core.config_dir,
        )
        options = {"log_level": "info", "remote_url": OUTSIDE, "remote_auth": "url"}
        (proxy.data / "options.json").write_text(json.dumps(options), encoding="utf-8")
        with supervisor_at(docker, server_image, place, supervisor.port):
            yield Home(core, supervisor, server, proxy)
            await asyncio.gather(server.stop(), proxy.stop())


@asynccontextmanager
async def _beside_core(place: Network) -> AsyncIterator[tuple[RunningCore, FakeSupervisor]]:
    house, port = House(), free_port()
    house.add(
        App(
            slug="0123abcd_ha_mcp",
            name="MCP Server for Home Assistant",
            ip_address=place.app_at(0),
            stand_in=place.app_at(0),
            network={"9583/tcp": 9583},
            discovery=["mcp"],
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


@pytest.fixture(scope="module")
async def path(home: Home) -> str:
    """Do what a person does; return the address they copied, without the name of the home."""
    await home.server.installed()
    await home.proxy.installed()
    shown = ADDRESS.search(await home.proxy.until("Restart Home Assistant once"))
    assert shown is not None
    await home.core.restart()
    await home.asked(shown[1])
    return shown[1]


async def test_two_images_and_one_restart_are_enough(home: Home, path: str) -> None:
    """An official client finds the kitchen's lights, and the log says that it works."""
    assert "light.kitchen_lights" in await home.asked(path)
    await home.proxy.until("Everything works")


async def test_home_assistants_own_client_reaches_the_container(home: Home, path: str) -> None:
    """The server is offered to its agents under the address that the container really has."""
    flow = await home.discovered("mcp")
    async with core_client(home.core.url, home.core.token) as client:
        made = await client.post(f"/api/config/config_entries/flow/{flow}", {})

    assert made["type"] == "create_entry"


@pytest.mark.parametrize("order", list(permutations(PARTS)), ids="-".join)
async def test_it_comes_back_by_itself_in_every_order(
    home: Home, path: str, order: tuple[str, ...]
) -> None:
    """After everything was off, as after a power cut; under the same address."""
    await home.stop()
    await home.start(order)

    assert "light.kitchen_lights" in await home.asked(path)
    assert path in await home.proxy.until("/api/webhook/")


async def test_no_log_shows_what_is_secret_to_it(home: Home, path: str) -> None:
    """The proxy shows the address and the server its own; nobody shows another's, or a token."""
    await asyncio.gather(home.server.stop(), home.proxy.stop())
    token = (home.server.data / "relay_token").read_text(encoding="ascii").strip()
    own = (home.server.data / "secret").read_text(encoding="ascii").strip()
    agents = (home.server.data / "assist_secret").read_text(encoding="ascii").strip()
    webhook_id = path.rpartition("/")[2]
    server, proxy, core = "".join(home.server.logs), "".join(home.proxy.logs), home.core.log()

    assert [word for word in (token, agents, webhook_id) if word in server] == []
    assert [word for word in (token, agents, own) if word in proxy] == []
    assert [word for word in (token, agents, own, webhook_id) if word in core] == []
    assert "Traceback" not in server + proxy
