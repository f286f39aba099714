"""When a way in was last used: noted now and then, for a write at every call costs too much."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from .records import Records, StoreAway

_EVERY: Final = 300.0  # seconds between two notes of the same one
_KEPT: Final = 400 * 86400.0  # seconds
_MOST: Final = 2000  # remembered at once


class Uses:
    """Notes of uses by the id of what was used."""

    def __init__(self, records: Records, now: Callable[[], float]) -> None:
        """Take the records."""
        self._records = records
        self._now = now
        self._noted: OrderedDict[str, float] = OrderedDict()

    async def note(self, used: str) -> None:
        """Note a use unless one was noted lately; who cannot note it does not stop for it."""
        now = self._now()
        if now - self._noted.get(used, 0.0) < _EVERY:
            return
        self._noted[used] = now
        self._noted.move_to_end(used)
        while len(self._noted) > _MOST:
            self._noted.popitem(last=False)
        try:
            await self._records.put("use", used, str(now).encode(), now + _KEPT)
        except StoreAway:
            del self._noted[used]

    async def last(self) -> dict[str, float]:
        """Return when each was last used, of those that were."""
        found = await self._records.all("use")
        return {used: float(when) for used, when in found.items()}
