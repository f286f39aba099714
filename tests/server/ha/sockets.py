"""A client of a scripted Core, and what is asked of it in most tests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession

from fakes.core_socket import TOKEN, FakeCore
from ha_mcp.ha import Backoff, CoreSocket
from ha_mcp.problems import Problem

LONG = 3.0  # seconds: nothing here may take as long


def at_once() -> Backoff:
    """Return a pace that does not wait noticeably."""
    return Backoff(first=0.02, most=0.02)


@asynccontextmanager
async def reaching(
    core: FakeCore,
    token: Callable[[], str] = lambda: TOKEN,
    *,
    answer_within: float = LONG,
    heartbeat: float = LONG,
    url: str | None = None,
    refused: Backoff | None = None,
    reads_only: str = "",
) -> AsyncIterator[CoreSocket]:
    """Give a socket that connects, and connects again, until the block ends."""
    async with ClientSession() as session, asyncio.timeout(4 * LONG):
        socket = CoreSocket(
            session,
            url or core.url,
            token,
            answer_within=answer_within,
            heartbeat=heartbeat,
            backoff=at_once(),
            refused=refused or at_once(),
            reads_only=reads_only,
        )
        running = asyncio.ensure_future(socket.run())
        try:
            yield socket
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def started[T](doing: Awaitable[T]) -> asyncio.Future[T]:
    """Start something and let it come as far as it can by itself."""
    future = asyncio.ensure_future(doing)
    await asyncio.sleep(0)
    return future


async def problem_of[P: Problem](doing: Awaitable[Any], kind: type[P]) -> P:
    """Return the problem that something ends with."""
    with pytest.raises(kind) as caught:
        await doing
    return caught.value


async def refusal(socket: CoreSocket, said: str) -> Problem:
    """Return why there is no connection, once the reason is what is expected."""
    async with asyncio.timeout(LONG):
        while True:
            problem = await problem_of(socket.command("ping"), Problem)
            if said in problem.message:
                return problem
            await asyncio.sleep(0.01)
