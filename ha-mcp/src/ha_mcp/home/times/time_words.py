"""Read the words, numbers and dates that mean a time. ``times`` says what is understood."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from ...problems import Invalid
from .clock import Unit, first_day, local, seconds_before, stepped

_EXAMPLES: Final = "3h, 7d, today, yesterday 18:00, monday, last week, 2026-11-20T18:00"
_LONGEST: Final = 60
_YEARS: Final = range(1970, 2200)

_DAY_LONG = 86_400
_SECONDS = {
    "s": 1, "m": 60, "h": 3600, "d": _DAY_LONG, "w": 7 * _DAY_LONG,
    "mo": 30 * _DAY_LONG, "y": 365 * _DAY_LONG,
}  # fmt: skip
_CALENDAR = {"d": "day", "w": "week", "mo": "month", "y": "year"}
_UNITS = {
    "mo": "mo|months?", "s": "s|secs?|seconds?", "m": "m|mins?|minutes?", "h": "h|hrs?|hours?",
    "d": "d|days?", "w": "w|wks?|weeks?", "y": "y|yrs?|years?",
}  # fmt: skip
_AMOUNT = re.compile(rf"(\d{{1,6}}(?:\.\d+)?) ?({'|'.join(_UNITS.values())})(?![a-z])")
_DURATION = re.compile(rf"(?:now ?- ?|-|last |past )?((?:{_AMOUNT.pattern}[ ,]*)+)(?:ago)?")
_SECONDS_SINCE_1970 = re.compile(r"\d{9,11}(\.\d+)?")
_MILLISECONDS_SINCE_1970 = re.compile(r"\d{12,14}")
_CLOCK_TEXT = r"noon|midnight|\d{1,2}:\d{2}(?::\d{2})? ?(?:am|pm)?|\d{1,2} ?(?:am|pm)"
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::(\d{2}))? ?(am|pm)?")
_CLOCK_WORDS = {"noon": time(12), "midnight": time(0)}
_RELATIVE_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = r"(last )?(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_DAY = re.compile(
    rf"(?:({'|'.join(_RELATIVE_DAYS)})|{_WEEKDAY}|(\d{{4}}-\d\d-\d\d))(?: (?:at )?({_CLOCK_TEXT}))?"
)
_PERIOD = re.compile(r"(this|current|last|previous|next) (week|month|year)|(\d{4}-\d\d)")
_STEPS = {"this": 0, "current": 0, "last": -1, "previous": -1, "next": 1}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text means: a moment; for a day or period also where it ends and its unit."""

    at: datetime
    until: datetime | None = None
    unit: Unit | None = None  # of words that name a whole period: today, last month
    clock: time | None = None  # when a clock time was all there was


def read(text: str, now: datetime) -> Meaning:
    """Return what a text means, seen from now; raises Invalid with examples."""
    plain = " ".join(text.split())
    try:
        for reader in _READERS if len(plain) <= _LONGEST else ():
            found = reader(plain, now)
            if found is not None and found.at.year in _YEARS:
                return found
    except (ValueError, OverflowError) as err:  # 25:00, the 31st of June, a million years ago
        raise _not_understood(plain) from err
    raise _not_understood(plain)


def _not_understood(text: str) -> Invalid:
    shown = text[:_LONGEST]
    return Invalid(
        f"{shown!r} is not a time", hint=f"Write it like: {_EXAMPLES}", what="time", which=shown
    )


def _now(text: str, now: datetime) -> Meaning | None:
    return Meaning(now) if text.casefold() == "now" else None


def _epoch(text: str, now: datetime) -> Meaning | None:
    if _SECONDS_SINCE_1970.fullmatch(text):
        return Meaning(datetime.fromtimestamp(float(text), now.tzinfo))
    if _MILLISECONDS_SINCE_1970.fullmatch(text):
        return Meaning(datetime.fromtimestamp(int(text) / 1000, now.tzinfo))
    return None


def _duration(text: str, now: datetime) -> Meaning | None:
    if not (found := _DURATION.fullmatch(text.casefold())):
        return None
    at, seconds = now, 0.0
    for amount, word in _AMOUNT.findall(found[1]):
        unit = next(unit for unit, pattern in _UNITS.items() if re.fullmatch(pattern, word))
        if unit in _CALENDAR and amount.isdecimal():
            at = stepped(at, _CALENDAR[unit], -int(amount))
        else:
            seconds += float(amount) * _SECONDS[unit]
    return Meaning(seconds_before(at, seconds))


def _period(text: str, now: datetime) -> Meaning | None:
    if not (found := _PERIOD.fullmatch(text.casefold())):
        return None
    word, unit, month = found.groups()
    if month:
        start, unit = local(date.fromisoformat(f"{month}-01"), time(0), now.tzinfo), "month"
    else:
        this = local(first_day(now.date(), unit), time(0), now.tzinfo)
        start = stepped(this, unit, _STEPS[word])
    return Meaning(start, stepped(start, unit, 1), unit)


def _day(text: str, now: datetime) -> Meaning | None:
    if not (found := _DAY.fullmatch(text.casefold())):
        return None
    relative, last, weekday, iso, clock = found.groups()
    if relative:
        day = now.date() + timedelta(days=_RELATIVE_DAYS[relative])
    elif iso:
        day = date.fromisoformat(iso)
    else:
        day = _weekday(now.date(), weekday, strictly=bool(last))
    at = local(day, _clock_time(clock) if clock else time(0), now.tzinfo)
    if weekday and at.timestamp() > now.timestamp():  # monday 18:00, on a Monday at noon
        at = stepped(at, "week", -1)
    if clock:
        return Meaning(at)
    return Meaning(at, stepped(at, "day", 1), "day" if relative else None)


def _weekday(today: date, name: str, *, strictly: bool) -> date:
    back = (today.weekday() - _WEEKDAYS.index(name[:3])) % 7
    return today - timedelta(days=back or (7 if strictly else 0))


def _clock(text: str, now: datetime) -> Meaning | None:
    if not re.fullmatch(_CLOCK_TEXT, text.casefold()):
        return None
    clock = _clock_time(text.casefold())
    at = local(now.date(), clock, now.tzinfo)
    if at.timestamp() > now.timestamp():
        at = stepped(at, "day", -1)
    return Meaning(at, clock=clock)


def _clock_time(text: str) -> time:
    """Return a time of day; raises ValueError for one that no clock shows."""
    if text in _CLOCK_WORDS:
        return _CLOCK_WORDS[text]
    [(hours, minutes, seconds, half)] = _CLOCK.findall(text)
    hour = int(hours)
    if half and hour not in range(1, 13):
        raise ValueError(text)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, int(minutes or 0), int(seconds or 0))


def _iso(text: str, now: datetime) -> Meaning:
    """Read ISO 8601; raises ValueError for anything else."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        return Meaning(local(found.date(), found.time(), now.tzinfo))
    return Meaning(found.astimezone(now.tzinfo))


_READERS: tuple[Callable[[str, datetime], Meaning | None], ...] = (
    _now, _epoch, _duration, _period, _day, _clock, _iso,
)  # fmt: skip
