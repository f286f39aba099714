"""What browsers ask beforehand: may this page talk to the server at all?"""

from collections.abc import Collection
from typing import Final

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

# What pages have to read of an answer, besides its body.
_SHOWN: Final = ("Mcp-Session-Id", "MCP-Protocol-Version", "WWW-Authenticate", "Retry-After")


def with_cors(app: ASGIApp, origins: Collection[str]) -> ASGIApp:
    """Tell browsers that pages of these origins may use the server; without any, tell nothing.

    No cookies: who comes in shows a path or a token.
    """
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=("GET", "POST"),
        allow_headers=("*",),
        # A page from the internet may ask a server in the home network, if its origin is listed.
        allow_private_network=True,
        expose_headers=_SHOWN,
    )
