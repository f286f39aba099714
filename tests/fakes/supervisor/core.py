"""Core as the Supervisor sees it: an address, a token, and whether it runs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from .answers import Refused

_PROBE: Final = ClientTimeout(total=5)


@dataclass(kw_only=True)
class Core:
    """A Home Assistant that listens somewhere, and an administrator's token for it.

    ``restart`` really restarts it; without one the fake only behaves as if.
    """

    url: str = ""
    token: str = ""
    version: str = "2026.11.0"
    ip_address: str = "172.30.32.1"
    port: int = 8123
    ssl: bool = False
    stopped: bool = False
    restart: Callable[[], Awaitable[None]] | None = None
    sockets: set[web.WebSocketResponse] = field(default_factory=set)
    _job: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def headers(self) -> dict[str, str]:
        """What proves to Core who asks."""
        return {"Authorization": f"Bearer {self.token}"}

    async def running(self, session: ClientSession) -> bool:
        """Ask Core for its state, as the Supervisor does before each call."""
        if self.stopped or not self.url:
            return False
        try:
            async with session.get(
                f"{self.url}/api/core/state", headers=self.headers, timeout=_PROBE
            ) as answer:
                return answer.ok and (await answer.json())["state"] == "RUNNING"
        except (ClientError, TimeoutError):
            return False

    @asynccontextmanager
    async def job(self) -> AsyncIterator[None]:
        """Do one thing to Core at a time."""
        if self._job.locked():
            raise Refused("Another job is running for job group home_assistant_core")
        async with self._job:
            yield

    async def go_away(self) -> None:
        """Stop: whoever is connected through the proxy is told with a plain close."""
        self.stopped = True
        await asyncio.gather(*(socket.close() for socket in list(self.sockets)))


CORE: Final = web.AppKey("core", Core)
