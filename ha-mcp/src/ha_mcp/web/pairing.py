"""The way in for the relay inside Home Assistant: pairing, and the endpoint for who is paired.

Only an app of this house that declares itself a relay learns the token: the network address that
asks has to be the one that the Supervisor reports for that app. From then on each request proves
that its sender holds the token, so no secret path has to be given away.
"""

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from .._shared.relay import (
    CONTRACTS_HEADER,
    EXAMINE_PATH,
    OAUTH_PATH,
    OURS,
    PAIR_PATH,
    PROOF_HEADER,
    PROOF_REFUSED,
    RELAY_PATH,
    VERSIONS_DIFFER,
    Contracts,
    Proofs,
)
from ..problems import Problem
from .gate import Gate, Page
from .origins import Origins
from .outside import OUTSIDE, Outside
from .protocol import McpServer
from .refusals import refusal
from .signing_in import Authorization, Doors, relayed_oauth
from .sufficing import RiskOf, Sufficing

# Is the app with this slug a relay that has this network address?
type Recognise = Callable[[str, str], Awaitable[bool]]
# What does an assistant in the cloud meet at this address, which admits or leads to a login (one of
# AUTH_LOGIN and AUTH_URL; empty when an older relay does not say)? Raises Problem.
type Examine = Callable[[str, str], Awaitable[Mapping[str, Any]]]

_LOG = logging.getLogger(__name__)
_NO_STORE = {"Cache-Control": "no-store"}
# The relay's proof stands in for a path that cannot be guessed.
_PROVEN: Final = Origins(on_loopback=False, secret=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """What is given to a relay, and who is one."""

    token: str = field(repr=False)
    recognise: Recognise
    examine: Examine
    authorization: Authorization | None = None


def pairing_routes(
    pairing: Pairing, server: McpServer, risk_of: RiskOf, endpoint: ASGIApp, page: Page
) -> list[BaseRoute]:
    """Return where relays pair, and where paired ones ask.

    ``risk_of`` a tool tells who has a token whether it suffices for a call.
    """
    if pairing.authorization is not None:
        endpoint = Sufficing(endpoint, pairing.authorization.login.admission, risk_of)
    relayed = Gate(endpoint, path=RELAY_PATH, origins=_PROVEN, page=page)
    said = {
        "name": server.name,
        "version": server.version or "",
        "contracts": str(OURS),
        "path": RELAY_PATH,
        "token": pairing.token,
        # Another one at each start: what a relay told the server before is not known any more.
        "run": secrets.token_hex(8),
    }

    async def pair(request: Request) -> Response:
        slug = request.query_params.get("app", "")
        address = "" if request.client is None else request.client.host
        if not await pairing.recognise(slug, address):
            _LOG.warning("%s asked to be paired and is not a relay of this house", address)
            return refusal(403, "Only a webhook-proxy app of this house is paired")
        return Response(orjson.dumps(said), media_type="application/json", headers=_NO_STORE)

    async def examine(request: Request) -> Response:
        try:
            wanted = orjson.loads(await request.body())
            url, auth = str(wanted["url"]), str(wanted.get("auth", ""))
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return refusal(400, "An object with a url is expected")
        try:
            report = await pairing.examine(url, auth)
        except Problem as problem:
            return refusal(503, problem.message)
        return Response(orjson.dumps(report), media_type="application/json", headers=_NO_STORE)

    proofs = Proofs(pairing.token)
    examination = Route(EXAMINE_PATH, examine, methods=["POST"])
    doors = Doors(relayed, pairing.authorization, page)
    routes: list[BaseRoute] = [
        Route(PAIR_PATH, pair, methods=["GET"]),
        Route(EXAMINE_PATH, Relayed(examination.app, proofs), methods=["POST"]),
        Route(RELAY_PATH, Relayed(doors, proofs)),
    ]
    if pairing.authorization is not None:
        routes.append(Mount(OAUTH_PATH, Relayed(relayed_oauth(pairing.authorization), proofs)))
    return routes


class Relayed:
    """Lets through what proves to come from who is paired, under the name that the client used."""

    def __init__(self, endpoint: ASGIApp, proofs: Proofs) -> None:
        """Take what answers, and what tells true proofs from others."""
        self._endpoint = endpoint
        self._proofs = proofs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Nothing here is a 401: the client far away would start to log in."""
        headers = Headers(scope=scope)
        objection = self._proofs.objection(headers.get(PROOF_HEADER), scope["method"])
        if objection is not None:
            await refusal(403, objection, reason=PROOF_REFUSED)(scope, receive, send)
            return
        theirs = Contracts.parse(headers.get(CONTRACTS_HEADER, ""))
        contract = None if theirs is None else OURS.common(theirs)
        if contract is None:
            sentence = "The relay and the server are too far apart: update both apps"
            await refusal(409, sentence, reason=VERSIONS_DIFFER)(scope, receive, send)
            return
        seen = _as_the_client_sees_it(scope, headers)
        seen[OUTSIDE] = Outside.of(headers, contract)
        await self._endpoint(seen, receive, send)


def _as_the_client_sees_it(scope: Scope, headers: Headers) -> dict[str, Any]:
    """Put the public name where the rules for web pages look for it."""
    host = headers.get("x-forwarded-host")
    if host is None:
        return dict(scope)
    others = [header for header in scope["headers"] if header[0] != b"host"]
    scheme = headers.get("x-forwarded-proto", scope["scheme"])
    return {**scope, "scheme": scheme, "headers": [*others, (b"host", host.encode())]}
