"""What the relay serves on Home Assistant's origin: the endpoint with its login, and the login."""

import re
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.routing import Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .._shared.relay import LOGIN_NEEDED
from ..access.admission import Admission
from ..access.grants import Grant
from ..access.oauth.origin import Issuer
from ..access.oauth.routes import oauth_app
from ..access.oauth.server import AuthorizationServer
from .admitting import Admitting
from .gate import Page
from .outside import OUTSIDE, Outside, names_of
from .refusals import refusal
from .sufficing import RESOURCE

_NO_LOGIN_HERE: Final = (
    "This home wants a login, which cannot be had at this address: use the address of Home"
    " Assistant itself, followed by /api/webhook/ and the id"
)
_CANNOT_ASK: Final = "A login is wanted, and this server cannot ask for one"
# Home Assistant's own client, as it names itself.
_HOME_ASSISTANT: Final = "HomeAssistant/"
_CHALLENGE: Final = b"www-authenticate"
_NAMED: Final = re.compile(rb'resource_metadata="[^"]*"(, )?')


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """Who lets clients in: by a login, or without a question where the address admits."""

    login: AuthorizationServer
    silent: AuthorizationServer


class Doors:
    """Leads what the relay carries to the endpoint: where a login is wanted, with a token only."""

    def __init__(self, gate: ASGIApp, authorization: Authorization | None, page: Page) -> None:
        """Take the endpoint behind its gate, and who lets clients in."""
        self._gate = gate
        self._admission = None if authorization is None else authorization.login.admission
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        outside: Outside = scope[OUTSIDE]
        if not outside.login:
            await self._gate(scope, receive, send)
        elif self._admission is None:
            await refusal(503, _CANNOT_ASK)(scope, receive, send)
        elif outside.names is None:
            await refusal(401, _NO_LOGIN_HERE, reason=LOGIN_NEEDED)(scope, receive, send)
        else:
            told = _without_address(send) if _is_home_assistant(scope) else send
            resource = _as_typed(outside.names, scope)
            await self._door(self._admission, resource)(scope, receive, told)

    def _door(self, admission: Admission, resource: str) -> ASGIApp:
        """Return the way in under one name; there are as many as a home has names."""

        async def admit(request: Request) -> Grant:
            request.scope[RESOURCE] = resource
            return await admission.admit(request.headers.get("authorization"), resource)

        return Admitting(self._gate, admit, self._page)


def relayed_oauth(authorization: Authorization) -> ASGIApp:
    """Return the authorization server under the names that the relay says."""
    asking = Router(oauth_app(authorization.login, names_of))
    silent = Router(oauth_app(authorization.silent, names_of))

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        outside: Outside = scope[OUTSIDE]
        if outside.names is None:
            await refusal(404, _NO_LOGIN_HERE)(scope, receive, send)
        else:
            await (asking if outside.login else silent)(scope, receive, send)

    return answer


def _as_typed(names: Issuer, scope: Scope) -> str:
    """Return the address with its query, so that the document about it is about what was typed."""
    query = scope["query_string"].decode("ascii", "replace")
    return f"{names.resource}?{query}" if query else names.resource


def _is_home_assistant(scope: Scope) -> bool:
    return Headers(scope=scope).get("user-agent", "").startswith(_HOME_ASSISTANT)


def _without_address(send: Send) -> Send:
    """Leave out of a challenge where the document about the resource is.

    Told so, Home Assistant's client asks at the root of the origin as well and takes whichever
    answer comes first; on an origin of Home Assistant that is the wrong one. Told nothing, it asks
    for the authorization server below the webhook's own path, where it finds it.
    """

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [
                (name, _NAMED.sub(b"", value) if name == _CHALLENGE else value)
                for name, value in message["headers"]
            ]
            message = {**message, "headers": headers}
        await send(message)

    return sent
