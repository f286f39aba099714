"""Single occurrences of a series, and one with all that follow it.

Their ids go on after that of the series: ``calendar.family/<uid>/20300107T070000`` is one,
``…/20300107T070000/on`` that one and all later ones.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ...problems import NotFound
from ..kind import Body
from ._calendars import Calendars, uid_of

FOLLOWING_TOO: Final = {"recurrence_range": "THISANDFUTURE"}
_ID: Final = re.compile(r"(?P<calendar>[^/]+)/(?P<uid>.+?)/(?P<at>\d{8}(?:T\d{6}Z?)?)(?P<on>/on)?")
AROUND: Final = timedelta(days=92)  # where one that was moved is looked for
_ORDER: Final = (
    "FREQ", "UNTIL", "COUNT", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "BYHOUR",
    "BYMINUTE", "BYSECOND", "BYYEARDAY", "BYWEEKNO", "WKST",
)  # fmt: skip
"""In which Core's own calendar writes a rule."""
FIRST_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR: Final = timedelta(days=366)
COUNT: Final = re.compile(r"COUNT=(\d+)")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What the id of an occurrence says."""

    calendar: str
    uid: str
    at: str  # as the calendar calls it
    following: bool

    @property
    def address(self) -> dict[str, Any]:
        """Return how Core is told which one is meant."""
        reach = FOLLOWING_TOO if self.following else {}
        return {"uid": self.uid, "recurrence_id": self.at, **reach}

    @property
    def moment(self) -> datetime:
        """Return about when it is, whatever zone the calendar thinks in."""
        return datetime.strptime(self.at[:8], "%Y%m%d").replace(tzinfo=UTC)


def occurrence_of(document_id: str) -> Occurrence | None:
    """Return what an id says; None when it is that of an event or series."""
    found = _ID.fullmatch(document_id)
    if found is None:
        return None
    return Occurrence(found["calendar"], found["uid"], found["at"], bool(found["on"]))


async def row_of(calendars: Calendars, one: Occurrence, end: datetime) -> Body:
    """Return the row of an occurrence, with the rule of what is left of it; raises NotFound."""
    rows = await calendars.rows(one.calendar, one.moment - AROUND, one.moment + AROUND)
    mine = [row for row in rows if uid_of(row) == one.uid]
    for row in mine:
        if row.get("recurrence_id") == one.at:
            rule = row.get("rrule") or next((r["rrule"] for r in mine if r.get("rrule")), "")
            plain = {key: value for key, value in row.items() if key != "rrule"}
            if not one.following:
                return plain
            if rule and not row.get("rrule"):
                raise NotFound(
                    f"The occurrence {one.at!r} was changed alone: what follows begins after it",
                    hint="Name the next occurrence",
                    what="calendar_event",
                    which=one.at,
                )
            return plain | {"rrule": await _left(calendars, one, rule, end)}
    raise NotFound(
        f"There is no occurrence {one.at!r} of this series in {one.calendar}",
        hint="List the events of that time: the id of each occurrence is in the answer",
        what="calendar_event",
        which=one.at,
    )


def rule_of(text: str) -> str:
    """Return a rule spelled in one way: its parts have no order of their own."""
    parts = text.removeprefix("RRULE:").split(";")
    places = {key: at for at, key in enumerate(_ORDER)}
    return ";".join(sorted(parts, key=lambda one: places.get(one.partition("=")[0], len(_ORDER))))


def event_of(one: Occurrence | None, event: Body, before: Body) -> Body:
    """Return an event as it is written: a rule that stays is the calendar's own to divide."""
    if one is None or not one.following or event.get("rrule") != before.get("rrule"):
        return event
    return {key: value for key, value in event.items() if key != "rrule"}


async def _left(calendars: Calendars, one: Occurrence, rule: str, end: datetime) -> str:
    """Return the rule with how often it still happens; until when, where some were left out.

    Those count, too, and calendars do not tell which they are.
    """
    counted = COUNT.search(rule)
    if counted is None:
        return rule
    rows = await calendars.rows(one.calendar, FIRST_EVER, end)
    mine = [
        row
        for row in rows
        if uid_of(row) == one.uid and row.get("rrule", rule) == rule  # not those of other parts
    ]
    last = str(max(row["start"] for row in mine))
    if len(mine) < int(counted[1]) and calendars.moment(last) < end - _YEAR:
        return COUNT.sub(f"UNTIL={re.sub('[-:]', '', last)[:15]}", rule)
    earlier = sum(str(row.get("recurrence_id", one.at)) < one.at for row in mine)
    return COUNT.sub(f"COUNT={max(1, int(counted[1]) - earlier)}", rule)
