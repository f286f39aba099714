"""Who comes through Home Assistant's pages: from which address, and who of them is an admin."""

import asyncio
import socket
import time
from collections.abc import Callable, Collection
from typing import Any, Final
from urllib.parse import urlsplit

from .ha import CoreSocket

_ADMINS: Final = "system-admin"  # the id of Core's group of administrators
_FRESH: Final = 15.0  # seconds: whoever is no admin any more is out after that


class Gateway:
    """The Supervisor's own address, from which it passes on what browsers ask."""

    def __init__(self, supervisor: str) -> None:
        """Take the base of the Supervisor's interface, such as ``http://supervisor``."""
        self._host = urlsplit(supervisor).hostname or ""
        self._known: frozenset[str] = frozenset()

    async def __call__(self) -> Collection[str]:
        """Return its addresses; none while its name does not resolve."""
        if not self._known:
            loop = asyncio.get_running_loop()
            try:
                found = await loop.getaddrinfo(self._host, None, type=socket.SOCK_STREAM)
            except OSError:
                return frozenset()
            self._known = frozenset(str(one[4][0]) for one in found)
        return self._known


class Admins:
    """Who of Home Assistant's users is an active administrator."""

    def __init__(self, core: CoreSocket, now: Callable[[], float] = time.monotonic) -> None:
        """Take the wire to Core."""
        self._core = core
        self._now = now
        self._ids: frozenset[str] = frozenset()
        self._until = float("-inf")

    async def __call__(self, user_id: str) -> bool:
        """Tell whether this is one; raises Problem when Home Assistant cannot say."""
        if self._now() >= self._until:
            rows: list[dict[str, Any]] = await self._core.command("config/auth/list")
            self._ids = frozenset(row["id"] for row in rows if _is_admin(row))
            self._until = self._now() + _FRESH
        return user_id in self._ids


def _is_admin(row: dict[str, Any]) -> bool:
    groups = row.get("group_ids", ())
    return bool(row.get("is_active")) and (bool(row.get("is_owner")) or _ADMINS in groups)
