"""When: one grammar for every argument that means a time, in the home's own zone.

Understood, looking back from now: durations (``3h``, ``1h30m``, ``7d``, ``2 weeks ago``), ``now``,
days (``today``, ``yesterday 18:00``, ``monday``, ``last monday``, ``2026-11-20``), clock times
(``18:00``, ``6pm``: the latest one), calendar periods (``this week``, ``last month``, ``2026-10``),
ISO 8601, and seconds or milliseconds since 1970. Days and longer are counted on the calendar and
the wall clock: ``1d`` at noon is yesterday's noon, also across a night of 23 or 25 hours.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from ...problems import Invalid
from .clock import Unit, earlier, local, seconds_before, stepped
from .time_words import Meaning, read


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment to a later one; ``unit`` when it is a calendar day, week, month or year."""

    start: datetime
    end: datetime
    unit: Unit | None = None

    @property
    def seconds(self) -> float:
        """How long it really takes, also when the clocks change meanwhile."""
        return self.end.timestamp() - self.start.timestamp()

    def previous(self) -> "Span":
        """Return the same stretch before: for today yesterday, else as long and just before."""
        if self.unit is None:
            return Span(seconds_before(self.start, self.seconds), self.start)
        start, end = (stepped(at, self.unit, -1) for at in (self.start, self.end))
        return Span(start, end, self.unit)

    def local(self, timestamp: float) -> datetime:
        """Return the local time of seconds since 1970."""
        return datetime.fromtimestamp(timestamp, self.start.tzinfo)

    def shown(self, timestamp: float, form: str) -> str:
        """Return a moment in it as local time, with the offset where the clocks change in it."""
        at = self.local(timestamp)
        changes = self.start.utcoffset() != self.end.utcoffset() and "%H" in form
        return f"{at:{form}}{at:%:z}" if changes else f"{at:{form}}"

    def __str__(self) -> str:
        """Say from when to when."""
        return f"between {self.start:%Y-%m-%d %H:%M} and {self.end:%Y-%m-%d %H:%M}"


class Times:
    """The clock of a home: what time it is there, and what texts mean now."""

    def __init__(self, now: Callable[[], float], zone: Callable[[], tzinfo]) -> None:
        """Take the clock (seconds since 1970) and the zone, which is known once Core is."""
        self._now = now
        self._zone = zone

    def now(self) -> datetime:
        """Return the local time."""
        return self.local(self._now())

    def local(self, timestamp: float) -> datetime:
        """Return the local time of seconds since 1970."""
        return datetime.fromtimestamp(timestamp, self._zone())

    def header(self) -> str:
        """Return the first line of every answer that involves time."""
        return header(self.now(), self._zone())

    def moment(self, text: str) -> datetime:
        """Return the moment a text means; raises Invalid."""
        return moment(text, self.now())


def moment(text: str, now: datetime) -> datetime:
    """Return the moment a text means (of a day or period its start); raises Invalid.

    ``now`` is aware and in the zone of the home.
    """
    return read(text, now).at


def span(start: str | None, end: str | None, now: datetime, *, default: str = "1d") -> Span:
    """Return the stretch of the past that two texts mean; raises Invalid.

    ``today``, ``last month`` and the like as a start without an end cover that period; any other
    start reaches until now. A day or period as the end is included. Nothing reaches beyond now.
    """
    if start is None and end is not None:
        finish = _finish(read(end, now), None, now)
        return _checked(Span(read(default, finish).at, finish), now)
    begin = read(start or default, now)
    if end is not None:
        return _checked(Span(begin.at, _finish(read(end, now), begin.at, now)), now)
    finish = begin.until if begin.unit and begin.until else now
    return _checked(Span(begin.at, earlier(finish, now), begin.unit), now)


def header(now: datetime, zone: tzinfo) -> str:
    """Return the first line of every answer that involves time."""
    local_now = now.astimezone(zone)
    return f"Now: {local_now:%A %Y-%m-%d %H:%M:%S} {zone} (UTC{local_now:%:z})"


def _finish(meaning: Meaning, begin: datetime | None, now: datetime) -> datetime:
    """Return where a stretch ends: a day is included, a clock time is the first after the start."""
    at = meaning.until or meaning.at
    if meaning.clock is not None and begin is not None:
        at = local(begin.date(), meaning.clock, now.tzinfo)
        if at.timestamp() <= begin.timestamp():
            at = stepped(at, "day", 1)
    return earlier(at, now)


def _checked(found: Span, now: datetime) -> Span:
    if found.start.timestamp() > now.timestamp():
        raise Invalid(f"The start {found.start:%Y-%m-%d %H:%M} lies in the future", what="start")
    if found.seconds <= 0:
        start, end = f"{found.start:%Y-%m-%d %H:%M}", f"{found.end:%Y-%m-%d %H:%M}"
        raise Invalid(f"The start {start} is not before the end {end}", what="start")
    return found
