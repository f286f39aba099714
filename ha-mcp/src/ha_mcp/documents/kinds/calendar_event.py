"""Events of calendars, a series as one; one that comes back gets a new id."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from ...home import Home
from ...problems import Invalid, NotFound, Rejected
from .. import etags
from ..kind import Body, Described, Facts, FieldLine, Finding, Listed, Snapshot
from ._calendars import Calendars
from ._files import refuse_unknown
from ._moments import is_day, spelled
from ._occurrence import (
    AROUND,
    FIRST_EVER,
    FOLLOWING_TOO,
    event_of,
    occurrence_of,
    row_of,
    rule_of,
)
from ._parents import parent_of
from ._series import Rest, Series, refuse_what_loses, series_of

_FIELDS: Final = (
    FieldLine("calendar", "entity id or name", required=True, about="never changes"),
    FieldLine("summary", "text", required=True),
    FieldLine("start", "2026-01-31T18:30, or a day", required=True),
    FieldLine("end", "as start", required=True, about="of whole days: the first day after it"),
    FieldLine("description", "text"),
    FieldLine("location", "text"),
    FieldLine("rrule", "text", about="FREQ=WEEKLY;BYDAY=MO, as in RFC 5545"),
)
_KEYS: Final = tuple(field.name for field in _FIELDS)
_NEEDED: Final = tuple(field.name for field in _FIELDS if field.required)
_CLEARED: Final = ("description", "location")  # what is not written stays as it was
_WRITTEN: Final = {"start": "dtstart", "end": "dtend"}
_BACK: Final = timedelta(days=366)
_AHEAD: Final = timedelta(days=5 * 366)
_DAY: Final = timedelta(days=1)
_CHANGEABLE: Final = 2 | 4  # of CalendarEntityFeature: delete, update
_READ_ONLY: Final = "its integration does not let Home Assistant change this calendar"
_WITHOUT_UID: Final = "its calendar gives it no id to change it by"
_ALONE: Final = "this occurrence alone; removed, it comes back as an event of its own"
_NOTES: Final = (
    "Times without offset are those of the home; of whole days, end is the day after the last."
    " A series is one document; listing a time gives the id of each occurrence, with /on behind it"
    " that one and all later ones."
)
_SERIES: Final = "occurrences of a series that were moved or left out"


class CalendarEventKind:
    """The driver of the events of all calendars."""

    facts = Facts(
        name="calendar_event",
        title="Calendar event",
        id_about="<calendar>/<uid>, which the calendar chooses; one occurrence of a series:"
        " <calendar>/<uid>/<time>, that and all later ones: …/<time>/on",
    )

    def __init__(self, home: Home) -> None:
        """Take the home."""
        self._home = home
        self._calendars = Calendars(home)

    async def all(self) -> Sequence[Listed]:
        """Return the events from a year ago to five years ahead, a series once."""
        calendars = self._calendars.entity_ids
        found = await asyncio.gather(*(self._series_if_there(one) for one in calendars))
        return [
            Listed(f"{calendar}/{uid}", row["summary"], self._about(calendar, row))
            for calendar, rows in zip(calendars, found, strict=True)
            for uid, row in rows.items()
        ]

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one; a series as it began."""
        if one := occurrence_of(document_id):
            happens = await row_of(self._calendars, one, self._until(document_id))
            return self._snapshot(one.calendar, happens, _SERIES if one.following else _ALONE)
        calendar, _, uid = document_id.partition("/")
        row = (await self._calendars.series(calendar, *self._window())).get(uid)
        if row is None:
            raise NotFound(
                f"There is no event {uid!r} in {calendar} from a year ago to five years ahead",
                what="calendar_event",
                which=document_id,
            )
        if row.get("rrule"):
            began = await self._calendars.series(
                calendar, FIRST_EVER, self._calendars.moment(row["start"]) + _DAY
            )
            row = began.get(uid, row)
        return self._snapshot(calendar, row, _SERIES if row.get("rrule") else "")

    def _snapshot(self, calendar: str, row: Body, partial: str) -> Snapshot:
        body = self._plain({"calendar": calendar, **row})
        fixed = "" if self._is_changeable(calendar) else _READ_ONLY
        if not row.get("uid"):
            fixed = fixed or _WITHOUT_UID
        return Snapshot(body, row["summary"], fixed=fixed, partial=partial)

    async def prepare(
        self, wanted: Snapshot, document_id: str | None, before: Snapshot | None, /
    ) -> Snapshot:
        """Return it with the id of its calendar and with its times spelled in one way."""
        body = etags.copied(wanted.body)
        body["calendar"] = parent_of(self._home, body, "calendar", "calendar", document_id)
        refuse_unknown(self.facts.name, body, _KEYS, _NEEDED)
        body = self._plain(body)
        if is_day(body["start"]) != is_day(body["end"]) or body["start"] >= body["end"]:
            raise Invalid(
                "end comes after start, and both are days or both are times",
                what="field",
                which="end",
            )
        if document_id and before is not None:
            await self._check_series(document_id, body, before.body)
        return Snapshot(body, str(body["summary"]))

    async def _check_series(self, document_id: str, body: Body, before: Body) -> None:
        one = occurrence_of(document_id)
        if one and not one.following:
            if "rrule" in body:
                raise Invalid(
                    "One occurrence has no rrule: it belongs to the series",
                    hint="Change the series, or this one with all that follow: its id with /on",
                    what="field",
                    which="rrule",
                )
        elif before.get("rrule"):
            refuse_what_loses(await self._series(document_id), one, body, before)

    def id_for(self, _wanted: Snapshot, /) -> str:
        """Return nothing: the calendar chooses."""
        return ""

    async def check(self, _wanted: Snapshot, _before: Snapshot | None, /) -> Sequence[Finding]:
        """Find nothing: the integration of the calendar checks when it stores."""
        return ()

    async def create(self, wanted: Snapshot, _document_id: str | None, /) -> str:
        """Make a new one; its uid is told by the calendar only."""
        calendar = str(wanted.body["calendar"])
        start = self._calendars.moment(wanted.body["start"])
        around = (start - _DAY, self._calendars.moment(wanted.body["end"]) + _DAY)
        known = await self._calendars.series(calendar, *around)
        await self._tell("create", calendar, event=_event(wanted.body))
        rows = await self._calendars.series(calendar, *around)
        new = [uid for uid in rows if uid not in known]
        named = [uid for uid in new if rows[uid]["summary"] == wanted.name]
        if not new:
            raise NotFound(
                f"{calendar} took the event but does not list it: some calendars need a minute",
                what="calendar_event",
            )
        return f"{calendar}/{(named or new)[0]}"

    async def update(self, document_id: str, wanted: Snapshot, before: Snapshot, /) -> None:
        """Replace one."""
        one = occurrence_of(document_id)
        calendar, address = _address(document_id)
        event = event_of(one, _event(wanted.body, before.body), before.body)
        if one and one.following:
            series = await self._series(document_id)
            if series.begun_at(one.at) > 0:
                rest = Rest(one, series, partial(self._series, document_id), self._tell)
                earlier = _event(self._plain({"calendar": calendar, **series.first}))
                return await rest.write(earlier, event)
        elif before.body.get("rrule", "") not in ("", event.get("rrule")):
            first = (await self._series(document_id)).first
            address |= {"recurrence_id": first["recurrence_id"], **FOLLOWING_TOO}
        return await self._tell("update", calendar, **address, event=event)

    async def remove(self, document_id: str, _before: Snapshot, /) -> None:
        """Remove one, a series with all of its occurrences."""
        calendar, address = _address(document_id)
        await self._tell("delete", calendar, **address)

    async def describe(self, _variant: str, /) -> Described:
        """Tell what an event has, and which calendars there are."""
        calendars = self._calendars.entity_ids
        day = f"{self._home.config.local(self._home.now() + 86_400):%Y-%m-%d}"
        example = {
            "calendar": calendars[0] if calendars else "calendar.family",
            "summary": "Dentist",
            "start": f"{day}T10:00",
            "end": f"{day}T11:00",
        }
        return Described(_FIELDS, example, f"{_NOTES} Calendars: {', '.join(calendars) or 'none'}")

    def _window(self) -> tuple[datetime, datetime]:
        now = self._home.config.local(self._home.now())
        return now - _BACK, now + _AHEAD

    async def _series(self, document_id: str) -> Series:
        calendar, address = _address(document_id)
        until = self._until(document_id)
        return await series_of(self._calendars, calendar, address["uid"], until)

    def _until(self, document_id: str) -> datetime:
        """Return how far ahead a series is looked at."""
        one, end = occurrence_of(document_id), self._window()[1]
        return max(end, one.moment + AROUND) if one else end

    async def _series_if_there(self, calendar: str) -> dict[str, Body]:
        try:
            return await self._calendars.series(calendar, *self._window())
        except (Invalid, NotFound, Rejected):
            return {}  # its integration has not brought it back yet, or cannot read it now

    async def _tell(self, verb: str, calendar: str, **fields: Any) -> None:
        await self._home.core.command(f"calendar/event/{verb}", entity_id=calendar, **fields)

    def _is_changeable(self, calendar: str) -> bool:
        state = self._home.states.get(calendar)
        return bool(state and state.attributes.get("supported_features", 0) & _CHANGEABLE)

    def _plain(self, body: Body) -> Body:
        said = {key: body[key] for key in _KEYS if body.get(key)}
        if "rrule" in said:
            said["rrule"] = rule_of(str(said["rrule"]))
        for field in ("start", "end"):
            said[field] = spelled(said.get(field, ""), self._home.config.zone, field)
        return said

    def _about(self, calendar: str, row: Body) -> str:
        shown = row["start"][:16].replace("T", " ")
        series = "repeats" if row.get("rrule") else ""
        return ", ".join(filter(None, (shown, series, self._home.names.name(calendar))))


def _address(document_id: str) -> tuple[str, dict[str, Any]]:
    """Return the calendar, and how Core is told which event is meant."""
    if one := occurrence_of(document_id):
        return one.calendar, one.address
    calendar, _, uid = document_id.partition("/")
    return calendar, {"uid": uid}


def _event(body: Body, before: Body | None = None) -> Body:
    """Return an event as it is written: its times have other names, and nothing stays by itself."""
    cleared = {key: "" for key in _CLEARED if key in (before or {}) and key not in body}
    written = {_WRITTEN.get(key, key): body[key] for key in body if key != "calendar"}
    return written | cleared
