"""The address under which assistants outside reach the home, and what the doctor found last.

The relay's app tells it; nothing of it is kept over a restart, after which it is told again.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from .doctor import Report
from .problems import Conflict, TimedOut
from .secret import Secret

_LONGEST: Final = 60.0  # seconds; what nobody answers ends sooner, hop by hop

type Look = Callable[[str], Awaitable[Report]]


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found at an address, and when (seconds since the epoch)."""

    url: Secret
    report: Report
    at: float


class Remote:
    """The address, whether it leads to a login, and the last examination."""

    def __init__(self, look: Look, now: Callable[[], float] = time.time) -> None:
        """Take the doctor; nothing is known yet."""
        self._look = look
        self._now = now
        self._busy = asyncio.Lock()
        self.url: Secret | None = None
        self.signs_in: bool | None = None  # None: the relay's app is too old to tell
        self.heard: float | None = None  # when the relay's app was heard from
        self.last: Examined | None = None

    @property
    def examining(self) -> bool:
        """Whether an examination runs now."""
        return self._busy.locked()

    def hear(self) -> None:
        """Note that the relay's app is there."""
        self.heard = self._now()

    async def told(self, url: str, *, signs_in: bool | None) -> Report:
        """Examine the address that the relay's app names, after whatever is examined now."""
        self.url, self.signs_in = Secret(url), signs_in
        self.hear()
        async with self._busy:
            return await self._examined(url)

    async def examine(self, url: str) -> Report:
        """Examine any address; raises Conflict while another examination runs, and TimedOut."""
        if self.examining:
            raise Conflict("An examination is running", hint="Look again in a moment")
        async with self._busy:
            return await self._examined(url)

    async def _examined(self, url: str) -> Report:
        try:
            async with asyncio.timeout(_LONGEST):
                report = await self._look(url)
        except TimeoutError as err:
            raise TimedOut(f"The examination was not done within {_LONGEST:.0f} seconds") from err
        self.last = Examined(Secret(url), report, self._now())
        return report
