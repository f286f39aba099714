"""Where codes and refresh tokens are exchanged for access tokens."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from . import issuing, silence
from .client_auth import authenticated
from .origin import Issuer
from .params import Params, in_form, needed
from .server import AuthorizationServer
from .serving import IssuerOf, Refused, json_route, said


def token_route(server: AuthorizationServer, issuer_of: IssuerOf) -> Route:
    """Return the route of the token endpoint."""

    async def token(request: Request, issuer: Issuer) -> Response:
        form = await in_form(request)
        asked = needed(form, "grant_type")
        try:
            client_id = await authenticated(server, request, form)
            return said(await _tokens(server, issuer, client_id, asked, form))
        except Refused:
            await server.calm.after_a_bad_one()
            raise

    return json_route("/token", "POST", token, issuer_of)


async def _tokens(
    server: AuthorizationServer, issuer: Issuer, client_id: str, asked: str, form: Params
) -> dict[str, Any]:
    if asked == "authorization_code":
        if silence.is_silent(form.get("code")):
            return silence.silent_exchange(server, issuer, client_id, form)
        return await issuing.exchange(server, issuer, client_id, form)
    if asked == "refresh_token":
        if silence.is_silent(form.get("refresh_token")):
            return silence.silent_renew(server, issuer, client_id, form)
        return await issuing.renew(server, issuer, client_id, form)
    raise Refused("unsupported_grant_type", "Only authorization_code and refresh_token are offered")
