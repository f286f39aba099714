"""The server: everything wired, started and stopped."""

import asyncio
from typing import Final, Self

from aiohttp import ClientSession, DummyCookieJar, TCPConnector, web

from . import apps, facts, ingress, life, logs, messages, proxy, store, wire
from .access import HOUSE, MIDDLEWARES
from .core import CORE, Core
from .house import House
from .ingress import FROM_HERE, SESSIONS, Sessions
from .logs import FOLLOWED
from .power import POWER, AppHook, Power
from .proxy import SESSION

_NOUNS: Final = (facts, apps, life, store, messages, logs, ingress, wire, proxy)


class FakeSupervisor:
    """Serves a house at an address, until the ``async with`` ends."""

    def __init__(
        self,
        house: House,
        core: Core | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        on_app: AppHook | None = None,
    ) -> None:
        """Take the house, the Core behind the proxy, and where to listen."""
        self.house = house
        self.core = core or Core()
        self.power = Power(self.house, self.core)
        self.power.hook = on_app
        self._host, self._port = host, port
        self._site: web.TCPSite | None = None
        self._runner: web.AppRunner | None = None
        self._session: ClientSession | None = None
        self._from_here: ClientSession | None = None
        self.sessions = Sessions()

    @property
    def port(self) -> int:
        """The port it listens on, once it does."""
        return self._port

    @property
    def url(self) -> str:
        """Where it listens: what is ``http://supervisor`` to an app."""
        return f"http://{self._host}:{self._port}"

    async def __aenter__(self) -> Self:
        """Start to listen."""
        self._session = ClientSession(cookie_jar=DummyCookieJar())
        own = TCPConnector(local_addr=(self._host, 0))
        self._from_here = ClientSession(connector=own, cookie_jar=DummyCookieJar())
        application = self._application(self._session, self._from_here)
        self._runner = web.AppRunner(application, shutdown_timeout=0.2)
        await self._runner.setup()
        self.power.open, self.power.shut = self._open, self._shut
        await self._open()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop, and break whatever is still open."""
        await self.power.abandon()
        if self._runner is not None:
            self._runner.app[FOLLOWED].set()
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()
        if self._from_here is not None:
            await self._from_here.close()

    def _application(self, session: ClientSession, from_here: ClientSession) -> web.Application:
        application = web.Application(middlewares=MIDDLEWARES, client_max_size=proxy.MAX_BODY)
        application[HOUSE] = self.house
        application[CORE] = self.core
        application[POWER] = self.power
        application[SESSION] = session
        application[FROM_HERE] = from_here
        application[SESSIONS] = self.sessions
        application[FOLLOWED] = asyncio.Event()
        for noun in _NOUNS:
            application.router.add_routes(noun.routes())
        return application

    async def _open(self) -> None:
        if self._runner is None:
            raise RuntimeError("The fake Supervisor is not started")
        self._site = web.TCPSite(self._runner, self._host, self._port, reuse_address=True)
        await self._site.start()
        self._port = self._runner.addresses[0][1]

    async def _shut(self) -> None:
        if self._site is not None:
            await self._site.stop()
