"""Single occurrences of a series, and one with all that follow it.

Their ids go on after that of the series: ``calendar.family/<uid>/20300107T070000`` is one,
``…/20300107T070000/on`` that one and all later ones.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ...problems import NotFound, Unsupported
from ..kind import Body, Snapshot
from ._calendars import Calendars, uid_of

FOLLOWING: Final = "on"
_ID: Final = re.compile(r"(?P<calendar>[^/]+)/(?P<uid>.+?)/(?P<at>\d{8}(?:T\d{6}Z?)?)(?P<on>/on)?")
_AROUND: Final = timedelta(days=92)  # where one that was moved is looked for
_FIRST_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_COUNT: Final = re.compile(r"COUNT=(\d+)")
_MOVED: Final = "some of it were changed alone, which calendars lose when the rest is changed"


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
        reach = {"recurrence_range": "THISANDFUTURE"} if self.following else {}
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


async def row_of(calendars: Calendars, one: Occurrence) -> Body:
    """Return the row of an occurrence, with the rule of what is left of it; raises NotFound."""
    start, end = one.moment - _AROUND, one.moment + _AROUND
    rows = await calendars.rows(one.calendar, start, end)
    mine = [row for row in rows if uid_of(row) == one.uid]
    for row in mine:
        if row.get("recurrence_id") == one.at:
            rule = row.get("rrule") or next((r["rrule"] for r in mine if r.get("rrule")), "")
            plain = {key: value for key, value in row.items() if key != "rrule"}
            if not one.following:
                return plain
            return plain | {"rrule": await _left(calendars, one, rule)}
    raise NotFound(
        f"There is no occurrence {one.at!r} of this series in {one.calendar}",
        hint="List the events of that time: the id of each occurrence is in the answer",
        what="calendar_event",
        which=one.at,
    )


async def refuse_what_loses(
    calendars: Calendars, one: Occurrence, wanted: Body, before: Snapshot
) -> None:
    """Raise Unsupported where changing all that follow would move or lose others."""
    if wanted["start"] != before.body["start"]:
        raise Unsupported(
            "An occurrence with all that follow is not moved: its id is its time",
            hint="Remove it with all that follow, and make a new series",
        )
    rule = wanted.get("rrule", "")
    if rule != before.body.get("rrule") and _COUNT.search(rule):
        raise Unsupported(
            "How often the rest of a series happens is not counted anew: calendars count what was",
            hint="Say until when: UNTIL=20300401T000000 instead of COUNT",
        )
    rows = await calendars.rows(one.calendar, _FIRST_EVER, one.moment + _AROUND)
    if any(uid_of(row) == one.uid and not row.get("rrule") for row in rows):
        raise Unsupported(
            f"This series cannot be changed from here on: {_MOVED}",
            hint="Remove it with all that follow, and make a new series",
        )


def event_of(one: Occurrence | None, event: Body, before: Body) -> Body:
    """Return an event as it is written: a count that stays is the calendar's own to divide."""
    rule = event.get("rrule", "")
    if one is None or not one.following or rule != before.get("rrule") or not _COUNT.search(rule):
        return event
    return {key: value for key, value in event.items() if key != "rrule"}


async def _left(calendars: Calendars, one: Occurrence, rule: str) -> str:
    """Return the rule with how often it still happens."""
    counted = _COUNT.search(rule)
    if counted is None:
        return rule
    rows = await calendars.rows(one.calendar, _FIRST_EVER, one.moment + _DAY)
    earlier = sum(
        uid_of(row) == one.uid
        and row.get("rrule", rule) == rule  # a series that was split keeps its uid
        and str(row.get("recurrence_id", one.at)) < one.at
        for row in rows
    )
    return _COUNT.sub(f"COUNT={max(1, int(counted[1]) - earlier)}", rule)
