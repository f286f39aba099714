"""Registration: a client introduces itself, and is given an id (RFC 7591).

Anybody may register, for it gives no right. What bounds it is the number of clients that are kept,
and a rate for each place that answers would go to.
"""

from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..clients import RegisteredClient, Unusable, registered
from ..rates import Rates
from ..redirects import place
from .origin import Issuer
from .server import AuthorizationServer
from .serving import IssuerOf, Refused, body_of, json_route, said

_AT_ONCE: Final = 30
_PER_MINUTE: Final = 10.0
_ALL_AT_ONCE: Final = 200
_ALL_PER_MINUTE: Final = 60.0


def register_route(server: AuthorizationServer, issuer_of: IssuerOf) -> Route:
    """Return the route of registration."""
    for_place = Rates(_AT_ONCE, _PER_MINUTE, server.now)
    for_all = Rates(_ALL_AT_ONCE, _ALL_PER_MINUTE, server.now)

    def slow_down(client: RegisteredClient) -> None:
        places = " ".join(sorted({place(uri) for uri in client.redirects}))
        if seconds := for_place.wait(places) or for_all.wait(""):
            raise Refused(
                "temporarily_unavailable",
                "Too many clients are registering: try again later",
                status=429,
                headers={"Retry-After": str(int(seconds) + 1)},
            )

    async def register(request: Request, _: Issuer) -> Response:
        try:
            client, secret = registered(_json(await body_of(request)), server.now())
        except Unusable as no:
            raise Refused(no.code, no.why) from no
        slow_down(client)
        await server.store.register(client)
        return said(_written(client, secret), 201)

    return json_route("/register", "POST", register, issuer_of)


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as err:
        raise Refused("invalid_client_metadata", "The request is not JSON") from err


def _written(client: RegisteredClient, secret: str) -> dict[str, Any]:
    """Return what a client is told of itself, as it is kept here."""
    with_secret = {"client_secret": secret, "client_secret_expires_at": 0} if secret else {}
    return {
        "client_id": client.id,
        "client_id_issued_at": int(client.registered),
        **with_secret,
        **({"client_name": client.name} if client.name else {}),
        "redirect_uris": list(client.redirects),
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": client.method,
    }
