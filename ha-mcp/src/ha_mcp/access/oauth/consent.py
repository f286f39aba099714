"""The one question: may this client do these things, for so long?

The page is found by a word that nobody can guess and that is good for one answer; that also keeps
other sites from answering for the person.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..redirects import is_local, place
from ..scopes import MEANINGS, Scope, highest_for, up_to
from ..store import KeptGrant
from ..tokens import NotOurs, Word, new_word
from . import issuing
from .asking import Asked, still_good
from .origin import Issuer
from .pages import message_page, page, template
from .params import Params, in_form, in_query, needed
from .returning import back
from .server import DAY, AuthorizationServer
from .serving import IssuerOf, Refused, page_route
from .sign_in import Person

CONSENT_PATH: Final = "/consent"
_LIVES: Final = 1800.0  # seconds
_PURPOSE: Final = "consent"
_PAGE: Final = template("consent.html")
_LASTS: Final[Mapping[str, tuple[str, float | None]]] = {
    "always": ("Until I take it back", None),
    "day": ("For one day", DAY),
    "week": ("For one week", 7 * DAY),
    "month": ("For 30 days", 30 * DAY),
    "year": ("For one year", 365 * DAY),
}
_LOCAL: Final = (
    '<div class="warning"><p>The answer goes to a program on the device you are using now. Any'
    " program there could say it is $client. Go on only if you have just started this yourself."
    "</p></div>"
)


class Question(msgspec.Struct, frozen=True, array_like=True):
    """What somebody who has signed in is asked."""

    asked: Asked
    user_id: str
    user_name: str
    is_admin: bool
    sealed: bytes | None

    def grantable(self) -> list[Scope]:
        """Return what may be granted: nobody gives more than they have."""
        theirs = up_to(highest_for(is_admin=self.is_admin))
        return [scope for scope in self.asked.scopes if scope in theirs]


_QUESTION: Final = msgspec.msgpack.Decoder(Question)


@dataclass(frozen=True, slots=True)
class _Given:
    """The question that a word belongs to."""

    word: Word
    question: Question


async def ask(
    server: AuthorizationServer, issuer: Issuer, asked: Asked, person: Person
) -> Response:
    """Send the browser to the question."""
    question = Question(asked, person.user_id, person.user_name, person.is_admin, person.sealed)
    word = new_word()
    sealed = server.seal.close(_PURPOSE, msgspec.msgpack.encode(question))
    await server.store.add_question(word.kept, sealed, server.now() + _LIVES)
    where = f"{issuer.url(CONSENT_PATH)}?request={word.secret}"
    return Response(None, 303, {"Location": where, "Cache-Control": "no-store"})


def consent_routes(server: AuthorizationServer, issuer_of: IssuerOf) -> list[BaseRoute]:
    """Return the routes of the question."""

    async def show(request: Request, issuer: Issuer) -> Response:
        return _shown(server, await _given(server, issuer, in_query(request)))

    async def answer(request: Request, issuer: Issuer) -> Response:
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            raise Refused("invalid_request", "The answer came from another site", status=403)
        form = await in_form(request)
        given = await _given(server, issuer, form)
        chosen = _chosen(given.question, form)
        if not await server.store.take_question(given.word.kept):
            raise Refused("invalid_request", "This was answered already")
        asked = given.question.asked
        if chosen is None:
            return back(issuer, asked.redirect, asked.state, error="access_denied")
        kept = _granted(server, given.question, *chosen)
        code = await issuing.code_for(server, asked, kept, given.question.sealed)
        return back(issuer, asked.redirect, asked.state, code=code)

    return [page_route(CONSENT_PATH, {"GET": show, "POST": answer}, issuer_of)]


async def _given(server: AuthorizationServer, issuer: Issuer, params: Params) -> _Given:
    word = Word(needed(params, "request"))
    sealed = await server.store.question(word.kept)
    if sealed is None:
        raise Refused("invalid_request", "This was answered already, or it took too long")
    try:
        question = _QUESTION.decode(server.seal.open(_PURPOSE, sealed))
    except (NotOurs, msgspec.DecodeError) as err:
        raise Refused("invalid_request", "This page belongs to no request") from err
    still_good(server, issuer, question.asked)
    return _Given(word, question)


def _shown(server: AuthorizationServer, given: _Given) -> Response:
    question, asked = given.question, given.question.asked
    grantable = question.grantable()
    if not grantable:
        return message_page("Nothing to allow", "Your account may give none of what was asked for")
    client = escape(asked.client_name or "An assistant without a name")
    body = _PAGE.substitute(
        client=client,
        home=escape(server.title),
        place=escape(_place(asked)),
        person=escape(question.user_name or question.user_id),
        warning=_LOCAL.replace("$client", client) if is_local(asked.redirect) else "",
        request=escape(given.word.secret),
        rights="\n".join(_right(scope) for scope in grantable),
        lasts="\n".join(
            f'<option value="{name}">{text}</option>' for name, (text, _) in _LASTS.items()
        ),
    )
    return page(f"Let {asked.client_name} in?", body, sends_to=_sources(asked.redirect))


def _place(asked: Asked) -> str:
    return "this device" if is_local(asked.redirect) else place(asked.redirect)


def _right(scope: Scope) -> str:
    """Return one line with its box; without looking, nothing else is of any use."""
    fixed = " checked disabled" if scope is Scope.READ else ""
    # What cannot be taken back is never a default.
    ticked = "" if scope in {Scope.READ, Scope.ADMIN} else " checked"
    return (
        f'<label class="right"><input type="checkbox" name="{scope}"{fixed}{ticked}>'
        f"<span>{MEANINGS[scope]}</span></label>"
    )


def _sources(redirect: str) -> list[str]:
    """Return where browsers may be sent on to: clients often have a further page of their own."""
    scheme = urlsplit(redirect).scheme
    return ["https:"] if scheme == "https" else [f"{scheme}:", "https:"]


def _chosen(question: Question, form: Params) -> tuple[tuple[Scope, ...], float | None] | None:
    """Return the scopes and for how long; nothing when the person said no."""
    decision = needed(form, "decision")
    if decision == "deny":
        return None
    lasts = _LASTS.get(form.get("lasts", "always"))
    grantable = question.grantable()
    if decision != "allow" or lasts is None or not grantable:
        raise Refused("invalid_request", "The answer cannot be understood")
    return tuple(one for one in grantable if one is Scope.READ or one in form), lasts[1]


def _granted(
    server: AuthorizationServer,
    question: Question,
    scopes: tuple[Scope, ...],
    lasts: float | None,
) -> KeptGrant:
    now = server.now()
    return KeptGrant(
        id=secrets.token_hex(8),  # no secret: people type it to shut a client out
        client_id=question.asked.client_id,
        client_name=question.asked.client_name,
        user_id=question.user_id,
        user_name=question.user_name,
        scopes=scopes,
        created=now,
        expires=None if lasts is None else now + lasts,
        issuer=question.asked.issuer,
        resource=question.asked.resource,
    )
