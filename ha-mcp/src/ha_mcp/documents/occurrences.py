"""What happens in a time, by calendar: each occurrence of a series is a line of its own."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from ..home import Home, Span
from ..problems import Problem
from .kind import Body, Listed
from .kinds._calendars import Calendars, uid_of
from .kinds._moments import is_day

_DAY: Final = timedelta(days=1)


class Occurrences:
    """Lists what happens."""

    def __init__(self, home: Home) -> None:
        """Take the home."""
        self._home = home
        self._calendars = Calendars(home)

    async def of(self, calendar: str, span: Span) -> tuple[list[Listed], list[str]]:
        """Return what happens in one calendar or all, in order, and which ones cannot be read."""
        if calendar:
            rows = await self._calendars.rows(calendar, span.start, span.end)
            return self._ordered([(calendar, rows)]), []
        ids = self._calendars.entity_ids
        found = await asyncio.gather(*(self._if_read(one, span) for one in ids))
        read = [(one, rows) for one, rows in zip(ids, found, strict=True) if rows is not None]
        silent = [one for one, rows in zip(ids, found, strict=True) if rows is None]
        return self._ordered(read), silent

    async def _if_read(self, calendar: str, span: Span) -> list[Body] | None:
        try:
            return await self._calendars.rows(calendar, span.start, span.end)
        except Problem:
            return None

    def _ordered(self, read: Sequence[tuple[str, list[Body]]]) -> list[Listed]:
        happens = [(self._at(row, "start"), one, row) for one, rows in read for row in rows]
        happens.sort(key=lambda one: one[0].timestamp())
        return [self._listed(calendar, row) for _, calendar, row in happens]

    def _listed(self, calendar: str, row: Body) -> Listed:
        repeats = "repeats" if row.get("rrule") else ""
        name = self._home.names.name(calendar)
        about = ", ".join(filter(None, (self._when(row), row.get("location"), repeats, name)))
        alone = f"/{row['recurrence_id']}" if row.get("recurrence_id") else ""
        return Listed(f"{calendar}/{uid_of(row)}{alone}", str(row.get("summary") or ""), about)

    def _when(self, row: Body) -> str:
        """Return when an event is, as short as it can be said: the last day of days included."""
        start, end = self._at(row, "start"), self._at(row, "end")
        if is_day(row["start"]):
            last = end - _DAY
            return f"{start:%a %Y-%m-%d}" + (f" to {last:%a %Y-%m-%d}" if last > start else "")
        until = f"-{end:%H:%M}" if start.date() == end.date() else f" to {end:%a %Y-%m-%d %H:%M}"
        return f"{start:%a %Y-%m-%d %H:%M}{until}"

    def _at(self, row: Body, key: str) -> datetime:
        return self._calendars.moment(row[key]).astimezone(self._home.config.zone)
