"""Every client signs in at a server with an origin of its own; Core's login page is elsewhere.

The edge is the one of the server for many people; who signs in there has a home of their own.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from starlette.requests import Request
from starlette.responses import Response

from ha_mcp.access.introductions import Introductions
from ha_mcp.access.oauth.origin import Issuer
from ha_mcp.access.oauth.server import AuthorizationServer
from ha_mcp.access.oauth.sign_in import Person as SignedIn
from ha_mcp.access.signin import HomeSignIn
from ha_mcp.access.sqlite import SqliteRecords
from ha_mcp.access.store import AccessStore
from ha_mcp.access.tokens import Seal
from ha_mcp.ha.logins import Logins
from ha_mcp.many.edge import Edge, edge_app
from ha_mcp.many.way import Way
from ha_mcp.toolkit import Catalog
from ha_mcp.web.origins import Origins
from ha_mcp.web.serving import listen, serve
from lab.homes import OWNER
from live.clients.emulators.client import Client
from live.clients.emulators.discovery import Lost, Stage
from live.clients.emulators.habits import ALL, Habits
from live.clients.emulators.person import Person
from live.clients.emulators.web import Web, internet
from live.relay.homes import RelayedHome
from server.web import tools_for_tests
from server.web.edges import server_of_tests
from server.web.tools_for_tests._bell import Bell

from .servers import KEY, known_documents

pytestmark = pytest.mark.live
CLIENTS = pytest.mark.parametrize("habits", ALL, ids=lambda one: one.name)


@dataclass(frozen=True)
class AtHome:
    """Signs people in at their home, and notes which one it is."""

    signing_in: HomeSignIn
    home: str

    async def begin(self, request: Request, pending_id: str, issuer: Issuer) -> Response:
        """Send them to its login page."""
        return await self.signing_in.begin(request, pending_id, issuer)

    async def finish(self, request: Request, issuer: Issuer) -> tuple[str, SignedIn] | Response:
        """Say who it was, with the way into their home."""
        found = await self.signing_in.finish(request, issuer)
        if isinstance(found, Response):
            return found
        pending, person = found
        way = Way(self.home, person.user_id, "a token of theirs")
        return pending, replace(person, sealed=way.sealed())


@pytest.fixture(scope="module")
async def base(home: RelayedHome, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Run the server on a port of its own, and return its origin."""

    async def core(*_: object) -> str:
        return home.core.url

    async def taken(_: Way) -> None:
        return

    listening, stop = listen("127.0.0.1", 0), asyncio.Event()
    origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
    store = AccessStore(SqliteRecords(tmp_path_factory.mktemp("direct") / "access.db"))
    seal = Seal(KEY)
    signing_in = HomeSignIn(Logins(core, at_home=True).person, seal, core)
    edge = Edge(
        server=server_of_tests(Bell()),
        authorization=AuthorizationServer(
            store=store,
            seal=seal,
            introductions=Introductions(store, known_documents),
            sign_in=AtHome(signing_in, home.core.url),
            resource_is_public=True,
        ),
        issuer=Issuer(origin, f"{origin}/mcp"),
        path="/mcp",
        origins=Origins(on_loopback=True, secret=False),
        health=dict,
        risk_of={tool.name: tool.risk for tool in Catalog.discover(tools_for_tests)}.get,
    )
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(serve(edge_app(edge, taken), listening, stop))
        yield origin
        stop.set()
    await store.close()


@pytest.fixture
async def connecting(home: RelayedHome, base: str, habits: Habits) -> AsyncIterator[Client]:
    """Return a client that somebody is about to connect."""
    async with internet({}) as session, internet({}) as browser:
        person = Person(browser, OWNER["username"], OWNER["password"])

        async def browse(begin: str) -> str:
            return await person.visit(begin, base, home.core.url)

        client = Client(habits, Web(session, habits.agent), f"{base}/mcp", browse)
        if habits.typed_client:
            body = {"client_name": habits.name, "redirect_uris": [habits.redirect]}
            said = (await client.web.post(f"{base}/register", body)).json()
            client.typed = (said["client_id"], said["client_secret"])
        yield client


@CLIENTS
async def test_a_client_signs_in_and_stays_signed_in(connecting: Client, habits: Habits) -> None:
    """Discovery, registration, authorization, tokens, calls, refresh and goodbye."""
    await connecting.connect()
    first = await connecting.call("ha_echo", words="hello")
    await connecting.refresh()
    second = await connecting.call("ha_echo", words="again")
    await connecting.disconnect()
    with pytest.raises(Lost) as lost:
        await connecting.call("ha_echo", words="gone")

    assert first["content"][0]["text"] == "hello"
    assert second["content"][0]["text"] == "again"
    assert lost.value.stage is Stage.TOKEN
