"""Signing in where many homes are served: first the person says where theirs is.

Then they sign in on its own login page, or show a long-lived token. Nothing is issued before that
home has confirmed who they are.
"""

import base64
import hashlib
from html import escape
from importlib.resources import files
from string import Template
from typing import Final, Protocol
from urllib.parse import urlencode, urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from ..access.oauth.origin import Issuer
from ..access.oauth.pages import page
from ..access.oauth.params import Params, in_form, in_query, needed
from ..access.oauth.sign_in import SIGN_IN_PATH, Person
from ..access.rates import Rates
from ..access.tokens import NotOurs, Seal
from ..problems import Forbidden, Invalid, Problem, Unreachable
from .way import Way, home_url

_PURPOSE: Final = "home"
_LONGEST_TOKEN: Final = 1200  # characters
# Attempts at once, then a minute: anybody can have homes knocked at from here.
_AT_ONE_HOME: Final = (30, 30.0)
_ALTOGETHER: Final = (60, 120.0)
_TITLE: Final = "Sign in to your home"
_FORM: Final = Template(
    files(__package__).joinpath("templates", "signin.html").read_text(encoding="utf-8")
)
_PROBLEM: Final = '<div class="warning" role="alert"><p>{}</p></div>'


class Account(Protocol):
    """Somebody's account in their Home Assistant."""

    @property
    def id(self) -> str:
        """What it is known by there."""
        ...

    @property
    def name(self) -> str | None:
        """What it is called."""
        ...

    @property
    def is_admin(self) -> bool:
        """Whether it may do everything."""
        ...


class Asking(Protocol):
    """Asks a home; both raise Problem, which the person reads."""

    async def user(self, url: str, token: str) -> Account:
        """Return whose token it is."""
        ...

    async def signed_in(self, url: str, code: str, client_id: str, verifier: str) -> Way:
        """Return the way in of who came back from its login page with a code."""
        ...


class _Gone(msgspec.Struct, frozen=True, array_like=True):
    """Somebody who went to the login page of their home."""

    url: str
    pending_id: str


_GONE: Final = msgspec.msgpack.Decoder(_Gone)


class FormSignIn:
    """Fits ``SignIn``; nothing is remembered between its pages, so any replica can go on."""

    def __init__(self, asking: Asking, seal: Seal, *, suggested: str = "") -> None:
        """Take what asks homes, what seals, and the address that stands in the form at first."""
        self._asking = asking
        self._seal = seal
        self._suggested = suggested
        self._at_one = Rates(*_AT_ONE_HOME)
        self._altogether = Rates(*_ALTOGETHER)

    async def begin(self, request: Request, pending_id: str, issuer: Issuer) -> Response:
        """Show the form."""
        del request, issuer
        return _form(pending_id, self._suggested)

    async def finish(self, request: Request, issuer: Issuer) -> tuple[str, Person] | Response:
        """Take the form, or who comes back from their home's login page."""
        if request.method != "POST":
            return await self._back(in_query(request), issuer)
        form = await in_form(request)
        pending_id = needed(form, "request")
        try:
            return await self._taken(form, pending_id, issuer)
        except Problem as problem:
            return _form(pending_id, form.get("url", ""), problem, with_token="token" in form)

    async def _taken(
        self, form: Params, pending_id: str, issuer: Issuer
    ) -> tuple[str, Person] | Response:
        url = home_url(form.get("url", ""))
        token = form.get("token", "").strip()
        if not token and form.get("with") != "token":
            return self._to_login_page(_Gone(url, pending_id), issuer)
        if not token or len(token) > _LONGEST_TOKEN or not token.isascii():
            raise Invalid("This is not a long-lived access token")
        return pending_id, await self._person(url, token)

    def _to_login_page(self, gone: _Gone, issuer: Issuer) -> Response:
        """Send the browser to the home, which it has to reach by the same address."""
        state = self._seal.close(_PURPOSE, msgspec.msgpack.encode(gone))
        digest = hashlib.sha256(self._verifier(state).encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": f"{issuer.issuer}/",
            "redirect_uri": issuer.url(SIGN_IN_PATH),
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        where = f"{gone.url}/auth/authorize?{urlencode(asked)}"
        return Response(None, 303, {"Location": where, "Cache-Control": "no-store"})

    async def _back(self, params: Params, issuer: Issuer) -> tuple[str, Person] | Response:
        state = needed(params, "state")
        try:
            gone = _GONE.decode(self._seal.open(_PURPOSE, state))
        except (NotOurs, msgspec.DecodeError) as err:
            raise Invalid("This page belongs to no sign-in", hint="Begin again") from err
        try:
            code = params.get("code")
            if code is None:
                raise Invalid("Home Assistant did not say who you are")
            self._count(gone.url)
            way = await self._asking.signed_in(
                gone.url, code, f"{issuer.issuer}/", self._verifier(state)
            )
            return gone.pending_id, await self._person(way.url, way.token)
        except Problem as problem:
            return _form(gone.pending_id, gone.url, problem)

    async def _person(self, url: str, token: str) -> Person:
        """Return who it is, as their home says."""
        self._count(url)
        try:
            user = await self._asking.user(url, token)
        except Forbidden as err:
            raise Forbidden("Your Home Assistant does not accept this token") from err
        return Person(
            user_id=user.id,
            user_name=user.name or "",
            is_admin=user.is_admin,
            sealed=Way(url, user.id, token).sealed(),
        )

    def _count(self, url: str) -> None:
        """Count an attempt; raises Unreachable when there were too many."""
        place = urlsplit(url).hostname or ""
        if seconds := self._at_one.wait(place) or self._altogether.wait("everybody"):
            raise Unreachable(
                "Too many people sign in there at the moment",
                hint=f"Wait {max(1, round(seconds))} s, then go on",
            )

    def _verifier(self, state: str) -> str:
        """Return what ties the home's code to this sign-in: nothing has to be remembered."""
        return self._seal.follow(f"home {state}")


def _form(
    pending_id: str, url: str, problem: Problem | None = None, *, with_token: bool = False
) -> Response:
    said = ""
    if problem is not None:
        words = ". ".join(one for one in (problem.message, problem.hint) if one)
        said = _PROBLEM.format(escape(f"{words}."))
    body = _FORM.substitute(
        title=_TITLE,
        problem=said,
        request=escape(pending_id),
        url=escape(url),
        open=" open" if with_token else "",
    )
    # The form may send the browser on to any home.
    return page(_TITLE, body, 200 if problem is None else 400, sends_to=("http:", "https:"))
