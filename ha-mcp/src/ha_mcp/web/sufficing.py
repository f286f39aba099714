"""Behind the gate: a call that needs more than was granted is refused in the words of OAuth.

Clients then ask their person for the scopes that are named, instead of showing an error.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..access.admission import Admission
from ..access.grants import Grant
from ..access.scopes import needed, up_to
from ..toolkit.risk import Risk
from .protocol import GRANT

# The risk of a tool by its name, or nothing when there is no such tool.
type RiskOf = Callable[[str], Risk | None]

RESOURCE: Final = "ha_mcp.resource"  # where the ASGI scope holds what a token was asked for


class Sufficing:
    """Lets calls through that the grant of their caller covers, and all without a grant."""

    def __init__(self, app: ASGIApp, admission: Admission, risk_of: RiskOf) -> None:
        """Take the endpoint, who words the refusal, and what tools can do."""
        self._app = app
        self._admission = admission
        self._risk_of = risk_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, whose body is given at once by the gate."""
        grant: Grant | None = scope.get(GRANT)
        if grant is None or RESOURCE not in scope:
            await self._app(scope, receive, send)
            return
        body = await receive()
        risk = self._risk_of(_tool(body))
        if risk is None or grant.allows(risk):
            await self._app(scope, _first(body, receive), send)
            return
        no = self._admission.insufficient(scope[RESOURCE], up_to(needed(risk)))
        said = orjson.dumps(no.json)
        answer = Response(said, no.status, no.headers, media_type="application/json")
        await answer(scope, receive, send)


def _tool(body: Message) -> str:
    """Return the name of the tool that a message calls, or an empty one."""
    message: Mapping[str, Any] = orjson.loads(body["body"])
    params = message.get("params")
    if message.get("method") != "tools/call" or not isinstance(params, dict):
        return ""
    return str(params.get("name", ""))


def _first(message: Message, receive: Receive) -> Receive:
    """Return a ``receive`` that gives a message that was taken already, then what follows."""
    waiting = [message]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again
