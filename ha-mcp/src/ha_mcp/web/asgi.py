"""Everything that is answered over HTTP: the endpoint behind its gate, and ``/healthz``."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Final

import orjson
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from .._shared.relay import HEALTH_PATH
from .entrance import Entrance, holding
from .further import EVENTS, Find, Further, nobody
from .gate import MOST_BODY, Gate, Page, first_of
from .legacy_sse import LegacySse
from .origins import Origins
from .page import endpoint_page
from .protocol import McpServer

# A further entrance has a path that cannot be guessed.
_SECRET: Final = Origins(on_loopback=False, secret=True)

type Health = Callable[[], Mapping[str, Any]]
# What else is answered, made from the endpoint and the page for browsers.
type Beside = Callable[[ASGIApp, Page], Sequence[BaseRoute]]


def asgi_app(
    server: McpServer,
    *,
    path: str,
    origins: Origins,
    health: Health,
    entrances: Sequence[Entrance] = (),
    further: Find = nobody,
    beside: Beside = lambda _endpoint, _page: (),
) -> Starlette:
    """Serve the tools at ``path``, which begins with a slash, and the health.

    ``entrances`` are further paths, each with what is offered there. ``further`` finds those that
    the owner makes and ends meanwhile.
    """
    sessions = _sessions(server)
    narrower = [(one, _sessions(one.server)) for one in entrances]
    streams = LegacySse(server)
    page = partial(endpoint_page, title=server.title or server.name, version=server.version)
    gate = Gate(sessions.asgi_app, path=path, origins=origins, page=page)
    older = Gate(streams.take, path=path + EVENTS, origins=origins, page=page, stream=streams.open)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for running in (sessions, *(their for _, their in narrower)):
                await stack.enter_async_context(running.run())
            yield

    async def healthz(_: Request) -> Response:
        body = orjson.dumps({"name": server.name, "version": server.version, **health()})
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})

    gates = [
        Gate(holding(one.grant, theirs.asgi_app), path=one.path, origins=_SECRET, page=page)
        for one, theirs in narrower
    ]
    beyond = Further(
        find=further,
        endpoint=sessions.asgi_app,
        streams=streams,
        origins=replace(origins, secret=True),
        page=page,
    )
    doors = first_of(*gates, older, gate, beyond=beyond.leading_from)
    routes: list[BaseRoute] = [
        Route(HEALTH_PATH, healthz),
        *beside(sessions.asgi_app, page),
        Mount("/", doors),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def _sessions(server: McpServer) -> StreamableHTTPSessionManager:
    return StreamableHTTPSessionManager(
        server, json_response=True, stateless=True, max_request_body_size=MOST_BODY
    )
