"""A real server on a real port, with tools of the tests."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx2
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from ha_mcp.toolkit import Call, Catalog, Outcome, pipeline, present
from ha_mcp.toolkit.stages import authorize, contain, deadline, record, validate, weigh
from ha_mcp.web.asgi import asgi_app
from ha_mcp.web.cors import with_cors
from ha_mcp.web.further import Find, nobody
from ha_mcp.web.gate import Page
from ha_mcp.web.origins import Origins
from ha_mcp.web.pairing import Pairing, pairing_routes
from ha_mcp.web.protocol import About, McpServer, mcp_server
from ha_mcp.web.serving import listen, serve
from ha_mcp.web.tls import Tls

from . import tools_for_tests
from .tools_for_tests._bell import Bell

PATH = "/private_0123456789abcdefghijkl"
ABOUT = About(name="ha-mcp", title="Tests", version="1.2.3", instructions="Only for tests.")
LOG = logging.getLogger("edge")
_ORIGINS = Origins(on_loopback=True, secret=True)


async def _run(call: Call) -> Outcome:
    return present(await call.tool.run(call.resources, call.arguments), call.tool.ceiling)


def server_of_tests(bell: Bell, *, seconds: float = 5, reads_only: str = "") -> McpServer:
    """Return the MCP server with the tools of the tests behind the real stages."""
    stages = [
        contain(LOG, lambda _: None),
        record(LOG),
        deadline(seconds),
        authorize,
        validate,
        weigh,
    ]
    catalog, handle = Catalog.discover(tools_for_tests), pipeline(stages, _run)
    return mcp_server(catalog, handle, {Bell: bell}, ABOUT, reads_only=reads_only)


@dataclass(frozen=True, slots=True)
class Edge:
    """A running server."""

    base: str
    http: httpx2.AsyncClient
    bell: Bell
    stop: asyncio.Event

    @property
    def url(self) -> str:
        """Return the private address."""
        return self.base + PATH

    async def call(self, name: str, **arguments: object) -> httpx2.Response:
        """Call a tool as the older era does, without anything before."""
        return await self.http.post(self.url, json=calling(name, **arguments))


def calling(name: str, **arguments: object) -> dict[str, Any]:
    """Return the message that calls a tool."""
    params = {"name": name, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}


def nothing(_endpoint: ASGIApp, _page: Page) -> list[BaseRoute]:
    """Return what is served beside the endpoint where no relay can be."""
    return []


@asynccontextmanager
async def running(
    *,
    seconds: float = 5,
    origins: Origins = _ORIGINS,
    port: int = 0,
    pairing: Pairing | None = None,
    tls: Tls | None = None,
    further: Find = nobody,
) -> AsyncIterator[Edge]:
    """Run the server of the tests on a port of this machine."""
    bell, stop = Bell(), asyncio.Event()
    server = server_of_tests(bell, seconds=seconds)
    risks = {tool.name: tool.risk for tool in Catalog.discover(tools_for_tests)}
    app = asgi_app(
        server,
        path=PATH,
        origins=origins,
        health=lambda: {"home": {"connected": False}},
        further=further,
        beside=nothing if pairing is None else partial(pairing_routes, pairing, server, risks.get),
    )
    listening = listen("127.0.0.1", port)
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with asyncio.TaskGroup() as tasks, httpx2.AsyncClient(verify=False) as http:
        tasks.create_task(serve(with_cors(app, origins.listed), listening, stop, tls))
        yield Edge(base, http, bell, stop)
        stop.set()
