"""A server process of a home, asked by an official client that times the answers."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcp import Client, types

from lab.process import free_port
from lab.server import RunningServer, running_server

LONGEST = 25.0  # seconds, whatever happens behind


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call came to."""

    failed: bool
    text: str
    took: float


@dataclass(frozen=True, slots=True)
class Served:
    """A running server that can be asked."""

    server: RunningServer

    async def ask(self, tool: str, **arguments: Any) -> Answer:
        """Call a tool; raises TimeoutError when that hangs."""
        async with Client(self.server.url) as client, asyncio.timeout(LONGEST + 1):
            began = time.monotonic()
            result = await client.call_tool(tool, arguments)
            took = time.monotonic() - began
        texts = [one.text for one in result.content if isinstance(one, types.TextContent)]
        return Answer(bool(result.is_error), "\n".join(texts), took)

    async def connected(self, *, yes: bool = True) -> None:
        """Wait until the server has, or has lost, its connection to Home Assistant."""
        async with asyncio.timeout(60):
            while await self._connected() is not yes:  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(0.02)

    async def _connected(self) -> bool:
        health = await self.server.health()
        return health is not None and bool(health["home"]["connected"])


@asynccontextmanager
async def serving(folder: Path, url: str, token: str) -> AsyncIterator[Served]:
    """Run a server for a home, whether it is there or not, until the block ends."""
    async with running_server(
        folder, home=(url, token), port=free_port(), path="/private_of_the_tests_0003"
    ) as server:
        while await server.health() is None:
            server.check_alive()
            await asyncio.sleep(0.02)
        yield Served(server)
