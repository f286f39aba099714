"""Having Core load what it has stored, without having it load twice.

Core's editor of automations begins to load an item by itself when it has stored it, and an event
says when that is done. To order it as well makes Core read all of its files once more, which takes
as long as the first time.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

from ...home.wire import Core
from ...problems import Forbidden, Problem, Unsupported

_ANNOUNCED: Final = {"automation": "automation_reloaded"}  # others load without a word
_PATIENCE: Final = 5.0  # seconds; files that Core cannot read are never announced as loaded

type IsLoaded = Callable[[], Awaitable[bool]]


class Loading:
    """What is heard of a domain's loading while an item of it is written."""

    def __init__(self, core: Core, domain: str) -> None:
        self._core = core
        self._domain = domain
        self._announced = False
        self._ended = asyncio.Event()

    async def end(self, item_id: str, is_loaded: IsLoaded) -> None:
        """Return when an item that has just been stored is loaded.

        What ends first may have begun before, for somebody else: it counts when ``is_loaded`` says
        so, and else loading is ordered, which Core then does after all that is under way.
        """
        if not (await self._heard() and await is_loaded()):
            await load(self._core, self._domain, item_id)

    async def listen(self) -> Callable[[], Awaitable[None]] | None:
        """Hear of it from now on; returns what ends that."""
        event = _ANNOUNCED.get(self._domain)
        if event is None:
            return None
        try:
            stop = await self._core.subscribe("subscribe_events", self._hear, event_type=event)
        except (Forbidden, Unsupported):
            return None  # then it is ordered, as where nothing is announced
        self._announced = True
        return stop

    async def _heard(self) -> bool:
        if self._announced:
            with suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE):
                    await self._ended.wait()
        return self._ended.is_set()

    def _hear(self, _event: bytes) -> None:
        self._ended.set()


@asynccontextmanager
async def loading(core: Core, domain: str) -> AsyncIterator[Loading]:
    """Listen to the loading of a domain."""
    heard = Loading(core, domain)
    stop = await heard.listen()
    try:
        yield heard
    finally:
        if stop is not None:
            with suppress(Problem):  # then the connection is gone, and the subscription with it
                await stop()


async def load(core: Core, domain: str, item_id: str) -> None:
    """Have Core load an item as it is stored now; all of them where it cannot load one."""
    one = {"id": item_id} if domain == "automation" else {}
    await core.command("call_service", domain=domain, service="reload", service_data=one)
