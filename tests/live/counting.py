"""Stands between the server and a real Core, passes everything on, and counts what would write.

What writes is told by words of the request, not by the table of the product: the two were made
apart, so a mistake in one shows.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web

from lab.core import RunningCore

_WRITING = re.compile(
    r"""(^|[/_])(
        create|update|delete|remove|save|set|add|clear|import|configure|install|uninstall|reorder
      | move|ignore|enable|disable|restore|generate|start|stop|process|run|expose_entity|sign_path
      | long_lived_access_token | set_preferred | dismiss_system_state
    )($|[/_])""",
    re.VERBOSE,
)
_EXACTLY = {
    "call_service",
    "fire_event",
    "execute_script",
    "subscribe_trigger",
    "config/core/detect",
}
_NOT_AT_ALL = {"recorder/statistics_during_period", "homeassistant/expose_entity/list"}
_HARMLESS_POSTS = {"/api/template", "/api/config/core/check_config"}


def writes(kind: str) -> bool:
    """Tell by its words whether a command writes."""
    return kind in _EXACTLY or (kind not in _NOT_AT_ALL and _WRITING.search(kind) is not None)


@dataclass
class Counted:
    """What passed."""

    url: str = ""
    reads: int = 0
    writes: list[str] = field(default_factory=list)

    def count(self, what: str, *, writing: bool) -> None:
        """Note one request."""
        if writing:
            self.writes.append(what)
        else:
            self.reads += 1


@asynccontextmanager
async def counting(core: RunningCore) -> AsyncIterator[Counted]:
    """Listen before a Core until the block ends."""
    counted = Counted()
    async with ClientSession() as session:

        async def socket(request: web.Request) -> web.WebSocketResponse:
            below = web.WebSocketResponse(max_msg_size=0)
            await below.prepare(request)
            async with session.ws_connect(f"{core.url}/api/websocket", max_msg_size=0) as above:
                back = asyncio.ensure_future(_pass(above, below))
                try:
                    async for message in below:
                        if message.type is WSMsgType.TEXT:
                            _count(counted, message.data)
                            await above.send_str(message.data)
                finally:
                    back.cancel()
            return below

        async def plain(request: web.Request) -> web.Response:
            writing = request.method != "GET" and request.path not in _HARMLESS_POSTS
            counted.count(f"{request.method} {request.path}", writing=writing)
            headers = {
                name: request.headers[name]
                for name in ("Authorization", "Content-Type")
                if name in request.headers
            }
            async with session.request(
                request.method,
                f"{core.url}{request.path_qs}",
                data=await request.read(),
                headers=headers,
                allow_redirects=False,
            ) as answer:
                kind = {"Content-Type": answer.headers.get("Content-Type", "text/plain")}
                return web.Response(status=answer.status, body=await answer.read(), headers=kind)

        application = web.Application(client_max_size=2**26)
        application.router.add_get("/api/websocket", socket)
        application.router.add_route("*", "/{path:.*}", plain)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        counted.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield counted
        finally:
            await runner.cleanup()


async def _pass(above: ClientWebSocketResponse, below: web.WebSocketResponse) -> None:
    async for message in above:
        if message.type is WSMsgType.TEXT:
            await below.send_str(message.data)


def _count(counted: Counted, frame: str) -> None:
    read = orjson.loads(frame)
    commands: list[dict[str, Any]] = read if isinstance(read, list) else [read]
    for one in commands:
        kind = str(one.get("type"))
        counted.count(kind, writing=writes(kind))
