"""The way in through Home Assistant's own pages (ingress): administrators get to the panel.

The Supervisor passes such requests on, from its own address and with who is logged in to Home
Assistant; what a browser says of that itself, it takes away. It says nothing of rights, so these
are looked up. https://developers.home-assistant.io/docs/apps/presentation#ingress
"""

import re
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ..problems import Problem

VISITOR: Final = "ha_mcp.visitor"  # where the ASGI scope holds who came
_PATH_HEADER: Final = "x-ingress-path"
_PATH: Final = re.compile(r"/api/hassio_ingress/[A-Za-z0-9_-]+")
_PLAIN: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

# At which addresses does the Supervisor send requests from? None while that is not known.
type Gateway = Callable[[], Awaitable[Collection[str]]]
# May the person with this id of Home Assistant's see the panel? Raises Problem when not known.
type IsAdmin = Callable[[str], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Visitor:
    """The administrator who looks, and below which path of Home Assistant's the panel is."""

    id: str
    name: str
    base: str  # without a slash at its end


class Ingress:
    """Takes what comes through Home Assistant's pages, and leaves the rest to the edge."""

    def __init__(
        self, edge: ASGIApp, panel: ASGIApp, *, gateway: Gateway, is_admin: IsAdmin
    ) -> None:
        """Take what answers everybody else, the panel, and how visitors are known."""
        self._edge = edge
        self._panel = panel
        self._gateway = gateway
        self._is_admin = is_admin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if _PATH_HEADER not in headers or not await self._from_gateway(scope):
            await self._edge(scope, receive, send)
            return
        visitor = _visitor(headers)
        if visitor is None:
            answer: ASGIApp = _refused(403, "Home Assistant does not say who is there: update it")
        else:
            answer = await self._objection(visitor) or self._panel
        await answer({**scope, VISITOR: visitor}, receive, send)

    async def _from_gateway(self, scope: Scope) -> bool:
        client = scope.get("client")
        return client is not None and client[0] in await self._gateway()

    async def _objection(self, visitor: Visitor) -> Response | None:
        try:
            if await self._is_admin(visitor.id):
                return None
        except Problem as problem:
            return _refused(503, f"{problem.message}. Try again in a moment")
        return _refused(403, "Only administrators of this Home Assistant may see the panel")


def _visitor(headers: Headers) -> Visitor | None:
    base, user_id = headers[_PATH_HEADER].rstrip("/"), headers.get("x-remote-user-id", "")
    if not _PATH.fullmatch(base) or not user_id:
        return None
    name = headers.get("x-remote-user-display-name") or headers.get("x-remote-user-name") or ""
    return Visitor(user_id, _as_written(name), base)


def _as_written(name: str) -> str:
    """Return a name with its own letters: they are sent as UTF-8 and read as Latin-1."""
    return name.encode("latin-1").decode("utf-8", "replace")


def _refused(status: int, sentence: str) -> Response:
    return PlainTextResponse(f"{sentence}.\n", status, _PLAIN)
