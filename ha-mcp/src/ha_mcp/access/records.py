"""What the store of access needs of a database: small records under a kind and a key.

SQLite serves one process. Whoever runs several brings another database that can do these few
things; each of them happens wholly or not at all, also when two processes do it at once.
"""

from typing import Protocol

from ..problems import Unreachable


class StoreAway(Unreachable):
    """The store of access cannot be used now, so nobody new is let in."""


class Records(Protocol):
    """Records of bytes. ``expires`` is in seconds since 1970; an expired record is not there.

    Everything raises StoreAway when the database cannot be used.
    """

    async def get(self, kind: str, key: str) -> bytes | None:
        """Return a record."""

    async def all(self, kind: str) -> dict[str, bytes]:
        """Return every record of a kind by its key."""

    async def add(self, kind: str, key: str, value: bytes, expires: float | None = None) -> bool:
        """Add a record unless there is one, and say whether it was added."""

    async def put(self, kind: str, key: str, value: bytes, expires: float | None = None) -> None:
        """Add a record or replace it."""

    async def swap(
        self, kind: str, key: str, old: bytes, new: bytes, expires: float | None = None
    ) -> bool:
        """Replace the value of a record if it is still the old one, and say whether it was.

        It expires when it did unless something else is said.
        """

    async def extend(self, kind: str, key: str, expires: float | None) -> bool:
        """Let a record expire later or sooner, and say whether it is there."""

    async def remove(self, kind: str, key: str) -> bool:
        """Remove a record, and say whether it was there."""

    async def clear(self, kind: str) -> None:
        """Remove every record of a kind."""

    async def close(self) -> None:
        """Let go of the database."""
