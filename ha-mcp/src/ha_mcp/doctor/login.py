"""Are the documents there by which an assistant finds the login, or finds that it needs none?

Assistants look for the same under several names, and each of them stops at another: so all are
looked at. Where the address alone admits they are needed too, because some assistants look for a
login before they ask whether one is wanted, and would else find the one of Home Assistant itself.
"""

import re
from typing import Any, Final
from urllib.parse import urlsplit

from .._shared.relay import ISSUER_PATH, LOGIN_NEEDED
from .asking import Answer, Asking
from .judging import answer_reason
from .report import Fault, Hop

_RESOURCE: Final = "oauth-protected-resource"
_ISSUER: Final = "oauth-authorization-server"
_OPENID: Final = "openid-configuration"
_NAMED: Final = re.compile(r'resource_metadata="([^"]+)"')
_LET_THROUGH: Final = (
    "Let /.well-known/, /auth/ and /api/ha_mcp_proxy/ through to Home Assistant, as /api/webhook/"
    " is, and restart Home Assistant once"
)


async def check_login(asking: Asking, url: str, answer: Answer) -> str:
    """Follow the documents from a 401 to the pages of the login."""
    if answer_reason(answer) == LOGIN_NEEDED:
        raise Fault(
            Hop.LOGIN,
            "login_impossible",
            "A login is wanted, which cannot be had through a cloud hook",
            "Use the address of Home Assistant itself, from the log of the app Webhook Proxy",
        )
    named = _NAMED.search(answer.headers.get("WWW-Authenticate", ""))
    inserted = _inserted(url, _RESOURCE)
    for place in dict.fromkeys((named[1] if named else inserted, inserted)):
        if _origin(place) != _origin(url):
            raise _differs(place)
        resource = await _document(asking, place, _RESOURCE, "authorization_servers")
        if resource.get("resource") != url:
            raise _differs(str(resource.get("resource")))
    known = await _check_issuer(asking, resource)
    if _is_ours(known["issuer"]):
        await _check_pages(asking, known)
    return "a login is wanted, and everything about it is found"


async def check_silence(asking: Asking, url: str) -> str:
    """Look for the documents that lead who looks for a login past the one of Home Assistant."""
    place = _inserted(url, _RESOURCE)
    answer = await asking.get(place)
    if answer.status == 404:
        own = await asking.get(_inserted(_origin(url), _ISSUER))
        if own.status != 200:
            return "none is wanted"
        return "none is wanted; if an assistant finds the one of Home Assistant, choose no login"
    if answer.status != 200 or answer.message.get("resource") != url:
        what = f"the document {_RESOURCE}"
        raise _missing(what, f"is not what it should be (HTTP {answer.status})", wanted=False)
    await _check_issuer(asking, answer.message)
    return "none is wanted, and who looks for one is let in without a question"


async def _check_issuer(asking: Asking, resource: dict[str, Any]) -> dict[str, Any]:
    """Return what the authorization server says of itself, once all its documents are right."""
    issuers = resource.get("authorization_servers")
    issuer = issuers[0] if isinstance(issuers, list) and issuers else None
    if not isinstance(issuer, str):
        raise _missing(f"the document {_RESOURCE}", "names no issuer")
    places = [(_ISSUER, _inserted(issuer, _ISSUER))]
    if _is_ours(issuer):
        places.append((_OPENID, _inserted(issuer, _OPENID)))
        places.append((_OPENID, f"{issuer}/.well-known/{_OPENID}"))
    for kind, place in places:
        known = await _document(asking, place, kind, "authorization_endpoint")
        if known.get("issuer") != issuer:
            raise _missing(f"the document {kind}", "names another issuer")
    return known


def _is_ours(issuer: str) -> bool:
    """Tell our own authorization server from one that may be made in another way."""
    return urlsplit(issuer).path == ISSUER_PATH


async def _check_pages(asking: Asking, known: dict[str, Any]) -> None:
    """Ask for nothing at the endpoints: what belongs to them says no in its own words."""
    token = await asking.post(str(known.get("token_endpoint")), {})
    if not isinstance(token.message.get("error"), str):
        raise _missing("the endpoint for tokens", f"does not answer (HTTP {token.status})")
    begin = str(known["authorization_endpoint"])
    page = await asking.get(begin)
    if page.status != 400:
        raise _missing("the page of the login", f"does not answer (HTTP {page.status})")
    core = await asking.get(f"{_origin(begin)}/auth/authorize")
    if core.status != 200:
        raise _missing("Home Assistant's own login page", f"is missing (HTTP {core.status})")


async def _document(asking: Asking, place: str, kind: str, key: str) -> dict[str, Any]:
    answer = await asking.get(place)
    if answer.status != 200 or not answer.message.get(key):
        raise _missing(f"the document {kind}", f"is missing (HTTP {answer.status})")
    return answer.message


def _missing(what: str, how: str, *, wanted: bool = True) -> Fault:
    said = "A login is wanted" if wanted else "No login is wanted"
    return Fault(Hop.LOGIN, "document_missing", f"{said}, and {what} {how}", _LET_THROUGH)


def _differs(other: str) -> Fault:
    return Fault(
        Hop.LOGIN,
        "resource_differs",
        "The document about the login is for another address than this one",
        "Use exactly the address that the log shows, without a slash at its end; a proxy in front"
        " of Home Assistant has to pass on the name it was asked for (Host, X-Forwarded-Proto)",
        evidence=_origin(other)[:80],
    )


def _inserted(url: str, name: str) -> str:
    """Put a well-known name between host and path."""
    return f"{_origin(url)}/.well-known/{name}{urlsplit(url).path.rstrip('/')}"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
