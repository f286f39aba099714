"""Where a client asks what one of its own tokens is good for (RFC 7662)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .client_auth import authenticated
from .origin import Issuer
from .params import in_form, needed
from .presented import Presented, presented
from .server import AuthorizationServer
from .serving import IssuerOf, json_route, said


def introspect_route(server: AuthorizationServer, issuer_of: IssuerOf) -> Route:
    """Return the route of introspection."""

    async def introspect(request: Request, issuer: Issuer) -> Response:
        form = await in_form(request)
        client_id = await authenticated(server, request, form)
        found = await presented(server, needed(form, "token"))
        if found is None or found.client_id != client_id or found.issuer != issuer.issuer:
            return said({"active": False})
        return said(_told(found, server.now()))

    return json_route("/introspect", "POST", introspect, issuer_of)


def _told(found: Presented, now: float) -> dict[str, Any]:
    kept = found.kept
    if kept is None or found.spent or now >= min(found.expires, kept.expires or found.expires):
        return {"active": False}
    return {
        "active": True,
        "client_id": found.client_id,
        "username": kept.user_name,
        "sub": kept.user_id,
        "scope": found.scope,
        "aud": found.resource,
        "iss": found.issuer,
        "exp": int(found.expires),
        **({} if found.issued is None else {"iat": int(found.issued), "token_type": "Bearer"}),
    }
