"""Everything that is answered over HTTP: the endpoint behind its gate, and ``/healthz``."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

import orjson
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from .._shared.relay import HEALTH_PATH, RELAY_PATH
from .gate import MOST_BODY, Gate
from .origins import Origins
from .page import endpoint_page
from .pairing import Pairing, pairing_routes
from .protocol import McpServer

# The relay's proof stands in for a path that cannot be guessed.
_RELAYED: Final = Origins(on_loopback=False, secret=True)

type Health = Callable[[], Mapping[str, Any]]


def asgi_app(
    server: McpServer,
    *,
    path: str,
    origins: Origins,
    health: Health,
    pairing: Pairing | None = None,
) -> Starlette:
    """Serve the tools at ``path``, which begins with a slash, to paired relays, and the health."""
    sessions = StreamableHTTPSessionManager(
        server, json_response=True, stateless=True, max_request_body_size=MOST_BODY
    )
    page = partial(endpoint_page, title=server.title or server.name, version=server.version)
    gate = Gate(sessions.asgi_app, path=path, origins=origins, page=page)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with sessions.run():
            yield

    async def healthz(_: Request) -> Response:
        body = orjson.dumps({"name": server.name, "version": server.version, **health()})
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})

    routes: list[BaseRoute] = [Route(HEALTH_PATH, healthz), Mount("/", gate)]
    if pairing is not None:
        relayed = Gate(sessions.asgi_app, path=RELAY_PATH, origins=_RELAYED, page=page)
        routes[1:1] = pairing_routes(pairing, relayed, server.name, server.version or "")
    return Starlette(routes=routes, lifespan=lifespan)
