"""Where the endpoints of the authorization server are."""

from starlette.routing import BaseRoute

from .metadata import metadata_routes
from .register import register_route
from .server import AuthorizationServer
from .serving import IssuerOf


def oauth_app(server: AuthorizationServer, issuer_of: IssuerOf) -> list[BaseRoute]:
    """Return the routes, relative to where the issuer is: the root, or below the relay's path."""
    return [*metadata_routes(server, issuer_of), register_route(server, issuer_of)]
