"""Everything that a server for many people answers over HTTP."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import orjson
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .._shared.relay import HEALTH_PATH
from ..access.admission import Admission
from ..access.grants import Grant
from ..access.oauth.origin import Issuer
from ..access.oauth.routes import oauth_app
from ..access.oauth.server import AuthorizationServer
from ..access.records import StoreAway
from ..problems import Forbidden
from ..web.admitting import Admitting
from ..web.gate import MOST_BODY, Gate, first_of
from ..web.legacy_sse import LegacySse
from ..web.origins import Origins
from ..web.page import endpoint_page
from ..web.protocol import McpServer
from ..web.sufficing import RESOURCE, RiskOf, Sufficing
from .way import Way, way_in

# Does the home still take the token? Raises Forbidden.
type StillTaken = Callable[[Way], Awaitable[None]]

_EVENTS: Final = "/sse"
_NO_STORE: Final = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What is served, and under which names."""

    server: McpServer
    authorization: AuthorizationServer
    issuer: Issuer
    path: str
    origins: Origins
    health: Callable[[], Mapping[str, Any]]
    risk_of: RiskOf


def edge_app(edge: Edge, still_taken: StillTaken) -> Starlette:
    """Serve the tools to who shows a token, and what gives tokens to everybody."""
    server = edge.server
    sessions = StreamableHTTPSessionManager(
        server, json_response=True, stateless=True, max_request_body_size=MOST_BODY
    )
    streams = LegacySse(server)
    page = partial(endpoint_page, title=server.title or server.name, version=server.version)
    gate = partial(Gate, origins=edge.origins, page=page)
    admission = edge.authorization.admission
    sufficing = Sufficing(sessions.asgi_app, admission, edge.risk_of)
    endpoint = gate(sufficing, path=edge.path)
    older = gate(streams.take, path=f"{edge.path}{_EVENTS}", stream=streams.open)
    admitting = Admitting(
        first_of(older, endpoint),
        _admit(admission, edge, still_taken),
        page,
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with sessions.run():
            yield

    async def healthz(_: Request) -> Response:
        said = {"name": server.name, "version": server.version, **edge.health()}
        return Response(orjson.dumps(said), media_type="application/json", headers=_NO_STORE)

    return Starlette(
        routes=[
            Route(HEALTH_PATH, healthz),
            *oauth_app(edge.authorization, lambda _: edge.issuer),
            *(Route(f"{edge.path}{more}", admitting) for more in ("", "/", _EVENTS, f"{_EVENTS}/")),
        ],
        lifespan=lifespan,
    )


def _admit(
    admission: Admission, edge: Edge, still_taken: StillTaken
) -> Callable[[Request], Awaitable[Grant]]:
    async def admit(request: Request) -> Grant:
        resource = request.scope[RESOURCE] = edge.issuer.resource
        grant = await admission.admit(request.headers.get("authorization"), resource)
        try:
            await still_taken(way_in(grant.sealed))
        except Forbidden as no:
            # Its tokens would all carry what the home refuses, and each attempt counts there as a
            # failed login: the client has to begin anew.
            with suppress(StoreAway):
                await edge.authorization.store.revoke(grant.id)
            raise admission.invalid(resource, no.message) from no
        return grant

    return admit
