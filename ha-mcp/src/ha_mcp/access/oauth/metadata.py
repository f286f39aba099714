"""The documents by which clients find the endpoints: RFC 8414, its OpenID variants, and RFC 9728.

Clients put the path of the issuer, or that of the resource, before or after the well-known name,
and some ask only one way; each of them is answered. The OpenID variants are complete, although no
identity is told here: some clients give up on a document with a hole.
"""

from typing import Any, Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..clients import Method
from ..scopes import OFFLINE_ACCESS, written
from .origin import RESOURCE_METADATA, Issuer
from .server import AuthorizationServer
from .serving import IssuerOf, Refused, json_route, said

_SERVER: Final = "/.well-known/oauth-authorization-server"
_OPENID: Final = "/.well-known/openid-configuration"


def metadata_routes(server: AuthorizationServer, issuer_of: IssuerOf) -> list[BaseRoute]:
    """Return the routes of the documents."""

    async def about_server(_: Request, issuer: Issuer) -> Response:
        return said(server_metadata(server, issuer))

    async def about_openid(_: Request, issuer: Issuer) -> Response:
        return said(openid_metadata(server, issuer))

    async def about_resource(request: Request, issuer: Issuer) -> Response:
        typed = _as_typed(server, request, issuer)
        return said(resource_metadata(server, issuer, typed))

    async def keys(_: Request, __: Issuer) -> Response:
        return said({"keys": []})

    answers = {_SERVER: about_server, _OPENID: about_openid, RESOURCE_METADATA: about_resource}
    return [
        *(
            json_route(f"{name}{{typed:path}}", "GET", answer, issuer_of)
            for name, answer in answers.items()
        ),
        json_route(f"/{{before:path}}{_SERVER}", "GET", about_server, issuer_of),
        json_route(f"/{{before:path}}{_OPENID}", "GET", about_openid, issuer_of),
        json_route("/jwks", "GET", keys, issuer_of),
    ]


def server_metadata(server: AuthorizationServer, issuer: Issuer) -> dict[str, Any]:
    """Return what RFC 8414 wants to be said of the authorization server."""
    methods = list(Method)
    return {
        "issuer": issuer.issuer,
        "authorization_endpoint": issuer.url("/authorize"),
        "token_endpoint": issuer.url("/token"),
        "registration_endpoint": issuer.url("/register"),
        "revocation_endpoint": issuer.url("/revoke"),
        "introspection_endpoint": issuer.url("/introspect"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_methods_supported": methods,
        "client_id_metadata_document_supported": server.introductions.accept_documents,
        "authorization_response_iss_parameter_supported": True,
        "scopes_supported": [*written(server.offered).split(), OFFLINE_ACCESS],
    }


def openid_metadata(server: AuthorizationServer, issuer: Issuer) -> dict[str, Any]:
    """Return the same with what OpenID calls required."""
    return {
        **server_metadata(server, issuer),
        "jwks_uri": issuer.url("/jwks"),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": [],
    }


def resource_metadata(server: AuthorizationServer, issuer: Issuer, resource: str) -> dict[str, Any]:
    """Return what RFC 9728 wants to be said of the endpoint."""
    return {
        "resource": resource,
        "resource_name": server.title,
        "authorization_servers": [issuer.issuer],
        "scopes_supported": written(server.offered).split(),
        "bearer_methods_supported": ["header"],
    }


def _as_typed(server: AuthorizationServer, request: Request, issuer: Issuer) -> str:
    """Return the address of the endpoint as whoever asks knows it; raises Refused.

    Who does not know it is not told: it may be all that protects the home.
    """
    typed = str(request.path_params.get("typed", ""))
    path = urlsplit(issuer.resource).path
    if typed.removesuffix("/") != path.removesuffix("/"):
        if typed.strip("/") or not server.resource_is_public:
            raise Refused("not_found", "There is no such resource", status=404)
        return issuer.resource
    query = request.url.query
    if "?" in issuer.resource or not (typed or query):
        return issuer.resource
    slash = "/" if typed.endswith("/") else ""
    return f"{issuer.resource.removesuffix('/')}{slash}{f'?{query}' if query else ''}"
