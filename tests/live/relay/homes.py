"""A real Core with the integration in it, beside a Supervisor that announces a server to it."""

import asyncio
import json
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from yarl import URL

from fakes.supervisor import App, Core, FakeSupervisor, House
from ha_mcp.web.pairing import Pairing
from ha_mcp.web.signing_in import Authorization
from lab.client import CoreClient, core_client
from lab.core import RunningCore, running_core
from lab.environments import CORE_VERSION
from lab.paths import REPOSITORY
from lab.process import free_port

INTEGRATION = REPOSITORY / "webhook-proxy/custom_components/ha_mcp_proxy"
DOMAIN = "ha_mcp_proxy"
TOKEN = "token-of-these-tests-0123456789"
_PATIENCE = 20.0


@dataclass
class RelayedHome:
    """What the tests of the relay have at hand."""

    core: RunningCore
    supervisor: FakeSupervisor
    app: App
    http: aiohttp.ClientSession
    client: CoreClient
    webhook_id: str = field(default_factory=lambda: f"mcp_{secrets.token_hex(16)}")

    @property
    def url(self) -> str:
        """What a person gives to an assistant."""
        return f"{self.core.url}/api/webhook/{self.webhook_id}"

    async def lead_to(self, url: str, **more: str) -> None:
        """Announce a server as the app does, and wait until the relay leads there."""
        config = {"url": url, "webhook_id": self.webhook_id, "contracts": "1-1"} | more
        config = {"token": TOKEN, "integration": "0.1.0", "auth": "url", "remote": ""} | config
        headers = {"Authorization": f"Bearer {self.app.token}"}
        body = {"service": DOMAIN, "config": config}
        async with self.http.post(
            f"{self.supervisor.url}/discovery", json=body, headers=headers
        ) as answer:
            answer.raise_for_status()

        async def leads_there() -> bool:
            if [entry["state"] for entry in await self.entries()] != ["loaded"]:
                return False
            shown = await self.diagnostics()
            return (shown["server"]["port"], shown["contracts"]["server"]) == (
                URL(url).port,
                config["contracts"],
            )

        await until(leads_there)

    async def restart(self) -> None:
        """Restart Core, and wait until the relay is loaded again."""
        await self.core.restart()
        await self.client.close()
        self.client._socket = None

        async def loaded() -> bool:
            return [entry["state"] for entry in await self.entries()] == ["loaded"]

        await until(loaded)

    async def diagnostics(self) -> dict[str, Any]:
        """Return what the only entry shows of itself."""
        (entry,) = await self.entries()
        shown = await self.client.get(f"/api/diagnostics/config_entry/{entry['entry_id']}")
        return dict(shown["data"])

    async def entries(self) -> list[dict[str, Any]]:
        """Return the integration's entries."""
        found: list[dict[str, Any]] = await self.client.command("config_entries/get", domain=DOMAIN)
        return found

    async def issues(self) -> list[dict[str, Any]]:
        """Return what the integration says under Repairs."""
        listed = await self.client.command("repairs/list_issues")
        return [issue for issue in listed["issues"] if issue["domain"] == DOMAIN]

    def log(self) -> list[str]:
        """Return what Core's log says about the integration, apart from its being a custom one."""
        lines = self.core.log().splitlines()
        return [line for line in lines if DOMAIN in line and "homeassistant.loader" not in line]


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something that sends no event."""
    deadline = time.monotonic() + _PATIENCE
    while not await true():
        assert time.monotonic() < deadline, "It did not come true in time"
        await asyncio.sleep(0.02)


def pairing(authorization: Authorization | None = None) -> Pairing:
    """Return how the servers of these tests know the relay."""

    async def nobody(_slug: str, _address: str) -> bool:
        return False

    async def unseen(_url: str, _auth: str) -> Mapping[str, Any]:
        return {}

    return Pairing(token=TOKEN, recognise=nobody, examine=unseen, authorization=authorization)


@asynccontextmanager
async def relayed_home(
    version: str = CORE_VERSION, *, trusts_proxies: bool = False
) -> AsyncIterator[RelayedHome]:
    """Run Core with the integration loaded, and nothing announced yet."""
    house, port = House(), free_port()
    app = house.add(App(slug="local_ha_mcp_proxy", name="Proxy", discovery=[DOMAIN]))
    known = {"SUPERVISOR": f"127.0.0.1:{port}", "SUPERVISOR_TOKEN": house.core_token}
    async with (
        FakeSupervisor(house, Core(), port=port) as supervisor,
        running_core(version=version, environment=known) as core,
        aiohttp.ClientSession() as http,
    ):
        supervisor.core.url, supervisor.core.token = core.url, core.token
        shutil.copytree(INTEGRATION, core.config_dir / "custom_components" / DOMAIN)
        if trusts_proxies:
            _trust_proxies(core)
        await core.restart()
        async with core_client(core.url, core.token) as client:
            yield RelayedHome(core, supervisor, app, http, client)


def _trust_proxies(core: RunningCore) -> None:
    """Believe what a proxy on this machine says about where a request comes from."""
    path = core.config_dir / ".storage" / "http"
    stored = json.loads(path.read_text())
    stored["data"]["stable"] |= {"use_x_forwarded_for": True, "trusted_proxies": ["127.0.0.1"]}
    path.write_text(json.dumps(stored))
