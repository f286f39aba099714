"""Where an assistant on the person's device waits for the browser to come back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True)
class Callback:
    """An address of this device, and what the browser brought there."""

    url: str
    came: asyncio.Queue[dict[str, str]]


@asynccontextmanager
async def waiting_callback() -> AsyncIterator[Callback]:
    """Wait on a free port, as assistants do."""
    came: asyncio.Queue[dict[str, str]] = asyncio.Queue()

    async def back(request: web.Request) -> web.Response:
        came.put_nowait(dict(request.query))
        return web.Response(text="You can close this page.")

    app = web.Application()
    app.router.add_get("/callback", back)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield Callback(f"http://127.0.0.1:{runner.addresses[0][1]}/callback", came)
    finally:
        await runner.cleanup()
