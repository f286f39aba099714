"""Which headers travel, in each direction."""

from typing import Final

from aiohttp.web import Request
from homeassistant.components.http.const import KEY_HASS_USER
from homeassistant.helpers.http import KEY_AUTHENTICATED
from homeassistant.util.aiohttp import MockRequest
from multidict import CIMultiDict, MultiMapping

from ._shared.relay import PREFIX
from .outside import Outside
from .target import Target

# About one connection, not about the message.
_HOP: Final = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
# Not for the server: Home Assistant's session, and what others could claim about the way here.
_STAYS: Final = {"host", "cookie", "forwarded", "expect", "x-ingress-path"}
_CLAIMS: Final = ("x-forwarded-", "x-remote-user-", PREFIX)
# Core adds its own.
_CORES: Final = {"set-cookie", "server", "date"}
_CORS: Final = "access-control-"
# Core adds these only after an answer has been sent.
_SAFE: Final = {
    "Cache-Control": "no-store, no-transform",
    "Referrer-Policy": "no-referrer",
    "Server": "",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
}


def to_server(request: Request | MockRequest, target: Target, outside: Outside) -> CIMultiDict[str]:
    """Return the headers of the request to the server."""
    left_out = _HOP | _STAYS | _listed(request.headers)
    headers = CIMultiDict(
        (name, value)
        for name, value in request.headers.items()
        if name.lower() not in left_out and not name.lower().startswith(_CLAIMS)
    )
    user = user_of(request)
    if user is not None:
        headers.popall("Authorization", None)  # Core's own token stays in Core
    headers.update(target.proof(request.method, user))
    # A stand-in request does not say under which address it was made.
    if target.token is not None and not isinstance(request, MockRequest):
        headers.update(outside.headers(request))
        if request.remote:
            headers["X-Forwarded-For"] = request.remote
    return headers


def to_client(answer: MultiMapping[str]) -> CIMultiDict[str]:
    """Return the headers of the answer to the client."""
    left_out = _HOP | _CORES | _listed(answer)
    headers = CIMultiDict(_SAFE)
    for name, value in answer.items():
        if name.lower() in left_out or name.lower().startswith((_CORS, PREFIX)):
            continue
        if name in _SAFE:
            headers[name] = value
        else:
            headers.add(name, value)
    return headers


def user_of(request: Request | MockRequest) -> str | None:
    """Return the id of the user whose token came along; a stand-in request has none."""
    if isinstance(request, MockRequest) or not request.get(KEY_AUTHENTICATED):
        return None
    return str(request[KEY_HASS_USER].id)


def _listed(headers: MultiMapping[str]) -> set[str]:
    """Return what the Connection header names, which is about that connection too."""
    named = ",".join(headers.getall("Connection", ()))
    return {name.strip().lower() for name in named.split(",")}
