"""Work that goes on to its end although nobody waits for it any more.

Once a write has left the process, the journal must hear what became of it, whatever happens to
the call that asked for it.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Lasting:
    """Runs coroutines that outlive their callers; ``end`` waits for all."""

    def __init__(self) -> None:
        """Start with none."""
        self._running: set[asyncio.Future[Any]] = set()

    async def run[T](self, work: Coroutine[Any, Any, T]) -> T:
        """Return what the work returns; a caller that is cancelled leaves it running."""
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def end(self) -> None:
        """Wait for what still runs."""
        if self._running:
            await asyncio.wait(self._running)
