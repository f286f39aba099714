"""The home as the world sees it: under a public name, by https, with or without Core knowing it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import aiohttp

from lab.homes import OWNER
from live.clients.emulators.client import Client
from live.clients.emulators.habits import Habits
from live.clients.emulators.person import Person
from live.clients.emulators.web import Web, internet
from live.relay.fronts import HOST, Authority, front
from live.relay.homes import RelayedHome

ORIGIN: Final = f"https://{HOST}"
SAYS_WHO: Final = "X-Forwarded-For: 203.0.113.7"
SAYS_HOW: Final = "X-Forwarded-Proto: https"


@dataclass(frozen=True)
class World:
    """A way to the home from outside."""

    home: RelayedHome
    session: aiohttp.ClientSession
    person: Person
    origin: str = ORIGIN

    @property
    def url(self) -> str:
        """What a person gives to an assistant."""
        return f"{self.origin}/api/webhook/{self.home.webhook_id}"

    def client(self, habits: Habits) -> Client:
        """Return a client of this sort, in front of which the person sits."""

        async def browse(begin: str) -> str:
            return await self.person.visit(begin, self.origin)

        return Client(habits, Web(self.session, habits.agent), self.url, browse)

    async def introduced(self, habits: Habits, more: str = "") -> Client:
        """Return a client, with an id to type where a person has to type one."""
        client = self.client(habits)
        client.url += more
        if habits.typed_client:
            body = {"client_name": habits.name, "redirect_uris": [habits.redirect]}
            where = f"{self.origin}/api/ha_mcp_proxy/oauth/register"
            said = (await client.web.post(where, body)).json()
            client.typed = (said["client_id"], said["client_secret"])
        return client


@asynccontextmanager
async def world(
    home: RelayedHome,
    authority: Authority,
    *,
    user: Mapping[str, str] = OWNER,
    says: str = f"{SAYS_WHO}\r\n{SAYS_HOW}",
) -> AsyncIterator[World]:
    """Open the way through a proxy that says something, for somebody with an account."""
    async with (
        front(authority.signed(), home.core.port, adds=says) as port,
        internet({HOST: port}, authority.trusted) as session,
        internet({HOST: port}, authority.trusted) as browser,
    ):
        person = Person(browser, user["username"], user["password"])
        yield World(home, session, person)


async def known_as(home: RelayedHome, url: str | None) -> None:
    """Have Core know its address outside, or none."""
    await home.client.command("config/core/update", external_url=url)
