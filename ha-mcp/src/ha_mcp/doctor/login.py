"""Where a login is wanted: are the documents there by which an assistant finds it?"""

import re
from typing import Any, Final
from urllib.parse import urlsplit

from .asking import Answer, Asking
from .report import Fault, Hop

_RESOURCE: Final = "oauth-protected-resource"
_ISSUER: Final = "oauth-authorization-server"
_NAMED: Final = re.compile(r'resource_metadata="([^"]+)"')


async def check_login(asking: Asking, url: str, answer: Answer) -> str:
    """Follow the documents from a 401 to the authorization server."""
    named = _NAMED.search(answer.headers.get("WWW-Authenticate", ""))
    place = named[1] if named else _inserted(url, _RESOURCE)
    resource = await _document(asking, place, _RESOURCE, "authorization_servers")
    if resource.get("resource") != url:
        raise Fault(
            Hop.LOGIN,
            "resource_differs",
            "The document about the login is for another address than this one",
            "Use exactly the address that the log shows, without a slash at its end",
        )
    issuer = next(iter(resource["authorization_servers"]))
    if not isinstance(issuer, str):
        raise _missing(_RESOURCE, "names no issuer")
    known = await _document(asking, _inserted(issuer, _ISSUER), _ISSUER, "authorization_endpoint")
    if known.get("issuer") != issuer:
        raise _missing(_ISSUER, "names another issuer")
    return "a login is wanted, and everything about it is found"


async def _document(asking: Asking, place: str, kind: str, key: str) -> dict[str, Any]:
    answer = await asking.get(place)
    if answer.status != 200 or not answer.message.get(key):
        raise _missing(kind, f"is missing (HTTP {answer.status})")
    return answer.message


def _missing(kind: str, how: str) -> Fault:
    return Fault(
        Hop.LOGIN,
        "document_missing",
        f"A login is wanted, and the document {kind} that leads to it {how}",
        "Let /.well-known/ through to Home Assistant, and restart Home Assistant once",
    )


def _inserted(url: str, name: str) -> str:
    """Put a well-known name between host and path."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/.well-known/{name}{parts.path.rstrip('/')}"
