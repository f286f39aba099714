"""Signing in with an account of Home Assistant, on the login page that people know.

The page belongs to Core, with all it asks for: password, second factor, or whatever else lets a
person in. What comes back is a code that says who it was, once.
"""

import base64
import hashlib
from collections.abc import Awaitable, Callable
from typing import Final, Protocol
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from ..problems import Invalid
from .oauth.origin import Issuer
from .oauth.sign_in import SIGN_IN_PATH, Person
from .tokens import Seal

LOGIN_PAGE: Final = "/auth/authorize"
_LONGEST: Final = 8_000  # characters of anything that comes back


class Account(Protocol):
    """Somebody's account in Home Assistant."""

    @property
    def id(self) -> str:
        """What it is known by."""
        ...

    @property
    def name(self) -> str | None:
        """What it is called."""
        ...

    @property
    def is_admin(self) -> bool:
        """Whether it may do everything."""
        ...


# From Core's code, the client id it was made for and the verifier, to whose account it was.
# Raises Problem.
type Accounts = Callable[[str, str, str], Awaitable[Account]]
# Where a browser that came to this issuer finds Core.
type Pages = Callable[[Issuer], Awaitable[str]]


async def same_origin(issuer: Issuer) -> str:
    """Return where Core's pages are for an issuer that Core itself serves."""
    parts = urlsplit(issuer.issuer)
    return f"{parts.scheme}://{parts.netloc}"


class HomeSignIn:
    """Sends people to Core's login page, and finds out who came back from it."""

    def __init__(self, accounts: Accounts, seal: Seal, pages: Pages = same_origin) -> None:
        """Take what knows accounts, what makes verifiers, and where the login page is."""
        self._accounts = accounts
        self._seal = seal
        self._pages = pages

    async def begin(self, request: Request, pending_id: str, issuer: Issuer) -> Response:
        """Send the person to the login page; ``pending_id`` comes back as its state."""
        del request
        digest = hashlib.sha256(self._verifier(pending_id).encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": _client_id(issuer),
            "redirect_uri": issuer.url(SIGN_IN_PATH),
            "state": pending_id,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        page = f"{await self._pages(issuer)}{LOGIN_PAGE}?{urlencode(asked)}"
        return Response(None, 303, {"Location": page, "Cache-Control": "no-store"})

    async def finish(self, request: Request, issuer: Issuer) -> tuple[str, Person] | Response:
        """Return who signed in, and for what."""
        code = request.query_params.get("code", "")
        pending_id = request.query_params.get("state", "")
        if not (code and pending_id) or max(len(code), len(pending_id)) > _LONGEST:
            raise Invalid(
                "Home Assistant did not say who you are", hint="Begin again in the assistant"
            )
        account = await self._accounts(code, _client_id(issuer), self._verifier(pending_id))
        person = Person(user_id=account.id, user_name=account.name or "", is_admin=account.is_admin)
        return pending_id, person

    def _verifier(self, pending_id: str) -> str:
        """Return what ties Core's code to this request: nothing has to be remembered for it."""
        return self._seal.follow(f"sign-in {pending_id}")


def _client_id(issuer: Issuer) -> str:
    """Return what Core knows us by: the origin to which it sends the person back."""
    parts = urlsplit(issuer.url(SIGN_IN_PATH))
    return f"{parts.scheme}://{parts.netloc}/"
