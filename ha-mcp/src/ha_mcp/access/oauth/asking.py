"""What a client asks for, checked, and how it travels while the person signs in.

Nothing is kept for a request before somebody has signed in: it is sealed and goes with the
browser. So nobody can fill the store by asking, and any replica can go on with it.
"""

from typing import Final

import msgspec

from ..clients import Method, RegisteredClient, Unusable
from ..scopes import OFFLINE_ACCESS, Scope, parse, widened
from ..tokens import NotOurs, Seal
from .origin import Issuer
from .params import Params, needed
from .pkce import is_challenge
from .server import AuthorizationServer
from .serving import Refused

LONGEST_STATE: Final = 4096
_LONGEST: Final = 6500  # characters: with the rest of an address it has to pass through proxies
_LIVES: Final = 1800.0  # seconds to sign in: people look for their phones
_PURPOSE: Final = "asked"


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """A request that can be granted."""

    issuer: str
    resource: str
    client_id: str
    client_name: str
    redirect: str
    state: str | None
    challenge: str
    scopes: tuple[Scope, ...]
    offline: bool
    at: float


_ASKED: Final = msgspec.msgpack.Decoder(Asked)


async def client_of(server: AuthorizationServer, params: Params) -> RegisteredClient:
    """Return the client that asks; raises Refused, for the person to read."""
    client_id = needed(params, "client_id")
    try:
        client = await server.introductions.client(client_id)
    except Unusable as no:
        raise Refused("invalid_client", f"The assistant's id cannot be used: {no.why}") from no
    if client is None:
        raise Refused(
            "invalid_client", "This assistant is not known here: remove it there and add it again"
        )
    return client


def redirect_of(client: RegisteredClient, params: Params) -> str:
    """Return where the answer goes; raises Refused, for the person to read."""
    redirect = params.get("redirect_uri")
    if redirect is None and len(client.redirects) == 1:
        return client.redirects[0]
    if redirect is None or not client.may_return_to(redirect):
        raise Refused("invalid_request", "The answer would go to a place the client never named")
    return redirect


def asked_for(
    server: AuthorizationServer,
    issuer: Issuer,
    client: RegisteredClient,
    redirect: str,
    params: Params,
) -> Asked:
    """Return the request; raises Refused, for the client to read."""
    for name in ("request", "request_uri"):
        if name in params:
            raise Refused(f"{name}_not_supported", f"{name} is not supported")
    if needed(params, "response_type") != "code":
        raise Refused("unsupported_response_type", "Only the response_type code is offered")
    if params.get("response_mode", "query") != "query":
        raise Refused("invalid_request", "Only the response_mode query is offered")
    if len(params.get("state", "")) > LONGEST_STATE:
        raise Refused("invalid_request", f"state is longer than {LONGEST_STATE} characters")
    challenge = _challenge(client, params)
    resource = params.get("resource", issuer.resource)
    if not issuer.owns(resource):
        raise Refused("invalid_target", "The resource is not an endpoint of this server")
    scope = params.get("scope", "")
    wanted = (widened(parse(scope)) or server.offered) & server.offered
    return Asked(
        issuer=issuer.issuer,
        resource=resource,
        client_id=client.id,
        client_name=client.name,
        redirect=redirect,
        state=params.get("state"),
        challenge=challenge,
        scopes=tuple(one for one in Scope if one in wanted),
        offline=OFFLINE_ACCESS in scope.split(),
        at=server.now(),
    )


def _challenge(client: RegisteredClient, params: Params) -> str:
    """Return the challenge, or nothing where a secret stands in for it; raises Refused."""
    if (
        client.method is not Method.NONE
        and not {
            "code_challenge",
            "code_challenge_method",
        }
        & params.keys()
    ):
        return ""
    challenge = needed(params, "code_challenge")
    if params.get("code_challenge_method") != "S256" or not is_challenge(challenge):
        raise Refused("invalid_request", "A code_challenge of the method S256 is needed")
    return challenge


def close(seal: Seal, asked: Asked) -> str:
    """Return a request as a text that travels with the browser; raises Refused."""
    text = seal.close(_PURPOSE, msgspec.msgpack.encode(asked))
    if len(text) > _LONGEST:
        raise Refused("invalid_request", "The request is too long")
    return text


def reopen(server: AuthorizationServer, issuer: Issuer, text: str) -> Asked:
    """Return a request that came back; raises Refused, for the person to read."""
    try:
        asked = _ASKED.decode(server.seal.open(_PURPOSE, text))
    except (NotOurs, msgspec.DecodeError) as err:
        raise Refused("invalid_request", "This page belongs to no request") from err
    return still_good(server, issuer, asked)


def still_good(server: AuthorizationServer, issuer: Issuer, asked: Asked) -> Asked:
    """Return a request that is not too old and was made here; raises Refused."""
    if server.now() - asked.at > _LIVES:
        raise Refused("invalid_request", "This took too long: begin again in the assistant")
    if asked.issuer != issuer.issuer:
        raise Refused("invalid_request", "This request was made under another address")
    return asked
