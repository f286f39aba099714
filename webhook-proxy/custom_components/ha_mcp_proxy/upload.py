"""The body of a request on its way to the server: bounded in size and in time."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from aiohttp import StreamReader

_IN_TIME: Final = 30.0  # seconds within which a body has to be here


class Upload:
    """Passes a body on as it comes; ``refused`` is the status when it may not go on."""

    def __init__(self, content: StreamReader, most: int) -> None:
        """Take the body of the client's request, and how many bytes of it are passed on."""
        self._content = content
        self._most = most
        self.refused: int | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the body piece by piece."""
        size = 0
        deadline = asyncio.get_running_loop().time() + _IN_TIME
        while chunk := await self._next(deadline):
            size += len(chunk)
            if size > self._most:
                self.refused = 413
                raise ValueError("The body is too large")
            yield chunk

    async def _next(self, deadline: float) -> bytes:
        try:
            async with asyncio.timeout_at(deadline):
                return await self._content.readany()
        except TimeoutError:
            self.refused = 408
            raise
