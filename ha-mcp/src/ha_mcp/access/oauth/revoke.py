"""Where a client gives a token back (RFC 7009): its whole grant ends with it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .client_auth import authenticated
from .origin import Issuer
from .params import in_form, needed
from .presented import presented
from .server import AuthorizationServer
from .serving import IssuerOf, json_route, said


def revoke_route(server: AuthorizationServer, issuer_of: IssuerOf) -> Route:
    """Return the route of revocation."""

    async def revoke(request: Request, _: Issuer) -> Response:
        form = await in_form(request)
        client_id = await authenticated(server, request, form)
        found = await presented(server, needed(form, "token"))
        # Whatever it was, the answer is the same: the token is of no use any more.
        if found is not None and found.client_id == client_id:
            await server.store.revoke(found.grant_id)
        return said({})

    return json_route("/revoke", "POST", revoke, issuer_of)
