"""The server: everything wired, started and stopped."""

import asyncio
from typing import Final, Self

from aiohttp import ClientSession, DummyCookieJar, web

from . import apps, facts, life, logs, messages, proxy, store, wire
from .access import HOUSE, MIDDLEWARES
from .core import CORE, Core
from .house import House
from .logs import FOLLOWED
from .power import POWER, AppHook, Power
from .proxy import SESSION

_NOUNS: Final = (facts, apps, life, store, messages, logs, wire, proxy)


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
        self._runner = web.AppRunner(self._application(self._session), shutdown_timeout=0.2)
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

    def _application(self, session: ClientSession) -> web.Application:
        application = web.Application(middlewares=MIDDLEWARES, client_max_size=proxy.MAX_BODY)
        application[HOUSE] = self.house
        application[CORE] = self.core
        application[POWER] = self.power
        application[SESSION] = session
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
