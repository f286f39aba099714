"""The home as the app sees it, wired to a real Core of the lab, with its folder."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import ClientSession

from ha_mcp.ha import CoreRest, CoreSocket
from ha_mcp.home import ConfigDir, Home
from lab.core import RunningCore


@asynccontextmanager
async def home_of(core: RunningCore, token: str | None = None) -> AsyncIterator[Home]:
    """Connect, mirror the home, and give it until the block ends."""
    used = token or core.token
    async with ClientSession() as session:
        socket = CoreSocket(
            session, core.url.replace("http", "ws", 1) + "/api/websocket", lambda: used
        )
        rest = CoreRest(session, f"{core.url}/api/", lambda: used)
        home = Home(socket, rest, config_dir=ConfigDir(core.config_dir))
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(socket.run()), group.create_task(home.run())]
            try:
                async with asyncio.timeout(20):
                    await socket.up()
                await home.awake()
                yield home
            finally:
                for task in tasks:
                    task.cancel()


async def eventually[T](ask: Callable[[], Awaitable[T]]) -> T:
    """Return the first answer that is not empty: of the recorder, which writes when it likes."""
    async with asyncio.timeout(10):
        while not (answer := await ask()):  # noqa: ASYNC110 - Core has no event for it
            await asyncio.sleep(0.1)
    return answer
