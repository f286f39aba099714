"""A further way in: an address of its own, for clients with fewer tools and fewer rights."""

from dataclasses import dataclass, field

from starlette.types import ASGIApp, Receive, Scope, Send

from ..access.grants import Grant
from .protocol import GRANT, McpServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Where it is, what is offered there, and what whoever comes that way may do."""

    path: str = field(repr=False)  # begins with a slash, and cannot be guessed
    server: McpServer
    grant: Grant


def holding(grant: Grant, app: ASGIApp) -> ASGIApp:
    """Return the app, for callers who all have this grant."""

    async def granted(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, GRANT: grant}, receive, send)

    return granted
