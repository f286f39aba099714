"""Read a long stretch of the past in slices, newest first, so that no answer is huge.

How much there is cannot be asked beforehand: a door changes twice a day, a power meter every
second. The next slice is sized by what the one before brought.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ..times import Span

type Ask[T] = Callable[[float, float], Awaitable[tuple[T, int]]]

# Core takes what comes after the start it is given, and misses what happened just then: slices
# are asked for from a moment before.
A_MOMENT: Final = 0.001

_FIRST = 6 * 3600.0  # seconds, for up to ten entities
_AIM = 20_000  # rows in one answer: some MB
_GROW = 8.0


@dataclass(frozen=True, slots=True)
class Slice[T]:
    """What one question brought, and from when on everything is known now."""

    since: float
    brought: T


async def sliced[T](
    span: Span, ask: Ask[T], *, subjects: int, most: int
) -> AsyncIterator[Slice[T]]:
    """Ask slice by slice, from the end back to the start, until ``most`` rows have come.

    ``ask`` takes start and end in seconds since 1970 and returns what it read and how many rows.
    """
    start, at = span.start.timestamp(), span.end.timestamp()
    size, rows = _FIRST * 10 / max(10, subjects), 0
    while at > start and rows < most:
        since = max(start, at - size)
        brought, count = await ask(since, at)
        yield Slice(since, brought)
        rows += count
        size *= min(_GROW, _AIM / max(count, 1))
        at = since


def iso(timestamp: float) -> str:
    """Return the form in which Core takes times."""
    return datetime.fromtimestamp(timestamp, UTC).isoformat()
