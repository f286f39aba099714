"""Further private addresses, which the owner makes and ends while the server runs."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.types import ASGIApp

from ..access.grants import Grant
from ..access.records import StoreAway
from .entrance import holding
from .gate import Gate, Page
from .legacy_sse import LegacySse
from .origins import Origins
from .refusals import refusal

# What does whoever comes by this word get? None: there is no such address. May raise StoreAway.
type Find = Callable[[str], Awaitable[Grant | None]]

EVENTS: Final = "/sse"
_ADDRESS: Final = re.compile(rf"/(private_[A-Za-z0-9_-]{{22}})({EVENTS})?/?")


async def nobody(_word: str) -> Grant | None:
    """Find no address, where there are none."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """Makes the gate of an address that is known; there are few, so none is kept."""

    find: Find
    endpoint: ASGIApp
    streams: LegacySse
    origins: Origins
    page: Page

    async def leading_from(self, path: str) -> ASGIApp | None:
        """Return what answers at a path, or None where nothing is."""
        read = _ADDRESS.fullmatch(path)
        if read is None:
            return None
        try:
            grant = await self.find(read[1])
        except StoreAway:
            away = "It cannot be looked up now who may come in; try again"
            return refusal(503, away, headers={"Retry-After": "10"})
        if grant is None:
            return None
        here = path.removesuffix("/")
        if read[2] is None:
            return self._gate(here, holding(grant, self.endpoint))
        return self._gate(
            here, holding(grant, self.streams.take), holding(grant, self.streams.open)
        )

    def _gate(self, path: str, app: ASGIApp, stream: ASGIApp | None = None) -> Gate:
        return Gate(app, path=path, origins=self.origins, page=self.page, stream=stream)
