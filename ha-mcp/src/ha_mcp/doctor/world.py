"""What lies outside: names, ways, certificates, and what Home Assistant knows of itself."""

import ssl
from dataclasses import dataclass, field
from typing import Protocol

from .resolving import resolved


@dataclass(frozen=True, slots=True)
class CoreFacts:
    """What Home Assistant says of itself, asked from inside."""

    state: str  # RUNNING, STARTING, NOT_RUNNING ...
    components: frozenset[str] = frozenset()
    entries: tuple[str, ...] | None = None  # states of the relay's, such as loaded or disabled


class World(Protocol):
    """The world as an assistant in the cloud sees it."""

    trusted: ssl.SSLContext

    async def resolve(self, host: str) -> list[str]:
        """Return the addresses of a name; none when nobody knows it."""
        ...

    def way(self, address: str, port: int) -> tuple[str, int]:
        """Return where to connect to reach an address and port."""
        ...

    async def inside(self) -> CoreFacts | None:
        """Return what Home Assistant says of itself, or nothing when it cannot be asked."""
        ...


@dataclass(slots=True)
class Internet:
    """The real one, seen from this machine and without a view into Home Assistant."""

    trusted: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    home_first: bool = False  # no resolver outside is asked unless it is needed

    async def resolve(self, host: str) -> list[str]:
        """Ask as somebody outside does."""
        return await resolved(host, home_first=self.home_first)

    def way(self, address: str, port: int) -> tuple[str, int]:
        """Go there directly."""
        return address, port

    async def inside(self) -> CoreFacts | None:
        """Know nothing."""
        return None
