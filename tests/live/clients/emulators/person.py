"""A person with a browser: signs in at Home Assistant, reads the consent page and presses a button.

No script runs here: what needs one cannot be passed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import aiohttp

_MOST_STEPS = 12
_LOGIN = "/auth/authorize"


class Stuck(Exception):
    """The browser shows something that leads nowhere."""


@dataclass
class Person:
    """Somebody with an account, who agrees to what they are asked unless told otherwise."""

    session: aiohttp.ClientSession
    username: str
    password: str
    refuses: bool = False
    unchecks: frozenset[str] = frozenset()
    """Names of the boxes that are ticked and should not be."""
    checks: frozenset[str] = frozenset()
    """And of those that are not and should."""
    pages: list[str] = field(default_factory=list)
    """What was shown, the last page last."""

    async def visit(self, url: str, *homes: str) -> str:
        """Open an address and go on until the browser is sent away from all ``homes``.

        Returns where to.
        """
        method, form = "GET", None  # type: tuple[str, aiohttp.FormData | None]
        for _ in range(_MOST_STEPS):
            if not any(_within(url, home) for home in homes):
                return url
            if urlsplit(url).path == _LOGIN:
                url, method, form = await self.sign_in(url), "GET", None
                continue
            async with self.session.request(
                method, url, data=form, headers={"Accept": "text/html"}, allow_redirects=False
            ) as answer:
                text = await answer.text()
            if answer.status in {302, 303}:
                url, method, form = urljoin(url, answer.headers["Location"]), "GET", None
                continue
            self.pages.append(text)
            if answer.status != 200:
                raise Stuck(f"{urlsplit(url).path} answers {answer.status}: {text[:300]}")
            method, url, form = self._submitted(url, text)
        raise Stuck("There is no end to it")

    async def opened(self, url: str) -> str:
        """Open an address and return where the browser is sent at once, without going there."""
        async with self.session.get(url, allow_redirects=False) as answer:
            return urljoin(url, answer.headers["Location"])

    def _submitted(self, url: str, page: str) -> tuple[str, str, aiohttp.FormData | None]:
        forms = _Forms()
        forms.feed(page)
        if not forms.found:
            raise Stuck(f"A page without a form: {page[:300]}")
        form = forms.found[0]
        chosen = [(name, value) for name, value in form.fields if name not in self.unchecks]
        chosen += [(name, value) for name, value in form.open if name in self.checks]
        if form.buttons:
            chosen.append(form.buttons[-1] if self.refuses else form.buttons[0])
        target = urljoin(url, form.action) if form.action else url
        if form.method == "get":
            return "GET", f"{target}?{urlencode(chosen)}", None
        return "POST", target, aiohttp.FormData(chosen)

    async def sign_in(self, url: str) -> str:
        """Do what the login page of Home Assistant does."""
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query))
        origin = f"{parts.scheme}://{parts.netloc}"
        known = {"client_id": asked["client_id"], "redirect_uri": asked["redirect_uri"]}
        start = {**known, "handler": ["homeassistant", None], "type": "authorize"}
        for name in ("code_challenge", "code_challenge_method"):
            if name in asked:
                start[name] = asked[name]
        flow = await self._begun(f"{origin}/auth/login_flow", start, known)
        who = {"client_id": asked["client_id"], "username": self.username}
        done = await self._step(
            f"{origin}/auth/login_flow/{flow['flow_id']}", {**who, "password": self.password}
        )
        if done.get("type") != "create_entry":
            raise Stuck(f"Home Assistant does not let {self.username} in: {done}")
        answer = {"code": done["result"]} | ({"state": asked["state"]} if "state" in asked else {})
        target = urlsplit(asked["redirect_uri"])
        query = "&".join(part for part in (target.query, urlencode(answer)) if part)
        return urlunsplit(target._replace(query=query))

    async def _begun(
        self, url: str, start: Mapping[str, object], known: Mapping[str, object]
    ) -> dict[str, str]:
        """Begin; the login page of an older Home Assistant knows nothing of challenges."""
        try:
            return await self._step(url, start)
        except Stuck:
            return await self._step(url, {**known, "handler": start["handler"]})

    async def _step(self, url: str, body: Mapping[str, object]) -> dict[str, str]:
        async with self.session.post(url, json=body) as answer:
            said: dict[str, str] = await answer.json()
        if answer.status != 200:
            raise Stuck(f"The login page answers {answer.status}: {said}")
        return said


@dataclass
class _Form:
    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    open: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    """Reads the forms of a page, as they would be sent without touching anything."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[_Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a form, a field or a button."""
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = known.get("method", "get").lower()
            self.found.append(_Form(known.get("action", ""), method))
        elif self.found and known.get("name"):
            self._named(tag, dict(attrs), known)

    def _named(self, tag: str, attrs: Mapping[str, str | None], known: Mapping[str, str]) -> None:
        form, pair = self.found[-1], (known["name"], known.get("value", ""))
        kind = known.get("type", "submit" if tag == "button" else "text")
        if kind == "submit":
            form.buttons.append(pair)
        elif kind in {"checkbox", "radio"}:
            if "disabled" not in attrs:
                ticked = form.fields if "checked" in attrs else form.open
                ticked.append((pair[0], known.get("value", "on")))
        elif tag == "input":
            form.fields.append(pair)


def _within(url: str, home: str) -> bool:
    here, there = urlsplit(url), urlsplit(home)
    return (here.scheme, here.netloc) == (there.scheme, there.netloc)
