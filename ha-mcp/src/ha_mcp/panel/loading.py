"""The panel, loaded when somebody first looks at it: most owners rarely do.

Its templates and what makes pages of them take about 3 MiB.
"""

import asyncio
from importlib import import_module

from starlette.types import ASGIApp, Receive, Scope, Send

from .parts import Parts


class Panel:
    """Answers what administrators ask for in Home Assistant's sidebar."""

    def __init__(self, parts: Parts) -> None:
        """Take what the pages are made from."""
        self._parts = parts
        self._pages: ASGIApp | None = None
        self._loading = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request of a visitor (``web.ingress``)."""
        async with self._loading:
            if self._pages is None:
                # It takes a Pi a moment, in which it goes on to answer clients.
                self._pages = await asyncio.to_thread(self._load)
        await self._pages(scope, receive, send)

    def _load(self) -> ASGIApp:
        pages: ASGIApp = import_module(".pages", __package__).pages(self._parts)
        return pages
