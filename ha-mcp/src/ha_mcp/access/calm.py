"""Keeping a flood of bad tokens from slowing those who have good ones.

Telling a bad token takes no time worth saving; answering thousands a second does. When there are
more than any number of honest clients would send, each answer to one waits a moment. Who sends
them one after the other then sends few, and nobody is turned away for the address they come from.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from .rates import Rates

_AT_ONCE: Final = 60  # after a restart with another key every client comes with a bad one
_PER_MINUTE: Final = 300.0
_SECONDS: Final = 1.0


class Calm:
    """Counts bad tokens, of all clients together: who floods chooses who they say they are."""

    def __init__(self, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Take what waits."""
        self._rates = Rates(_AT_ONCE, _PER_MINUTE)
        self._pause = pause

    async def after_a_bad_one(self) -> None:
        """Wait before a bad token is answered, when there are many."""
        if self._rates.wait(""):
            await self._pause(_SECONDS)
