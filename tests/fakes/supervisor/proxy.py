"""Core's REST API through the Supervisor: three methods, few headers, everything buffered."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, web

from .access import HOUSE, bearer
from .core import CORE

SESSION: Final = web.AppKey("session", ClientSession)
MAX_BODY: Final = 16 * 1024 * 1024

# Compared letter by letter: a name of our own in lower case does not pass.
_TO_CORE: Final = {
    "X-Speech-Content",
    "Accept",
    "Last-Event-ID",
    "Mcp-Session-Id",
    "MCP-Protocol-Version",
}
_FROM_CORE: Final = ("Content-Type", "Cache-Control", "Mcp-Session-Id")
_PATH: Final = "{path:.*}"


def routes() -> list[web.RouteDef]:
    """List the paths of Core's API, under both of its names."""
    names = ("core", "homeassistant")
    return [
        *(web.get(f"/{name}/api/stream", _stream, allow_head=False) for name in names),
        *(web.get(f"/{name}/api/{_PATH}", _call, allow_head=False) for name in names),
        *(web.post(f"/{name}/api/{_PATH}", _call) for name in names),
        *(web.delete(f"/{name}/api/{_PATH}", _call) for name in names),
    ]


async def admit(request: web.Request) -> None:
    """Let in who may use Core, while Core runs."""
    app = request.app[HOUSE].owner_of(bearer(request) or request.headers.get("X-Ha-Access"))
    if app is None or not app.homeassistant_api:
        raise web.HTTPUnauthorized
    await need_core(request)


async def need_core(request: web.Request) -> None:
    """Answer 502 unless Core says that it runs."""
    if not await request.app[CORE].running(request.app[SESSION]):
        raise web.HTTPBadGateway


async def _call(request: web.Request) -> web.StreamResponse:
    await admit(request)
    if (request.content_length or 0) > MAX_BODY:
        raise web.HTTPRequestEntityTooLarge(MAX_BODY, request.content_length or 0)
    path = request.match_info["path"]
    total = ClientTimeout(total=request.app[HOUSE].timing.upstream)
    async with _asked(request, path, total) as answer:
        if answer.content_type == "text/event-stream":
            return await _pass_on(request, answer, answer.content_type)
        body = await answer.read()
        kept = {name: answer.headers[name] for name in _FROM_CORE if name in answer.headers}
        return web.Response(body=body, status=answer.status, headers=kept)


async def _stream(request: web.Request) -> web.StreamResponse:
    await admit(request)
    async with _asked(request, "stream", ClientTimeout(total=None)) as answer:
        return await _pass_on(request, answer, "")


@asynccontextmanager
async def _asked(
    request: web.Request, path: str, limit: ClientTimeout
) -> AsyncIterator[ClientResponse]:
    core, session = request.app[CORE], request.app[SESSION]
    try:
        async with session.request(
            request.method,
            f"{core.url}/api/{path}",
            headers=_forwarded(request) | core.headers | {"Host": "localhost"},
            params=request.query,
            data=_limited(request),
            timeout=limit,
        ) as answer:
            yield answer
    except _TooLarge as err:
        raise web.HTTPRequestEntityTooLarge(MAX_BODY, err.size) from err
    except (ClientError, TimeoutError) as err:
        if isinstance(err.__cause__, _TooLarge):
            raise web.HTTPRequestEntityTooLarge(MAX_BODY, err.__cause__.size) from err
        raise web.HTTPBadGateway from err


class _TooLarge(Exception):
    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


async def _limited(request: web.Request) -> AsyncIterator[bytes]:
    """Stream the body on, also when nobody said how long it is."""
    size = 0
    async for chunk in request.content.iter_any():
        size += len(chunk)
        if size > MAX_BODY:
            raise _TooLarge(size)
        yield chunk


def _forwarded(request: web.Request) -> dict[str, str]:
    kept = {name: value for name, value in request.headers.items() if name in _TO_CORE}
    return kept | {"Content-Type": request.headers.get("Content-Type", "application/octet-stream")}


async def _pass_on(
    request: web.Request, answer: ClientResponse, content_type: str
) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status)
    response.headers["Content-Type"] = content_type
    response.headers["X-Accel-Buffering"] = "no"
    await response.prepare(request)
    try:
        async for chunk in answer.content.iter_any():
            await response.write(chunk)
    except (ClientError, ConnectionError):
        pass
    return response
