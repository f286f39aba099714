"""An authorization server on a clock of our own, asked without a network."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ha_mcp.access.calm import Calm
from ha_mcp.access.introductions import Documents, Introductions
from ha_mcp.access.oauth.origin import Issuer
from ha_mcp.access.oauth.routes import oauth_app
from ha_mcp.access.oauth.server import AuthorizationServer
from ha_mcp.access.oauth.sign_in import SIGN_IN_PATH, Person
from ha_mcp.access.records import Records
from ha_mcp.access.sqlite import SqliteRecords
from ha_mcp.access.store import AccessStore
from ha_mcp.access.tokens import Seal
from ha_mcp.problems import Forbidden

HOME = "https://home.example"
RESOURCE = f"{HOME}/private_0123456789abcdefghijkl"
ISSUER = Issuer(issuer=HOME, resource=RESOURCE)
KEY = "a key for tests, of more than thirty-two characters"


@dataclass
class Clock:
    """The time, as the tests want it."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        """Tell it."""
        return self.now


@dataclass
class Door:
    """Signs in whoever comes, without a question, as the person who is set here."""

    person: Person | None = field(
        default_factory=lambda: Person(user_id="u1", user_name="Paula", is_admin=True)
    )
    shows: Response | None = None

    async def begin(self, request: Request, pending_id: str, issuer: Issuer) -> Response:
        """Send the browser straight on."""
        return RedirectResponse(f"{issuer.url(SIGN_IN_PATH)}?state={pending_id}", 302)

    async def finish(self, request: Request, issuer: Issuer) -> tuple[str, Person] | Response:
        """Say who it is."""
        if self.shows is not None:
            return self.shows
        if self.person is None:
            raise Forbidden("Nobody signed in", hint="Try again")
        return request.query_params.get("state", ""), self.person


@dataclass
class Running:
    """A server of the tests: what it is made of, and how it is asked."""

    server: AuthorizationServer
    http: httpx2.AsyncClient
    clock: Clock
    door: Door
    pauses: list[float]  # that the server made, without anybody waiting

    async def get(self, path: str, **query: str) -> httpx2.Response:
        """Ask for something."""
        return await self.http.get(path, params=query or None)

    async def post(self, path: str, **form: str) -> httpx2.Response:
        """Send a form."""
        return await self.http.post(path, data=form)

    async def register(self, **said: Any) -> httpx2.Response:
        """Introduce a client."""
        return await self.http.post("/register", json=said)


@asynccontextmanager
async def running(
    folder: Path,
    *,
    clock: Clock | None = None,
    records: Records | None = None,
    key: str = KEY,
    documents: Documents | None = None,
    issuer: Issuer = ISSUER,
    **terms: Any,
) -> AsyncIterator[Running]:
    """Run a server whose store is in this folder."""
    clock = clock or Clock()
    store = AccessStore(records or SqliteRecords(folder / "access.db", clock), clock)
    door = Door()
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    server = AuthorizationServer(
        store=store,
        seal=Seal(key),
        introductions=Introductions(store, documents),
        sign_in=door,
        now=clock,
        **{"calm": Calm(pause), **terms},
    )
    app = Starlette(routes=oauth_app(server, lambda _: issuer))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=issuer.url("")) as http:
        try:
            yield Running(server, http, clock, door, pauses)
        finally:
            await asyncio.shield(store.close())
