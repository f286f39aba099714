"""Which changes of the journal are meant."""

from typing import Final

from ...home import Home, span
from ...journal import Filter

_AROUND: Final = 3600.0  # seconds, to each side
ME: Final = "me"


def wanted(
    home: Home,
    client: str,
    *,
    kind: str | None = None,
    since: str | None = None,
    until: str | None = None,
    around: str | None = None,
) -> Filter:
    """Return the filter for what was asked; ``client`` is a name, or empty for all."""
    start = end = None
    if around:
        at = home.times.moment(around).timestamp()
        start, end = at - _AROUND, at + _AROUND
    elif since or until:
        stretch = span(since, until, home.times.now(), default="30d")
        start, end = stretch.start.timestamp(), stretch.end.timestamp()
    return Filter(kind, client or None, start, end)


def who(asked: str, me: str) -> str:
    """Return the client that is meant."""
    return me if asked == ME else asked
