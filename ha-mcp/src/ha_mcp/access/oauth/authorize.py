"""Where a client sends the person, and where they come back to after they have signed in.

What is wrong before the client and its address are known is told to the person, on a page: a
browser is sent nowhere that nobody vouches for. What is wrong after that is told to the client.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from .asking import LONGEST_STATE, asked_for, client_of, close, redirect_of, reopen
from .consent import ask
from .origin import Issuer
from .params import in_query
from .returning import back
from .server import AuthorizationServer
from .serving import IssuerOf, Refused, page_route
from .sign_in import SIGN_IN_PATH
from .silence import silent_code


def authorize_routes(server: AuthorizationServer, issuer_of: IssuerOf) -> list[BaseRoute]:
    """Return the routes that begin and end with somebody signing in."""
    sign_in = server.sign_in

    async def authorize(request: Request, issuer: Issuer) -> Response:
        params = in_query(request)
        client = await client_of(server, params)
        redirect = redirect_of(client, params)
        state = params.get("state")
        try:
            asked = asked_for(server, issuer, client, redirect, params)
            text = close(server.seal, asked)
        except Refused as no:
            kept = state if len(state or "") <= LONGEST_STATE else None
            return back(issuer, redirect, kept, error=no.error, error_description=no.why)
        if sign_in is None or server.silent:
            return back(issuer, redirect, state, code=silent_code(server, asked))
        return await sign_in.begin(request, text, issuer)

    async def signed_in(request: Request, issuer: Issuer) -> Response:
        if sign_in is None or server.silent:
            raise Refused("invalid_request", "Nobody has to sign in here", status=404)
        finished = await sign_in.finish(request, issuer)
        if isinstance(finished, Response):
            return finished
        text, person = finished
        return await ask(server, issuer, reopen(server, issuer, text), person)

    return [
        page_route("/authorize", {"GET": authorize}, issuer_of),
        page_route(SIGN_IN_PATH, {"GET": signed_in, "POST": signed_in}, issuer_of),
    ]
