"""Whether a token admits to an endpoint, and what a client is told when it does not."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from .calm import Calm
from .grants import Grant
from .oauth.origin import metadata_url, same_resource
from .records import StoreAway
from .scopes import Scope, parse, up_to, written
from .store import AccessStore
from .tokens import Claims, NotOurs, Seal, read_access

SKEW: Final = 60.0  # seconds that two clocks may differ


class NotAdmitted(Exception):
    """Nobody comes in with this; says how to answer."""

    def __init__(self, status: int, www_authenticate: str | None, json: dict[str, Any]) -> None:
        """Take the status, the header of that name if there is one, and the body."""
        super().__init__(json.get("error_description", ""))
        self.status = status
        self.www_authenticate = www_authenticate
        self.json = json

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of the answer."""
        headers = {"Cache-Control": "no-store"}
        if self.www_authenticate is not None:
            headers["WWW-Authenticate"] = self.www_authenticate
        if self.status == 503:
            headers["Retry-After"] = "5"
        return headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Tells tokens that admit from others."""

    store: AccessStore
    seal: Seal
    offered: frozenset[Scope] = field(default_factory=lambda: up_to(Scope.ADMIN))
    calm: Calm = field(default_factory=Calm)
    now: Callable[[], float] = time.time

    async def admit(self, authorization: str | None, resource: str) -> Grant:
        """Return what the ``Authorization`` header of a request to this endpoint admits to.

        Raises NotAdmitted.
        """
        token = bearer(authorization)
        if token is None:
            raise self._refused(resource, None)
        try:
            return await self._admitted(token, resource)
        except NotAdmitted as no:
            if no.status == 401:
                await self.calm.after_a_bad_one()
            raise

    async def _admitted(self, token: str, resource: str) -> Grant:
        claims = self._claims(token, resource)
        try:
            kept = await self.store.grant(claims.grant)
            if kept is None:
                raise self._refused(resource, "The access was revoked")
            grant = kept.grant(parse(claims.scopes), claims.sealed)
            if not grant.scopes or grant.expired(self.now()):
                raise self._refused(resource, "The access has ended")
            await self.store.used(grant.id)
        except StoreAway as err:
            raise NotAdmitted(503, None, _body("temporarily_unavailable", err.message)) from err
        return grant

    def insufficient(self, resource: str, scopes: Iterable[Scope]) -> NotAdmitted:
        """Return the answer to a call that needs these scopes, all of them named."""
        words = written(scopes)
        why = f"This needs the scope {words}"
        return NotAdmitted(
            403,
            _challenge(resource, words, "insufficient_scope", why),
            {**_body("insufficient_scope", why), "scope": words},
        )

    def invalid(self, resource: str, why: str) -> NotAdmitted:
        """Return the answer to a token that is ours and of no use any more."""
        return self._refused(resource, why)

    def _claims(self, token: str, resource: str) -> Claims:
        try:
            claims = read_access(self.seal, token)
        except NotOurs as err:
            raise self._refused(resource, "The token is not one of this server") from err
        if self.now() > claims.expires + SKEW:
            raise self._refused(resource, "The token has expired")
        if not same_resource(claims.resource, resource):
            raise self._refused(resource, "The token is for another address")
        return claims

    def _refused(self, resource: str, why: str | None) -> NotAdmitted:
        """Return 401: without a word of error to who came without a token, as RFC 6750 wants."""
        error = None if why is None else "invalid_token"
        said = why or "Authorization is needed"
        header = _challenge(resource, written(self.offered), error, why)
        return NotAdmitted(401, header, _body(error or "unauthorized", said))


def bearer(authorization: str | None) -> str | None:
    """Return the token of an ``Authorization`` header; some clients send one without a token."""
    scheme, _, token = (authorization or "").strip().partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _challenge(resource: str, scopes: str, error: str | None, why: str | None) -> str:
    said = {"resource_metadata": metadata_url(resource), "scope": scopes}
    if error is not None and why is not None:
        said = {"error": error, "error_description": why, **said}
    return "Bearer " + ", ".join(f'{name}="{_quotable(value)}"' for name, value in said.items())


def _quotable(text: str) -> str:
    """Leave out what would end the quotation: the address comes from the request."""
    return "".join(one for one in text if one.isascii() and one.isprintable() and one not in '"\\')


def _body(error: str, why: str) -> dict[str, Any]:
    return {"error": error, "error_description": why}
