"""A server with real tools and a real login, behind the relay or with an origin of its own."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from ha_mcp.access.clients import RegisteredClient, Unusable
from ha_mcp.access.introductions import Introductions
from ha_mcp.access.oauth.server import AuthorizationServer
from ha_mcp.access.signin import HomeSignIn
from ha_mcp.access.sqlite import SqliteRecords
from ha_mcp.access.store import AccessStore
from ha_mcp.access.tokens import Seal
from ha_mcp.ha.logins import Logins
from ha_mcp.web.signing_in import Authorization
from live.clients.emulators.habits import ALL
from live.relay.homes import RelayedHome, pairing
from server.web.edges import Edge, running

KEY: Final = "a key of these tests, of more than thirty-two characters"
LOGIN: Final[Mapping[str, str]] = {"contracts": "1-2", "auth": "login"}
BY_URL: Final[Mapping[str, str]] = {"contracts": "1-2", "auth": "url"}


@dataclass
class Clock:
    """The time, which can be put forward."""

    ahead: float = 0.0

    def __call__(self) -> float:
        """Tell it."""
        return time.time() + self.ahead


async def known_documents(url: str) -> RegisteredClient:
    """Stand in for the makers' web servers: the documents by which clients say who they are."""
    redirects = tuple(one.redirect for one in ALL if one.document == url)
    if not redirects:
        raise Unusable("invalid_client_metadata", "there is no such document")
    return RegisteredClient(id=url, name=url.split("/")[2], redirects=redirects)


@dataclass
class Served:
    """What a test has of the server, which can be restarted."""

    home: RelayedHome
    folder: Path
    clock: Clock = field(default_factory=Clock)

    @asynccontextmanager
    async def authorization(self) -> AsyncIterator[Authorization]:
        """Open what lets clients in, with what it remembers from before."""

        async def core() -> str:
            return self.home.core.url

        store = AccessStore(SqliteRecords(self.folder / "access.db", self.clock), self.clock)
        seal = Seal(KEY)
        asking = AuthorizationServer(
            store=store,
            seal=seal,
            introductions=Introductions(store, known_documents),
            sign_in=HomeSignIn(Logins(core, at_home=True).person, seal),
            now=self.clock,
        )
        try:
            yield Authorization(login=asking, silent=replace(asking, silent=True))
        finally:
            await store.close()

    @asynccontextmanager
    async def serving(
        self, announced: Mapping[str, str] = LOGIN, *, port: int = 0
    ) -> AsyncIterator[Edge]:
        """Run the server and lead the relay to it."""
        async with (
            self.authorization() as authorization,
            running(pairing=pairing(authorization), port=port) as edge,
        ):
            await self.home.lead_to(f"{edge.base}/relay", **announced)
            yield edge
