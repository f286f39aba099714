"""An administrator at the panel of a home in memory: real pages, real databases."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import Final, Self

import httpx2
from aiohttp import ClientSession
from starlette.types import Receive, Scope, Send

from fakes.calling import ToolCall, caller, living
from fakes.house import FakeHouse
from fakes.supervisor import App, FakeSupervisor, House
from ha_mcp.access.private_addresses import PrivateAddresses
from ha_mcp.access.sqlite import SqliteRecords
from ha_mcp.access.store import AccessStore
from ha_mcp.app_options import APP_PORT, app_options
from ha_mcp.doctor import Report
from ha_mcp.documents import Store, opened
from ha_mcp.ha import Supervisor
from ha_mcp.home import Home
from ha_mcp.masks import Masks
from ha_mcp.options import Options
from ha_mcp.panel.pages import pages
from ha_mcp.panel.parts import Parts
from ha_mcp.remote import Look, Remote
from ha_mcp.secret import Secret
from ha_mcp.web.ingress import VISITOR, Visitor

BASE: Final = "/api/hassio_ingress/Zm9vYmFy"
LARGEST: Final = 100_000  # bytes of a page
_TOKEN: Final = re.compile(r'name="token" value="([0-9a-f]+)"')
_TAG: Final = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Page:
    """What came back."""

    status: int
    html: str
    path: str

    @property
    def text(self) -> str:
        """Return what a person reads, with single spaces."""
        body = self.html.partition("<main>")[2].partition("<footer>")[0] or self.html
        return " ".join(unescape(_TAG.sub(" ", body)).split())

    def link(self, words: str) -> str:
        """Return where the link with these words leads, below the panel."""
        found = re.search(rf'<a href="{BASE}/([^"]*)"[^>]*>{re.escape(words)}</a>', self.html)
        assert found is not None, self.text
        return unescape(found[1])

    def button(self) -> bool:
        """Tell whether something can be sent."""
        return "<form" in self.html and 'method="post"' in self.html


class Browser:
    """Looks at pages and sends their forms, as somebody who is logged in to Home Assistant."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        """Take what speaks to the panel."""
        self._http = http

    async def get(self, path: str) -> Page:
        """Look at a page."""
        answer = await self._http.get(f"/{path}")
        assert len(answer.content) < LARGEST
        return Page(answer.status_code, answer.text, path)

    async def send(self, form: Page, to: str | None = None, **fields: str) -> Page:
        """Send the form of a page, and look at where that leads."""
        token = _TOKEN.search(form.html)
        assert token is not None, form.text
        path = form.path.partition("?")[0] if to is None else to
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.html))
        answer = await self._http.post(f"/{path}", data={**hidden, **fields})
        if answer.status_code != 303:
            return Page(answer.status_code, answer.text, path)
        return await self.get(answer.headers["location"].removeprefix(f"{BASE}/"))


@dataclass(frozen=True, slots=True)
class Panel:
    """The panel of a home, with what stands behind it."""

    browser: Browser
    call: ToolCall  # as a client with the name "claude"
    home: Home
    store: Store
    logins: AccessStore
    addresses: PrivateAddresses
    parts: Parts
    supervisor: House

    @classmethod
    def of(cls, parts: Parts, http: httpx2.AsyncClient, supervisor: House) -> Self:
        """Return it."""
        call = caller(parts.home, parts.store, "claude")
        return cls(
            Browser(http), call, parts.home, parts.store, parts.logins, parts.addresses, parts,
            supervisor,
        )  # fmt: skip


@asynccontextmanager
async def panel_of(
    house: FakeHouse,
    folder: Path,
    *,
    read_only: bool = False,
    secrets: tuple[Secret, ...] = (),
    visitor: str = "Anna",
    look: Look | None = None,
) -> AsyncIterator[Panel]:
    """Serve the panel of a house to an administrator."""
    around, app = House(), App(slug="local_ha_mcp", network={f"{APP_PORT}/tcp": 19583})
    around.address = "192.168.1.20/24"
    around.add(app)
    records = SqliteRecords(folder / "access.db")
    async with (
        FakeSupervisor(around) as supervisor,
        ClientSession() as session,
        living(house) as home,
        opened(home, folder) as store,
    ):
        options: Options = app_options(
            {"SUPERVISOR_TOKEN": app.token}, data=folder, supervisor=supervisor.url
        )
        parts = Parts(
            version="1.2.3",
            options=replace(options, read_only=read_only),
            home=home,
            store=store,
            supervisor=Supervisor(session, supervisor.url, options.token.reveal),
            logins=AccessStore(records),
            addresses=PrivateAddresses(records),
            masks=Masks(secrets),
            remote=Remote(look or _sees_nothing),
        )
        async with _visited(parts, visitor) as http:
            yield Panel.of(parts, http, around)
    await records.close()


async def _sees_nothing(_url: str) -> Report:
    raise AssertionError("Nothing is to be examined here")


@asynccontextmanager
async def _visited(parts: Parts, name: str) -> AsyncIterator[httpx2.AsyncClient]:
    app = pages(parts)

    async def entered(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, VISITOR: Visitor("anna", name, BASE)}, receive, send)

    transport = httpx2.ASGITransport(app=entered)
    async with httpx2.AsyncClient(transport=transport, base_url="http://panel") as http:
        yield http
