"""Keeps the picture of the home current: one sync at start, reconnect and waking; events between.

A cold sync of a large home takes a fraction of a second, so there is one way in for all three.
After some idle minutes the mirror parks: it unsubscribes and costs a sleeping home nothing.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from ..problems import Forbidden, Problem, Unreachable, Unsupported
from .states import States
from .wire import Core, Unsubscribe

_LOG = logging.getLogger(__name__)

PARK_AFTER: Final = 15 * 60.0
_GATHER = 0.1  # registry events come in bursts: look once
_PATIENCE = 10.0  # how long a call waits for a sync that is under way
_AGAIN = 1.0  # after a sync that failed although the connection stands


@dataclass(slots=True)
class Stale:
    """Why a part must be fetched again: altogether, or what the events since then named."""

    everything: bool = False
    events: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the home that is fetched, and made stale by events of these types.

    ``late`` parts may arrive after the first calls are answered.
    """

    name: str
    events: frozenset[str]
    refresh: Callable[[Stale], Awaitable[None]]
    late: bool = False


class _Lost(Exception):
    """The connection ended."""


class _Event(Struct):
    data: dict[str, Any] = {}


_EVENT = msgspec.json.Decoder(_Event)


class Mirror:
    """The sync, the subscriptions, and what is known about how current it all is."""

    def __init__(
        self,
        core: Core,
        states: States,
        parts: Iterable[Part],
        after: Callable[[], None],
        *,
        park_after: float = PARK_AFTER,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Take the wire, the parts, and what is to be done ``after`` some were read."""
        self._core = core
        self._states = states
        self._parts = tuple(parts)
        self._events = {part.name: part.events for part in self._parts}
        self._after = after
        self._park_after = park_after
        self._now = now
        self._used = now()
        self._stale: dict[str, Stale] = {}
        self._reading: set[str] = set()  # parts that are being read again
        self._news = asyncio.Event()
        self._wanted = asyncio.Event()
        self._synced = asyncio.Event()
        self._complete = asyncio.Event()
        self.stale_since: float | None = None  # seconds since the epoch, while disconnected
        self.unavailable: dict[str, str] = {}  # part or event type → why it cannot be had
        self.heard = 0  # events that made something stale

    @property
    def synced(self) -> bool:
        """Whether the picture is current."""
        return self._synced.is_set()

    @property
    def complete(self) -> bool:
        """Whether the late parts were read, too."""
        return self._complete.is_set()

    def is_current(self, part: str) -> bool:
        """Whether nothing was announced since a part was read, and nothing could be missed.

        What Home Assistant announced before it answered a command is heard by then.
        """
        return (
            self.synced
            and part not in self._stale
            and part not in self._reading
            and self.unavailable.keys().isdisjoint((part, *self._events[part]))
        )

    async def completed(self) -> None:
        """Wait until the late parts were read for the first time."""
        await self._complete.wait()

    async def awake(self) -> None:
        """Make sure there is a picture to answer from; every call does this first.

        Returns at once when it is current, and with ``stale_since`` set when the connection is
        lost but there is an older picture. Raises Unreachable when there is none.
        """
        self._used = self._now()
        self._wanted.set()
        if self.synced or self.stale_since is not None:
            return
        try:
            async with asyncio.timeout(_PATIENCE if self._core.connected else _AGAIN):
                await self._synced.wait()
        except TimeoutError:
            await self._core.command("ping")  # raises what is wrong with the connection
            raise Unreachable(
                "Home Assistant answers, but its states are still being read"
            ) from None

    async def run(self) -> None:
        """Keep the picture current for ever."""
        while True:
            await self._core.up()
            lost = asyncio.ensure_future(self._core.down())  # of this connection, from its start
            lost.add_done_callback(self._on_lost)  # at once, whatever is being read just then
            try:
                await self._serve(lost)
            except* _Lost:
                _LOG.info("The connection is lost; the home is as it was")
            except* Problem as group:
                _LOG.warning("The home could not be read: %s", group.exceptions[0])
                self._lose()  # now: calls are answered meanwhile
                await asyncio.sleep(_AGAIN)
            finally:
                lost.cancel()
                self._lose()

    def _on_lost(self, lost: asyncio.Future[None]) -> None:
        if not lost.cancelled():
            self._lose()

    def _lose(self) -> None:
        if self.synced:
            self._synced.clear()
            self.stale_since = self._now()

    async def _serve(self, lost: asyncio.Future[None]) -> None:
        """Sync, follow, and sleep while parked; raises _Lost with the connection."""
        while True:
            async with AsyncExitStack() as subscriptions:
                await self._sync(subscriptions)
                await self._follow(lost)
            self._synced.clear()
            self._wanted.clear()
            _LOG.info("Idle: the home is no longer mirrored until the next call")
            await self._until(self._wanted.wait(), lost)

    async def _sync(self, subscriptions: AsyncExitStack) -> None:
        started = time.perf_counter()
        self._stale = {part.name: Stale(everything=True) for part in self._parts}
        first = asyncio.Event()

        def receive(event: bytes) -> None:
            self._states.receive(event, whole=not first.is_set())
            first.set()

        async with asyncio.TaskGroup() as group:
            for event_type in {event for part in self._parts for event in part.events}:
                group.create_task(self._hear(subscriptions, event_type))
        _ending(subscriptions, await self._core.subscribe("subscribe_entities", receive))
        async with asyncio.TaskGroup() as group:
            group.create_task(first.wait())
            for part in self._parts:
                if not part.late:
                    group.create_task(self._refresh(part))
        self._after()
        self.stale_since = None
        self._synced.set()
        self._news.set()  # the late parts are next
        took = (time.perf_counter() - started) * 1000
        _LOG.info("The home is mirrored: %d entities in %.0f ms", len(self._states), took)

    async def _hear(self, subscriptions: AsyncExitStack, event_type: str) -> None:
        listener = partial(self._heard, event_type)
        try:
            stop = await self._core.subscribe("subscribe_events", listener, event_type=event_type)
        except (Forbidden, Unsupported) as problem:  # a token without admin rights
            self.unavailable[event_type] = problem.message
        else:
            _ending(subscriptions, stop)

    def _heard(self, event_type: str, event: bytes) -> None:
        data = _EVENT.decode(event).data
        self.heard += 1
        for part in self._parts:
            if event_type in part.events:
                self._stale.setdefault(part.name, Stale()).events.append(data)
        self._news.set()

    async def _follow(self, lost: asyncio.Future[None]) -> None:
        """Refresh what events make stale, until it has been idle for long."""
        while (left := self._park_after - (self._now() - self._used)) > 0:
            if await self._until(self._news.wait(), lost, left):
                await asyncio.sleep(_GATHER if self.complete else 0)
                self._news.clear()
                await self._refresh_stale()

    async def _refresh_stale(self) -> None:
        for part in self._parts:
            if part.name in self._stale:
                await self._refresh(part)
        self._after()
        self._complete.set()

    async def _refresh(self, part: Part) -> None:
        stale = self._stale.pop(part.name, Stale())
        self._reading.add(part.name)
        try:
            await part.refresh(stale)
        except (Forbidden, Unsupported) as problem:
            self.unavailable[part.name] = problem.message
        except (LookupError, TypeError, ValueError, AttributeError):
            # Another version of Core may tell a part in another form: the rest still counts.
            _LOG.exception("%s could not be understood", part.name)
            self.unavailable[part.name] = "Home Assistant tells it in a form not known here"
        else:
            self.unavailable.pop(part.name, None)
        finally:
            self._reading.discard(part.name)

    @staticmethod
    async def _until(
        wanted: Coroutine[Any, Any, Literal[True]],
        lost: asyncio.Future[None],
        most: float | None = None,
    ) -> bool:
        """Wait for something; False when time is up before; raises _Lost with the connection."""
        waiting = asyncio.ensure_future(wanted)
        try:
            await asyncio.wait((waiting, lost), timeout=most, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        if lost.done():  # even if it is back already: what was subscribed is not
            raise _Lost
        return waiting.done()


def _ending(subscriptions: AsyncExitStack, stop: Unsubscribe) -> None:
    """End a subscription with the others; one whose connection is lost has ended already."""

    async def end() -> None:
        with contextlib.suppress(Problem):
            await stop()

    subscriptions.push_async_callback(end)
