"""How long to wait before the next attempt to connect."""

import random
from collections.abc import Callable
from typing import Final

_STABLE: Final = 60.0
_DOUBLINGS: Final = 16  # enough to reach any ceiling, and no more: 2.0**n overflows in the end


class Backoff:
    """Exponential delays with jitter, beginning anew after a connection that was stable.

    A delay lies between half and the whole of its ceiling, so many servers do not return as one,
    and a loss always lasts long enough to be noticed by whoever looks up now and then.
    """

    def __init__(
        self,
        first: float = 0.5,
        most: float = 15.0,
        *,
        stable: float = _STABLE,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Take the first and the highest ceiling, in seconds; ``chance`` returns 0 to 1."""
        self._first = first
        self._most = most
        self._stable = stable
        self._chance = chance
        self._failures = 0

    def after(self, lasted: float) -> float:
        """Return the seconds to wait after a connection that lasted so long, 0 for none at all."""
        if lasted >= self._stable:
            self._failures = 0
        ceiling = min(self._most, self._first * 2.0**self._failures)
        self._failures = min(self._failures + 1, _DOUBLINGS)
        return ceiling * (1 + self._chance()) / 2
