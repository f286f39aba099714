"""A doctor that finds what a test says, when it says so."""

import asyncio
from collections.abc import Callable

from ha_mcp.doctor import Report


class FakeDoctor:
    """Examines addresses at once, unless ``may_answer`` is cleared."""

    def __init__(self, finds: Callable[[str], Report]) -> None:
        """Take what is found at an address."""
        self._finds = finds
        self.asked: list[str] = []
        self.begun = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def __call__(self, url: str) -> Report:
        """Look at an address."""
        self.asked.append(url)
        self.begun.set()
        await self.may_answer.wait()
        return self._finds(url)
