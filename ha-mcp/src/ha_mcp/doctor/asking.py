"""Requests as an assistant in the cloud makes them."""

import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver, ResolveResult

from .report import Fault, Hop
from .world import World

_MOST: Final = 1024 * 1024
# What comes from Claude calls itself so; who blocks robots blocks this.
_AGENT: Final = {"User-Agent": "Claude-User", "Accept": "application/json, text/event-stream"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, read to its end or to a megabyte."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def message(self) -> dict[str, Any]:
        """The JSON object in it, as the body or as the first event; empty when there is none."""
        lines = self.text.splitlines()
        data = next((line[5:] for line in lines if line.startswith("data:")), self.text)
        try:
            read = json.loads(data)
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}


class Asking:
    """Sends requests to one origin."""

    def __init__(self, session: ClientSession) -> None:
        """Take a session that knows the way."""
        self._session = session

    async def post(self, url: str, message: Mapping[str, Any]) -> Answer:
        """Send a JSON-RPC message."""
        return await self._ask("POST", url, message)

    async def get(self, url: str) -> Answer:
        """Fetch a document."""
        return await self._ask("GET", url, None)

    async def _ask(self, method: str, url: str, message: Mapping[str, Any] | None) -> Answer:
        try:
            async with self._session.request(
                method, url, json=message, headers=_AGENT, allow_redirects=False
            ) as answer:
                text = await _text(answer)
        except (ClientError, TimeoutError) as err:
            raise Fault(
                Hop.WEB,
                "broken",
                "The connection broke, or no answer came in time",
                "Open the address of Home Assistant in a browser: if it does not load either,"
                " restart Home Assistant; else look into the log of the proxy or tunnel in front"
                " of it",
                evidence=type(err).__name__,
            ) from err
        return Answer(answer.status, answer.headers, text)


async def _text(answer: ClientResponse) -> str:
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) >= _MOST:
            break
    return body.decode(errors="replace")


@asynccontextmanager
async def asking(world: World, address: str, patience: float) -> AsyncIterator[Asking]:
    """Go to the address that was found, whatever name is asked for."""
    connector = TCPConnector(resolver=_Found(world, address), ssl=world.trusted)
    async with ClientSession(
        connector=connector, cookie_jar=DummyCookieJar(), timeout=ClientTimeout(total=patience)
    ) as session:
        yield Asking(session)


class _Found(AbstractResolver):
    """Knows one answer."""

    def __init__(self, world: World, address: str) -> None:
        self._world = world
        self._address = address

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the place that stands for the address and port."""
        del family  # assistants come by IPv4
        place, there = self._world.way(self._address, port)
        return [
            ResolveResult(
                hostname=host, host=place, port=there, family=socket.AF_INET, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        """Have nothing to close."""
