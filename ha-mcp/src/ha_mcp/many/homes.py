"""The homes of many people, alive while somebody asks for them.

A home is opened by the first call of its user, shared by all calls of that user, and closed when
it has been idle for long or another one needs the room. Nobody ever meets somebody else's: what is
shared is found by address *and* user, and each further token has to prove whose it is.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol, Self

from ..problems import Forbidden, Problem, Unreachable
from .way import Way

type Open[H] = Callable[[Way], AbstractAsyncContextManager[H]]
type Identify = Callable[[Way], Awaitable[str]]  # the id of the user whose token it is

MOST: Final = 8
_IDLE: Final = 15 * 60.0  # seconds
_LOOK_EVERY: Final = 30.0
_PATIENCE: Final = 5.0  # for a home to say whether it takes a token
_PROVEN: Final = 60.0  # so long a further token of the same user is believed

_LOG = logging.getLogger(__name__)


class Wire(Protocol):
    """The connection to a home."""

    @property
    def refused(self) -> bool:
        """Whether there is none because the token is not accepted."""
        ...

    async def settled(self) -> None:
        """Wait until there is one, or it was tried in vain once."""
        ...


class Connected(Protocol):
    """A home that is open."""

    @property
    def core(self) -> Wire:
        """Its wire."""
        ...


@dataclass(eq=False, slots=True)
class _Live[H: Connected]:
    """A home that is open, or opening."""

    way: Way
    used: float
    ready: asyncio.Future[H] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    callers: int = 0
    proven: dict[str, float] = field(default_factory=dict)  # other tokens, and when


class Homes[H: Connected]:
    """Opens, shares and closes; an ``async with`` around everything that asks for homes."""

    def __init__(
        self,
        open_home: Open[H],
        identify: Identify,
        *,
        most: int = MOST,
        idle: float = _IDLE,
        look_every: float = _LOOK_EVERY,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what opens a home, and what asks a home whose token it is shown."""
        self._open = open_home
        self._identify = identify
        self._most = most
        self._idle = idle
        self._look_every = look_every
        self._now = now
        self._live: OrderedDict[tuple[str, str], _Live[H]] = OrderedDict()
        self._tasks = asyncio.TaskGroup()
        self._sweeping: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to look for homes that nobody uses any more."""
        await self._tasks.__aenter__()
        self._sweeping = self._tasks.create_task(self._sweep())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close every home."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        for live in [*self._live.values()]:
            self._close(live)
        await self._tasks.__aexit__(None, None, None)

    def __len__(self) -> int:
        """Return how many are open."""
        return len(self._live)

    async def admit(self, way: Way) -> None:
        """Return when the home takes the token, or cannot be asked; raises Forbidden else."""
        try:
            live = self._found(way)
            async with asyncio.timeout(_PATIENCE):
                ours = await asyncio.shield(live.ready)
                await ours.core.settled()
                await self._prove(live, way)
        except Forbidden:
            raise
        except (Problem, TimeoutError):
            return  # the call itself will say what is wrong

    @asynccontextmanager
    async def lease(self, way: Way) -> AsyncIterator[H]:
        """Give the home for the time of a call; raises Problem when it cannot be had."""
        live = self._found(way)
        live.callers += 1
        try:
            ours = await asyncio.shield(live.ready)
            await self._prove(live, way)
            yield ours
        finally:
            live.callers -= 1
            live.used = self._now()

    def _found(self, way: Way) -> _Live[H]:
        """Return the home, opening it when it is not open."""
        key = (way.url, way.user_id)
        live = self._live.get(key)
        if live is None:
            self._make_room()
            live = self._live[key] = _Live(way, self._now())
            self._tasks.create_task(self._keep(live))
        live.used = self._now()
        self._live.move_to_end(key)
        return live

    def _make_room(self) -> None:
        if len(self._live) < self._most:
            return
        idle = next((one for one in self._live.values() if not one.callers), None)
        if idle is None:
            raise Unreachable(
                "Too many homes are in use on this server at the moment",
                hint="Repeat the call in a moment",
            )
        self._close(idle)

    async def _prove(self, live: _Live[H], way: Way) -> None:
        """Raise Forbidden when the home does not take this token, or takes it for another user's.

        The connection proves the token that it was opened with. Another one of the same user is
        shown to the home now and then, so that it stops working when it is revoked there.
        """
        if way.token == live.way.token:
            if live.ready.result().core.refused:
                self._close(live)
                raise _not_taken()
            return
        if self._now() - live.proven.get(way.token, float("-inf")) < _PROVEN:
            return
        live.proven.pop(way.token, None)
        if await self._identify(way) != way.user_id:
            raise _not_taken()
        live.proven[way.token] = self._now()
        if live.ready.result().core.refused:  # the first token is of no use any more: this one is
            self._close(live)
            raise Unreachable("The home is connected anew", hint="Repeat the call in a moment")

    def _close(self, live: _Live[H]) -> None:
        key = (live.way.url, live.way.user_id)
        if self._live.get(key) is live:
            del self._live[key]
        live.closing.set()

    async def _keep(self, live: _Live[H]) -> None:
        """Keep a home open; whatever happens to it is no other home's trouble."""
        keeping = asyncio.ensure_future(self._kept(live))
        try:
            await asyncio.wait([keeping])
        finally:
            keeping.cancel()
            self._close(live)
        failed = None if keeping.cancelled() else keeping.exception()
        if failed is not None:
            if not isinstance(failed, Problem):
                _LOG.error("A home had to be closed", exc_info=failed)
            if not live.ready.done():
                live.ready.set_exception(_away(failed))
                live.ready.exception()  # who waits sees it; it may be that nobody does any more

    async def _kept(self, live: _Live[H]) -> None:
        async with self._open(live.way) as ours:
            live.ready.set_result(ours)
            await live.closing.wait()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(self._look_every)
            for live in [*self._live.values()]:
                if not live.callers and self._now() - live.used >= self._idle:
                    self._close(live)


def _not_taken() -> Forbidden:
    return Forbidden("Home Assistant does not accept the token any more", hint="Sign in again")


def _away(failed: BaseException) -> Problem:
    if isinstance(failed, Problem):
        return failed
    return Unreachable("The home cannot be opened", hint="The log of the server says more")
