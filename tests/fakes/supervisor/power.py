"""The Supervisor's own restart, and what the house does when an app is told to start or stop."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from .access import AWAY
from .core import Core
from .house import App, House

type AppHook = Callable[[App, str], Awaitable[None]]


class Power:
    """Takes the server away and brings it back, as a test watches."""

    def __init__(self, house: House, core: Core) -> None:
        """Remember what goes down and comes up."""
        self._house = house
        self._core = core
        self._restart: asyncio.Task[None] | None = None
        self.open: Callable[[], Awaitable[None]] | None = None
        self.shut: Callable[[], Awaitable[None]] | None = None
        self.hook: AppHook | None = None
        self._moments: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def app_changed(self, app: App, verb: str) -> None:
        """Tell the test, which may really start or stop something."""
        if self.hook is not None:
            await self.hook(app, verb)

    def restart_soon(self) -> None:
        """Restart once the answer is out."""
        if self._restart is None or self._restart.done():
            self._restart = asyncio.create_task(self._restarting())

    async def reached(self, state: str) -> None:
        """Wait until a restart has come as far as a state."""
        await self._moments[state].wait()

    async def settled(self) -> None:
        """Wait until a restart that was asked for is over."""
        if self._restart is not None:
            await self._restart

    async def abandon(self) -> None:
        """Forget a restart that is under way."""
        if self._restart is not None:
            self._restart.cancel()
            await asyncio.gather(self._restart, return_exceptions=True)

    def _become(self, state: str) -> None:
        self._house.state = state
        self._moments[state].set()

    async def _restarting(self) -> None:
        if self.open is None or self.shut is None:
            raise RuntimeError("The fake Supervisor is not started")
        timing = self._house.timing
        await asyncio.sleep(0.02)
        await self.shut()
        self._become(AWAY)
        old = list(self._core.sockets)
        await asyncio.sleep(timing.supervisor_away)
        self._house.state = "setup"
        await self.open()
        self._become("setup")
        await asyncio.sleep(timing.supervisor_setup)
        self._become("running")
        await asyncio.sleep(timing.old_sockets)
        await asyncio.gather(*(socket.close() for socket in old))


POWER: Final = web.AppKey("power", Power)
