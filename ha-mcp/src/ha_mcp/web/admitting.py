"""Only who shows a token for this endpoint gets to its gate, and with the grant of that token."""

from collections.abc import Awaitable, Callable

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ..access.admission import NotAdmitted
from ..access.grants import Grant
from .gate import Page
from .protocol import GRANT

# Who comes with this request? Raises NotAdmitted.
type Admit = Callable[[Request], Awaitable[Grant]]


class Admitting:
    """Stands in front of a gate: says 401 to strangers, whatever they want."""

    def __init__(self, gate: ASGIApp, admit: Admit, page: Page) -> None:
        """Take the gate, what reads tokens, and what a person's browser is shown."""
        self._gate = gate
        self._admit = admit
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            grant = await self._admit(request)
        except NotAdmitted as no:
            answer = self._page(request) or _said(no)
            await answer(scope, receive, send)
            return
        await self._gate({**scope, GRANT: grant}, receive, send)


def _said(no: NotAdmitted) -> Response:
    return Response(orjson.dumps(no.json), no.status, no.headers, media_type="application/json")
