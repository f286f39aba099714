"""Steps on the calendar and the wall clock of a zone, right also in nights that change the clocks.

Python subtracts and compares datetimes of one zone by their wall clock, so lengths and order are
taken from timestamps here and wherever a stretch of time is measured.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, tzinfo

type Unit = str  # day, week, month or year

_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}


def local(day: date, clock: time, zone: tzinfo | None) -> datetime:
    """Return a local time that exists: in the hour the clocks skip, the same hour later."""
    return datetime.combine(day, clock, zone).astimezone(UTC).astimezone(zone)


def seconds_before(at: datetime, seconds: float) -> datetime:
    """Return the moment that many real seconds earlier."""
    return datetime.fromtimestamp(at.timestamp() - seconds, at.tzinfo)


def stepped(at: datetime, unit: Unit, steps: int) -> datetime:
    """Return the same wall clock time this many days, weeks, months or years later.

    In a month without that day it is the last one of the month.
    """
    if unit in _DAYS:
        return local(at.date() + timedelta(days=steps * _DAYS[unit]), at.time(), at.tzinfo)
    year, month = divmod(at.year * 12 + at.month - 1 + steps * _MONTHS[unit], 12)
    day = min(at.day, _last_day(year, month + 1))
    return local(date(year, month + 1, day), at.time(), at.tzinfo)


def first_day(day: date, unit: Unit) -> date:
    """Return the first day of the week (a Monday), month or year."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def earlier(one: datetime, other: datetime) -> datetime:
    """Return the earlier of two moments."""
    return one if one.timestamp() < other.timestamp() else other


def _last_day(year: int, month: int) -> int:
    return monthrange(year, month)[1]
