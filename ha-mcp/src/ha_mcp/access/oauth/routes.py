"""Where the endpoints of the authorization server are."""

from starlette.routing import BaseRoute

from .authorize import authorize_routes
from .consent import consent_routes
from .introspect import introspect_route
from .metadata import metadata_routes
from .register import register_route
from .revoke import revoke_route
from .server import AuthorizationServer
from .serving import IssuerOf
from .token import token_route


def oauth_app(server: AuthorizationServer, issuer_of: IssuerOf) -> list[BaseRoute]:
    """Return the routes, relative to where the issuer is: the root, or below the relay's path."""
    return [
        *authorize_routes(server, issuer_of),
        *consent_routes(server, issuer_of),
        token_route(server, issuer_of),
        register_route(server, issuer_of),
        revoke_route(server, issuer_of),
        introspect_route(server, issuer_of),
        *metadata_routes(server, issuer_of),
    ]
