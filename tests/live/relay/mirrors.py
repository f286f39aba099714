"""A server that writes down what reaches it, and answers what a test wants."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

type Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def _plain(_: web.Request) -> web.StreamResponse:
    return web.json_response({"jsonrpc": "2.0", "id": 1, "result": {"serverInfo": {}}})


@dataclass
class Mirror:
    """What arrived, and what to answer."""

    port: int = 0
    answer: Answer = _plain
    requests: list[web.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/some/private_path"

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Write a request down, except for the look at its health."""
        if request.path == "/healthz":
            return web.json_response({})
        self.bodies.append(await request.read())
        self.requests.append(request)
        return await self.answer(request)


@asynccontextmanager
async def mirror() -> AsyncIterator[Mirror]:
    """Run one."""
    seen = Mirror()
    application = web.Application(client_max_size=2**30)
    application.router.add_route("*", "/{path:.*}", seen.take)
    runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    seen.port = runner.addresses[0][1]
    try:
        yield seen
    finally:
        await runner.cleanup()
