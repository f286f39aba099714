"""From an address that a person typed to the authorization server behind it."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from .habits import Habits, Match
from .web import Answer, Web

_RESOURCE = "oauth-protected-resource"
_ISSUER = "oauth-authorization-server"
_OPENID = "openid-configuration"
_OPENID_NEEDS = ("issuer", "authorization_endpoint", "token_endpoint", "response_types_supported")


class Stage(StrEnum):
    """Where a client gets stuck."""

    RESOURCE = "the document about the resource"
    ISSUER = "the document about the authorization server"
    CLIENT = "being known as a client"
    AUTHORIZATION = "authorization"
    TOKEN = "token"
    CALL = "call"


class Lost(Exception):
    """The client gives up, and shows its person an error."""

    def __init__(self, stage: Stage, why: str) -> None:
        """Take where and why."""
        super().__init__(f"{stage.value}: {why}")
        self.stage = stage
        self.why = why


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a 401 or 403 says."""

    metadata: str | None
    scope: str | None
    error: str | None

    @classmethod
    def of(cls, answer: Answer) -> "Challenge":
        """Read the header as clients do, with a search for its parts."""
        header = answer.headers.get("WWW-Authenticate", "")

        def part(name: str) -> str | None:
            found = re.search(rf'{name}="([^"]*)"', header)
            return found[1] if found else None

        return cls(part("resource_metadata"), part("scope"), part("error"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An authorization server, and what is asked of it for which resource."""

    metadata: dict[str, Any]
    resource: str | None
    scope: str | None

    def endpoint(self, name: str) -> str:
        """Return the address of an endpoint, which has to be a whole one."""
        url = str(self.metadata.get(f"{name}_endpoint", ""))
        if not urlsplit(url).scheme:
            raise Lost(Stage.ISSUER, f"{name}_endpoint is {url!r}, which is no address")
        return url


async def discovered(web: Web, habits: Habits, url: str, challenge: Challenge) -> Found:
    """Follow the documents as the client does; raises Lost where it gives up."""
    document = await _resource(web, habits, url, challenge)
    if document is None:
        # As before there were such documents: the server itself, without its path.
        issuer, resource, offered = _origin(url), None, None
        if habits.races:
            issuer = url
    else:
        issuer, resource = str(document["authorization_servers"][0]), str(document["resource"])
        offered = " ".join(document.get("scopes_supported", ())) or None
    metadata = await _issuer(web, habits, issuer)
    scope = challenge.scope or offered
    known = metadata.get("scopes_supported", ())
    if scope is None and habits.races:
        scope = " ".join(known)
    if habits.adds_offline and scope and "offline_access" in known:
        scope = f"{scope} offline_access"
    return Found(metadata=metadata, resource=resource, scope=scope)


async def _resource(
    web: Web, habits: Habits, url: str, challenge: Challenge
) -> dict[str, Any] | None:
    inserted = f"{_origin(url)}/.well-known/{_RESOURCE}{_rest(url)}"
    places = [inserted, f"{_origin(url)}/.well-known/{_RESOURCE}"]
    if challenge.metadata is not None:
        # A document that the server itself named is the only one that counts.
        places = [challenge.metadata, *places] if habits.races else [challenge.metadata]
    elif habits.races:
        return None
    found = [one.document for one in await _looked(web, habits, places)]
    for document in (one for one in found if one is not None):
        if document.get("authorization_servers") and _fits(habits, url, document):
            return document
        if habits.matches is not Match.EXACT:
            raise Lost(Stage.RESOURCE, f"it is about {document.get('resource')}")
    if challenge.metadata is not None:
        raise Lost(Stage.RESOURCE, "what the server named is not there")
    return None


def _fits(habits: Habits, url: str, document: dict[str, Any]) -> bool:
    resource = str(document.get("resource", ""))
    if habits.matches is Match.BELOW:
        return f"{url}/".startswith(f"{resource.rstrip('/')}/")
    return resource == url


async def _issuer(web: Web, habits: Habits, issuer: str) -> dict[str, Any]:
    origin, path = _origin(issuer), urlsplit(issuer).path.rstrip("/")
    places = [f"{origin}/.well-known/{_ISSUER}{path}", f"{origin}/.well-known/{_OPENID}{path}"]
    if path:
        places.append(f"{origin}{path}/.well-known/{_OPENID}")
    for answer in await _looked(web, habits, places):
        if answer.document is None:
            continue
        _check(habits, issuer, answer)
        return answer.document
    if not habits.guesses:
        raise Lost(Stage.ISSUER, "there is none")
    guessed = {"authorization": "authorize", "token": "token", "registration": "register"}
    return {f"{name}_endpoint": f"{origin}/{path}" for name, path in guessed.items()}


def _check(habits: Habits, issuer: str, answer: Answer) -> None:
    document = answer.document or {}
    if habits.races:
        return  # it takes the two endpoints and looks at nothing else
    if document.get("issuer") != issuer:
        raise Lost(Stage.ISSUER, f"it is about {document.get('issuer')}, not {issuer}")
    if "S256" not in document.get("code_challenge_methods_supported", ()):
        raise Lost(Stage.ISSUER, "it does not know S256")
    missing = [name for name in _OPENID_NEEDS if not document.get(name)]
    if habits.whole_oidc and _OPENID in answer.url and missing:
        raise Lost(Stage.ISSUER, f"the OpenID document lacks {missing}")


async def _looked(web: Web, habits: Habits, places: Iterable[str]) -> list[Answer]:
    """Fetch documents one after the other until there is one, or all at once.

    Whoever takes the first that comes may get any of them: each has to be good, so the ones that
    others answered come first.
    """
    if not habits.races:
        answers = []
        for place in places:
            answers.append(await web.get(place))
            if answers[-1].document is not None:
                break
        return answers
    answers = await asyncio.gather(*(web.get(place) for place in dict.fromkeys(places)))
    return list(reversed(answers))


def _rest(url: str) -> str:
    """Return what follows the origin, the query included, as RFC 9728 has it."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
