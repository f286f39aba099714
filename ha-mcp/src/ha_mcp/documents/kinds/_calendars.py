"""What calendars tell: the events of a time, every occurrence of a series."""

from datetime import datetime
from typing import Final

from ...home import Home
from ..kind import Body

_TIMES: Final = ("start", "end")


class Calendars:
    """The calendars of a home."""

    def __init__(self, home: Home) -> None:
        """Take the home."""
        self._home = home

    @property
    def entity_ids(self) -> list[str]:
        """All of them."""
        return [one.entity_id for one in self._home.states if one.domain == "calendar"]

    async def rows(self, calendar: str, start: datetime, end: datetime) -> list[Body]:
        """Return every event of a time, its start and end as plain texts."""
        rows: list[Body] = await self._home.rest.get_json(
            f"calendars/{calendar}", start=start.isoformat(), end=end.isoformat()
        )
        return [
            {key: value for key, value in row.items() if value is not None}
            | {key: next(iter(row[key].values())) for key in _TIMES}
            for row in rows
        ]

    async def series(self, calendar: str, start: datetime, end: datetime) -> dict[str, Body]:
        """Return the events of a time by uid, of a series the first one."""
        found: dict[str, Body] = {}
        for row in await self.rows(calendar, start, end):
            uid = uid_of(row)
            if uid not in found or (row.get("rrule") and not found[uid].get("rrule")):
                found[uid] = row
        return found

    def moment(self, text: str) -> datetime:
        """Return when something is; a day begins when it does at home."""
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=self._home.config.zone)


def uid_of(row: Body) -> str:
    """Return what a calendar calls an event; its start, where it has no name for it."""
    return str(row.get("uid") or f"@{row['start']}")
