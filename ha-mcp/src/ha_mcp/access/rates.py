"""How often the same may be asked for: so many times at once, then so many a minute."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

_MOST_KEYS: Final = 2000


class Rates:
    """Counts by a key that the asker cannot choose freely, never by network address.

    All users of an assistant in the cloud come from the same few addresses.
    """

    def __init__(
        self, at_once: int, per_minute: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        """Take how much is allowed, for each key."""
        self._at_once = at_once
        self._per_second = per_minute / 60
        self._now = now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """Count one, and return 0; or count nothing, and return the seconds to wait."""
        now = self._now()
        left, at = self._left.pop(key, (float(self._at_once), now))
        left = min(self._at_once, left + max(0.0, now - at) * self._per_second)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)
        while len(self._left) > _MOST_KEYS:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._per_second
