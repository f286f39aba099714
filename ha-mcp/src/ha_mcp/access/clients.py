"""Who asks to be let in: what a client says of itself, and whether it may be believed.

A client introduces itself in one of two ways: by registering here (RFC 7591), or by an id that is
the address of a document about it. Either is only a claim; what counts is where its answers go.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from enum import StrEnum
from typing import Any, Final

import msgspec

from . import redirects

MOST_REDIRECTS: Final = 20
LONGEST_ID: Final = 2048
_LONGEST_NAME: Final = 80
_BLANK: Final = re.compile(r"\s+")


class Unusable(ValueError):
    """What a client says of itself cannot be used; ``code`` is RFC 7591's word for it."""

    def __init__(self, code: str, why: str) -> None:
        """Take the word for programs and the sentence for people."""
        super().__init__(why)
        self.code = code
        self.why = why


class Method(StrEnum):
    """How a client proves at the token endpoint who it is."""

    NONE = "none"
    POST = "client_secret_post"
    BASIC = "client_secret_basic"


class RegisteredClient(msgspec.Struct, frozen=True, kw_only=True):
    """A client as it is known here."""

    id: str
    name: str
    redirects: tuple[str, ...]
    method: Method = Method.NONE
    secret_hash: str = ""
    registered: float = 0.0
    used: float = 0.0  # when somebody last let it in; 0 when nobody ever did

    def may_return_to(self, uri: str) -> bool:
        """Tell whether this is one of its addresses."""
        return redirects.matches(uri, self.redirects)

    def knows(self, secret: str) -> bool:
        """Tell whether this is its secret."""
        return hmac.compare_digest(_hash(secret), self.secret_hash)


def registered(said: Any, now: float) -> tuple[RegisteredClient, str]:
    """Return the client that registers with these words, and its secret if it has one.

    Raises Unusable.
    """
    if not isinstance(said, dict):
        raise Unusable("invalid_client_metadata", "an object is expected")
    method = _method(said.get("token_endpoint_auth_method", Method.BASIC))
    secret = "" if method is Method.NONE else secrets.token_urlsafe(32)
    client = RegisteredClient(
        id=f"client_{secrets.token_urlsafe(16)}",
        name=_name(said.get("client_name")),
        redirects=redirect_uris(said.get("redirect_uris")),
        method=method,
        secret_hash=_hash(secret) if secret else "",
        registered=now,
    )
    _check_flows(said)
    return client, secret


def documented(url: str, said: Any) -> RegisteredClient:
    """Return the client that a document at this address describes; raises Unusable."""
    if not isinstance(said, dict):
        raise Unusable("invalid_client_metadata", "the client's document is not an object")
    if said.get("client_id") != url:
        raise Unusable("invalid_client_metadata", "the client's document is about another client")
    # Whatever the document says of proving who it is: a document holds no secret.
    return RegisteredClient(
        id=url,
        name=_name(said.get("client_name")),
        redirects=redirect_uris(said.get("redirect_uris")),
    )


def redirect_uris(said: Any) -> tuple[str, ...]:
    """Return the addresses a client names; raises Unusable."""
    if not isinstance(said, list) or not 1 <= len(said) <= MOST_REDIRECTS:
        raise Unusable(
            "invalid_redirect_uri", f"1 to {MOST_REDIRECTS} redirect_uris have to be given"
        )
    for uri in said:
        if objection := redirects.objection(uri) if isinstance(uri, str) else "it is not a text":
            raise Unusable("invalid_redirect_uri", objection)
    return tuple(said)


def _name(said: Any) -> str:
    """Return a name that can be shown: one line, without characters that hide or reorder."""
    if not isinstance(said, str):
        return ""
    seen = "".join(
        letter for letter in said[:1000] if unicodedata.category(letter)[0] != "C" or letter == " "
    )
    return _BLANK.sub(" ", seen).strip()[:_LONGEST_NAME]


def _method(said: Any) -> Method:
    try:
        return Method(said)
    except ValueError as err:
        raise Unusable(
            "invalid_client_metadata",
            f"token_endpoint_auth_method has to be one of {', '.join(Method)}",
        ) from err


def _check_flows(said: dict[str, Any]) -> None:
    """Refuse a client that could only use what is not offered here."""
    grants = said.get("grant_types", ["authorization_code"])
    answers = said.get("response_types", ["code"])
    if not isinstance(grants, list) or "authorization_code" not in grants:
        raise Unusable("invalid_client_metadata", "grant_types has to hold authorization_code")
    if not isinstance(answers, list) or "code" not in answers:
        raise Unusable("invalid_client_metadata", "response_types has to hold code")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
