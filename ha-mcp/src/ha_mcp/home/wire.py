"""What the home asks of the connection to Home Assistant."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

type Listener = Callable[[bytes], None]  # the JSON of one event
type Unsubscribe = Callable[[], Awaitable[None]]


class Core(Protocol):
    """The WebSocket of Home Assistant Core.

    Everything raises ``Unreachable`` when the connection is down (``sent`` tells whether the
    command may have arrived), ``TimedOut``, ``NotFound``, ``Forbidden``, ``Unsupported`` (Core
    does not know the command) or ``Rejected`` with Core's own words.
    """

    @property
    def connected(self) -> bool:
        """Whether commands can be sent now."""
        ...

    @property
    def version(self) -> str:
        """Core's version, empty before the first connection."""
        ...

    async def command(self, kind: str, /, **fields: Any) -> Any:
        """Send one command and return its result."""
        ...

    async def fetch[T](self, kind: str, into: type[T], /, **fields: Any) -> T:
        """Send one command and decode its result straight into a type (msgspec)."""
        ...

    async def subscribe(self, kind: str, listener: Listener, /, **fields: Any) -> Unsubscribe:
        """Send a subscribing command; the listener gets every event until the connection ends."""
        ...

    async def up(self) -> None:
        """Wait until the connection serves."""
        ...

    async def down(self) -> None:
        """Wait until the connection is lost."""
        ...


class Rest(Protocol):
    """The HTTP interface of Home Assistant Core, below ``/api/``; raises the same problems."""

    async def get_json(self, path: str, **query: str) -> Any:
        """Return the JSON at a path such as ``calendars``."""
        ...

    async def get_bytes(self, path: str, *, most: int, **query: str) -> tuple[bytes, str]:
        """Return the body (refused above ``most`` bytes) and its media type."""
        ...

    async def post_json(self, path: str, body: Any) -> Any:
        """Post JSON and return the JSON of the answer."""
        ...

    async def delete(self, path: str) -> None:
        """Delete what is at a path; for flows that were opened only to be read."""
        ...
