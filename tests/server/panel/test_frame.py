"""What every page has: forms that only it can send, names that stay text, headers that hold."""

import base64
import hashlib
import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path

import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from fakes.house import FakeHouse
from ha_mcp.panel.frame import TABS
from ha_mcp.panel.pages import pages
from ha_mcp.web.ingress import VISITOR, Visitor

from .looking import BASE, Panel, panel_of

MARKUP = "<script>alert(1)</script>\"'&"
TOKEN = re.compile(r'name="token" value="([0-9a-f]{64})"')
NEW = {"name": "Tablet", "access": "read", "days": "", "where": "whole"}


@pytest.fixture
async def panel(tmp_path: Path) -> AsyncIterator[Panel]:
    """Serve an empty home."""
    async with panel_of(FakeHouse(), tmp_path) as panel:
        yield panel


class Visits:
    """Requests to one panel by several people."""

    def __init__(self, panel: Panel) -> None:
        """Load the pages once, as a server does."""
        self._app = pages(panel.parts)
        self.who = Visitor("anna", "Anna", BASE)

    async def _entered(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, VISITOR: self.who}, receive, send)

    async def ask(self, method: str, path: str, **more: object) -> httpx2.Response:
        """Send one request."""
        transport = httpx2.ASGITransport(app=self._entered)
        async with httpx2.AsyncClient(transport=transport, base_url="http://panel") as http:
            return await http.request(method, path, **more)  # type: ignore[arg-type] # as httpx2 has it

    async def token(self) -> str:
        """Return the token in the visitor's own forms."""
        found = TOKEN.search((await self.ask("GET", "/clients/new")).text)
        assert found is not None
        return found[1]


@pytest.fixture
def visits(panel: Panel) -> Visits:
    """Visit it."""
    return Visits(panel)


async def made(panel: Panel) -> list[str]:
    """Return the names of the addresses that were made."""
    return [one.address.name for one in await panel.addresses.listed()]


async def test_a_form_of_our_own_is_taken(panel: Panel, visits: Visits) -> None:
    """And leads to a page by 303, so that loading it anew sends nothing again."""
    form = {**NEW, "token": await visits.token()}
    answer = await visits.ask("POST", "/clients/new", data=form)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{BASE}/clients")
    assert answer.headers["cache-control"] == "no-store"
    assert await made(panel) == ["Tablet"]


async def test_what_was_done_is_said_once(visits: Visits) -> None:
    """To who did it, and to nobody else: it may be a secret."""
    form = {**NEW, "token": await visits.token()}
    await visits.ask("POST", "/clients/new", data=form)
    mine, visits.who = visits.who, Visitor("bea", "Bea", BASE)
    other = await visits.ask("GET", "/clients")
    visits.who = mine
    first = await visits.ask("GET", "/clients")
    second = await visits.ask("GET", "/clients")

    assert ["private_" in one.text for one in (other, first, second)] == [False, True, False]


@pytest.mark.parametrize("token", [None, "", "0" * 64, "ä", "somebody else's"])
async def test_a_form_that_is_not_ours_does_nothing(
    panel: Panel, visits: Visits, token: str | None
) -> None:
    """Any page that an administrator looks at could send one."""
    if token == "somebody else's":
        mine, visits.who = visits.who, Visitor("bea", "Bea", BASE)
        token = await visits.token()
        visits.who = mine
    given = {} if token is None else {"token": token}
    answer = await visits.ask("POST", "/clients/new", data={**NEW, **given})

    assert answer.status_code == 403
    assert "nothing was done" in answer.text
    assert await made(panel) == []


async def test_a_token_ends_with_the_server(panel: Panel, visits: Visits) -> None:
    """It is kept nowhere."""
    form = {**NEW, "token": await visits.token()}
    answer = await Visits(panel).ask("POST", "/clients/new", data=form)

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "body",
    [b"x" * 65537, b"&".join([b"a=b"] * 101), b"token=\xff", b"token=%ff%fe"],
    ids=["too large", "too many fields", "no text", "no UTF-8"],
)
async def test_a_form_that_makes_no_sense_is_refused(visits: Visits, body: bytes) -> None:
    """Without a traceback, and read no further than that."""
    answer = await visits.ask("POST", "/clients/new", content=body)

    assert answer.status_code in {400, 403}
    assert "This did not work" in answer.text


async def test_names_are_text(panel: Panel, visits: Visits) -> None:
    """Of people, of addresses, and in what is said once."""
    visits.who = Visitor("anna", MARKUP, BASE)
    form = {**NEW, "name": MARKUP, "token": await visits.token()}
    await visits.ask("POST", "/clients/new", data=form)
    said = await visits.ask("GET", "/clients")
    again = await visits.ask("GET", "/clients")

    assert await made(panel) == [MARKUP]
    assert "private_" in said.text
    assert [tags_of(page.text) & {"script", "img"} for page in (said, again)] == [set(), set()]
    assert again.text.count("alert(1)") >= 2


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)


def tags_of(html: str) -> set[str]:
    """Return the elements that a browser would make."""
    parser = _Tags()
    parser.feed(html)
    return parser.seen


@pytest.mark.parametrize("path", [*TABS, "clients/new", "nowhere", "clients/nobody"])
async def test_every_page_has_the_headers_that_protect_it(visits: Visits, path: str) -> None:
    """No script, nothing from elsewhere, in no frame but Home Assistant's, kept by nobody."""
    answer = await visits.ask("GET", f"/{path}")
    policy = answer.headers["content-security-policy"]
    style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()

    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'self'"
    )
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert not tags_of(answer.text) & {"script", "img", "link", "iframe"}
    assert " style=" not in answer.text


@pytest.mark.parametrize("path", list(TABS))
async def test_every_tab_leads_to_a_page_below_the_panels_path(visits: Visits, path: str) -> None:
    """A link without it would leave for Home Assistant itself."""
    answer = await visits.ask("GET", f"/{path}")
    links = re.findall(r'(?:href|action)="([^"]*)"', answer.text)

    assert answer.status_code == 200
    assert f'<a href="{BASE}/{path}" aria-current="page">' in answer.text
    assert [link for link in links if not link.startswith(f"{BASE}/")] == []


@pytest.mark.parametrize("path", ["nowhere", "clients/", "panel.css", "doctor/x", "%2e%2e/x"])
async def test_what_is_not_there_is_not_found(visits: Visits, path: str) -> None:
    """With the way back to the pages there are."""
    answer = await visits.ask("GET", f"/{path}")

    assert answer.status_code == 404
    assert "There is no such page." in answer.text
    assert f'href="{BASE}/clients"' in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_pages_are_only_looked_at_and_forms_only_sent(visits: Visits, method: str) -> None:
    """Nothing else is answered."""
    assert (await visits.ask(method, "/clients/new")).status_code == 405
    assert (await visits.ask("POST", "/")).status_code == 405


async def test_a_visitor_without_a_name_is_signed_in_all_the_same(visits: Visits) -> None:
    """By what Home Assistant knows them as."""
    visits.who = Visitor("0a1b2c", "", BASE)

    assert "signed in as 0a1b2c" in (await visits.ask("GET", "/")).text
