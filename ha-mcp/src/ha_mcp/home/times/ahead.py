"""When, looking ahead: what a stretch of time in a calendar means, in the same grammar.

Where the past has the last Monday, the latest 18:00 and ``7d`` ago, an agenda has the coming
Monday, today's 18:00, and ``7d`` as the end is as long after the start. A duration as the start
stays in the past, as everywhere.
"""

import re
from datetime import datetime, timedelta
from typing import Final

from ...problems import Invalid
from .clock import local, stepped
from .time_words import Meaning, read
from .times import Span

_WEEKDAY: Final = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)", re.IGNORECASE)
_DURATION: Final = re.compile(r"(?!\d{1,2} ?[ap]m$)[\d.]+ ?[a-z](?!.*ago$)", re.IGNORECASE)
_LENGTH: Final = timedelta(days=31)  # where only a start is given


def agenda(start: str | None, end: str | None, now: datetime) -> Span:
    """Return the stretch of a calendar that two texts mean, the future included; raises Invalid.

    A day or period alone is covered whole; another start alone reaches until now when it lies in
    the past, else a month ahead. Without a start it begins with today.
    """
    begin = _coming(start or "today", now)
    if end is None:
        return _checked(begin.at, begin.until or _open_end(begin.at, now))
    return _checked(begin.at, _finish(end, begin.at, now))


def _open_end(begin: datetime, now: datetime) -> datetime:
    return now if begin.timestamp() < now.timestamp() else begin + _LENGTH


def _coming(text: str, now: datetime) -> Meaning:
    """Return what a text means when it looks ahead."""
    found = read(text, now)
    if found.clock is not None:
        return Meaning(local(now.date(), found.clock, now.tzinfo), clock=found.clock)
    if _WEEKDAY.match(text.strip()) and found.at.date() < now.date():
        return Meaning(
            stepped(found.at, "week", 1), found.until and stepped(found.until, "week", 1)
        )
    return found


def _finish(text: str, begin: datetime, now: datetime) -> datetime:
    """Return where a stretch ends: a duration after its start, a day with its last hour."""
    if _DURATION.match(text.strip()):
        length = begin.replace(tzinfo=None) - read(text, begin).at.replace(tzinfo=None)
        after = begin.replace(tzinfo=None) + length
        return local(after.date(), after.time(), begin.tzinfo)
    found = _coming(text, now)
    if found.clock is not None:
        at = local(begin.date(), found.clock, now.tzinfo)
        return at if at.timestamp() > begin.timestamp() else stepped(at, "day", 1)
    at = found.until or found.at
    if _WEEKDAY.match(text.strip()):  # the first one after the start
        while at.timestamp() <= begin.timestamp():
            at = stepped(at, "week", 1)
    return at


def _checked(start: datetime, end: datetime) -> Span:
    if end.timestamp() <= start.timestamp():
        shown = f"The start {start:%Y-%m-%d %H:%M} is not before the end {end:%Y-%m-%d %H:%M}"
        raise Invalid(shown, what="start")
    return Span(start, end)
