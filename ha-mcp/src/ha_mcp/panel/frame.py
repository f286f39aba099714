"""What all pages of the panel have in common: the frame, the visitor's own forms, refusals.

The pages are plain HTML that needs no script. Who is there was found out before (``web.ingress``).
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Final
from urllib.parse import parse_qsl

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ..problems import Conflict, Forbidden, Invalid, NotFound, Problem
from ..web.ingress import VISITOR, Visitor

TABS: Final[Mapping[str, str]] = {
    "": "Connect",
    "clients": "Clients",
    "changes": "Changes",
    "doctor": "Doctor",
}
_MOST_BODY: Final = 64 * 1024
_MOST_FIELDS: Final = 100
_STYLE: Final = files(__package__).joinpath("templates", "panel.css").read_text(encoding="utf-8")
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
# Home Assistant shows the panel in a frame of its own origin.
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none';"
        " form-action 'self'; frame-ancestors 'self'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}
_STATUS: Final[Mapping[type[Problem], int]] = {
    Invalid: 400,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
}

type Show = Callable[["Visit"], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of an administrator."""

    visitor: Visitor
    tab: str
    path: Mapping[str, str]  # what the route takes from the path
    query: Mapping[str, str]
    form: Mapping[str, str]  # empty unless something was sent


class Frame:
    """Makes pages and routes."""

    def __init__(self, version: str, now: Callable[[], float]) -> None:
        """Take what stands at the foot of each page, and the clock (seconds since the epoch)."""
        self._key = secrets.token_bytes(32)
        self._now = now
        self._said: dict[str, tuple[str, ...]] = {}
        self._pages = Environment(
            loader=PackageLoader(__package__),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._pages.globals |= {"style": _STYLE, "tabs": TABS, "version": version}
        self._pages.filters |= {"moment": self._moment}

    def route(self, path: str, *, get: Show | None = None, post: Show | None = None) -> Route:
        """Return a route below the panel's path; its first part is the tab that it belongs to."""
        shows = {method: show for method, show in {"GET": get, "POST": post}.items() if show}
        tab = path.split("/")[1]

        async def answer(request: Request) -> Response:
            visitor: Visitor = request.scope[VISITOR]
            method = "GET" if request.method == "HEAD" else request.method
            visit = Visit(visitor, tab, request.path_params, request.query_params, {})
            try:
                if method == "POST":
                    form = await self._form(request, visitor)
                    visit = Visit(visitor, tab, visit.path, visit.query, form)
                return await shows[method](visit)
            except Problem as problem:
                return self._problem(visit, problem)
            except ClientDisconnect:
                return Response(None, 400)

        return Route(path, answer, methods=list(shows))

    def page(self, visit: Visit, name: str, *, status: int = 200, **values: Any) -> Response:
        """Return a page made of ``templates/<name>``; what was to be said is said now."""
        text = self._pages.get_template(name).render(
            base=visit.visitor.base,
            visitor=visit.visitor,
            here=visit.tab,
            token=self._token(visit.visitor),
            said=self._said.pop(visit.visitor.id, ()),
            **values,
        )
        return HTMLResponse(text, status, _HEADERS)

    async def nothing(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer where there is no page."""
        visit = Visit(scope[VISITOR], "", {}, {}, {})
        answer = self._problem(visit, NotFound("There is no such page"))
        await answer(scope, receive, send)

    def back(self, visit: Visit, to: str, *said: str) -> Response:
        """Lead the browser to a page, which then says something once (the first in bold)."""
        if said:
            self._said[visit.visitor.id] = said
        return RedirectResponse(f"{visit.visitor.base}/{to}", 303, {"Cache-Control": "no-store"})

    def _problem(self, visit: Visit, problem: Problem) -> Response:
        status = 503 if problem.retryable else _STATUS.get(type(problem), 400)
        return self.page(visit, "problem.html", status=status, problem=problem)

    async def _form(self, request: Request, visitor: Visitor) -> Mapping[str, str]:
        """Return what was sent, if a page of ours sent it; raises Forbidden, Invalid."""
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BODY:
                raise Invalid(f"More than {_MOST_BODY} bytes are not read")
        try:
            pairs = parse_qsl(
                body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS
            )
        except ValueError as err:
            raise Invalid("What was sent cannot be read") from err
        form = dict(pairs)
        given = form.pop("token", "")
        if not hmac.compare_digest(given.encode(), self._token(visitor).encode()):
            raise Forbidden(
                "This page is too old, or not one of ours: nothing was done",
                hint="Open it again and repeat",
            )
        return form

    def _token(self, visitor: Visitor) -> str:
        """Return what only our own pages for this visitor can send."""
        return hmac.new(self._key, visitor.id.encode(), hashlib.sha256).hexdigest()

    def _moment(self, at: float | None) -> str:
        """Say when it was or will be, as far away as a person would say it."""
        if at is None:
            return "never"
        away = at - self._now()
        for length, word in ((86400.0, "day"), (3600.0, "hour"), (60.0, "minute")):
            number = int(abs(away) // length)
            if number:
                text = f"{number} {word}{'s' if number > 1 else ''}"
                break
        else:
            return "now"
        if abs(away) > 30 * 86400:
            return f"{datetime.fromtimestamp(at, UTC).astimezone():%Y-%m-%d}"
        return f"in {text}" if away > 0 else f"{text} ago"
