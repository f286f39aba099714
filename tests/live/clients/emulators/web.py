"""The internet as a client sees it: one public name, which leads to a port of this machine."""

import json
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was read to its end."""

    url: str
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def document(self) -> dict[str, Any] | None:
        """The JSON object of a 200; nothing else is a document."""
        if self.status != 200 or "json" not in self.headers.get("Content-Type", ""):
            return None
        read = self.json()
        return read if isinstance(read, dict) else None

    def json(self) -> Any:
        """Return what the body says, or nothing when it is not JSON."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None


class Web:
    """Asks, follows nothing by itself, and remembers which addresses were asked for."""

    def __init__(self, session: aiohttp.ClientSession, agent: str) -> None:
        """Take a session that knows the way."""
        self._session = session
        self._agent = agent
        self.asked: list[str] = []

    async def get(self, url: str, **headers: str) -> Answer:
        """Fetch an address."""
        return await self._ask("GET", url, headers)

    async def post(self, url: str, message: Any, **headers: str) -> Answer:
        """Send JSON."""
        sent = {"Content-Type": "application/json", **headers}
        return await self._ask("POST", url, sent, json.dumps(message))

    async def submit(self, url: str, form: Mapping[str, str], **headers: str) -> Answer:
        """Send a form."""
        return await self._ask("POST", url, headers, dict(form))

    async def _ask(
        self, method: str, url: str, headers: Mapping[str, str], data: Any = None
    ) -> Answer:
        self.asked.append(f"{method} {url}")
        known = {"User-Agent": self._agent, "Accept": "application/json, text/event-stream"}
        async with self._session.request(
            method, url, data=data, headers=known | dict(headers), allow_redirects=False
        ) as answer:
            text = await answer.text()
        return Answer(url, answer.status, answer.headers, text)


@asynccontextmanager
async def internet(
    names: Mapping[str, int], trusted: ssl.SSLContext | None = None
) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session for which names lead to ports of this machine, whatever port is asked for."""
    # A front of the tests speaks up in the first request of each connection only.
    connector = aiohttp.TCPConnector(resolver=_Names(names), ssl=trusted or True, force_close=True)
    async with aiohttp.ClientSession(
        connector=connector, timeout=aiohttp.ClientTimeout(total=30)
    ) as session:
        yield session


class _Names(AbstractResolver):
    """Knows a few names."""

    def __init__(self, names: Mapping[str, int]) -> None:
        self._names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the port that stands for a name."""
        if host not in self._names:
            raise OSError(f"Nobody knows the name {host}")
        found = ResolveResult(
            hostname=host,
            host=_LOOPBACK,
            port=self._names[host],
            family=socket.AF_INET,
            proto=0,
            flags=0,
        )
        return [found]

    async def close(self) -> None:
        """Have nothing to close."""
