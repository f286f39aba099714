"""What a series consists of, and how its rest is changed where that would lose its beginning.

A calendar keeps a series that was changed from some time on in parts with one uid. Core's own
(``ical.store`` 14.3, ``_apply_edit``) loses all others of that uid when the whole is written, or a
part from its first occurrence on, and with them what was changed alone. So that is written only
where there is nothing to lose: the later part goes, the earlier one takes its place, and is split
there anew.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ...problems import Unsupported
from ..kind import Body
from ._calendars import Calendars, uid_of
from ._occurrence import COUNT, FIRST_EVER, FOLLOWING_TOO, Occurrence

_END: Final = re.compile(r";?(?:COUNT|UNTIL)=[^;]*")
_TEXTS: Final = ("summary", "description", "location")
_OFTEN: Final = 3

type Tell = Callable[..., Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Series:
    """The occurrences of a series: those of each part, and those that were changed alone."""

    parts: tuple[tuple[Body, ...], ...]
    alone: tuple[Body, ...]

    @property
    def first(self) -> Body:
        """The occurrence with which it begins."""
        return self.parts[0][0]

    @property
    def ids(self) -> set[str]:
        """What the calendar calls the occurrences."""
        return {row["recurrence_id"] for part in self.parts for row in part}

    def begun_at(self, at: str) -> int:
        """Return which part begins there; -1 when none does."""
        begins = [part[0]["recurrence_id"] for part in self.parts]
        return begins.index(at) if at in begins else -1


async def series_of(calendars: Calendars, calendar: str, uid: str, end: datetime) -> Series:
    """Read a series from its beginning on."""
    rows = await calendars.rows(calendar, FIRST_EVER, end)
    mine = [row for row in rows if uid_of(row) == uid and row.get("recurrence_id")]
    parts: dict[str, list[Body]] = {}
    for row in mine:
        if row.get("rrule"):
            parts.setdefault(row["rrule"], []).append(row)
    alone = tuple(row for row in mine if not row.get("rrule"))
    return Series(tuple(tuple(part) for part in parts.values()), alone)


def refuse_what_loses(series: Series, one: Occurrence | None, wanted: Body, before: Body) -> None:
    """Raise Unsupported where a write of a series, or of its rest, would lose some of it."""
    if not wanted.get("rrule"):
        raise Unsupported(
            "A series does not become a single event",
            hint="Remove it, or one occurrence with all that follow, and make single events",
        )
    begun = series.begun_at(one.at) if one else 0
    if one is not None:
        _refuse_other_times(wanted, before, counts=begun > 0)
    if series.alone:
        raise Unsupported(
            "Some of this series were changed alone, which calendars lose when the rest is changed",
            hint="Change others alone, too; or remove the series, and make a new one",
        )
    if begun == 0 and len(series.parts) > 1:
        raise Unsupported(
            "This series was changed from some time on, which calendars lose when its beginning is"
            " changed",
            hint="Take that back first, or change one with all that follow: <id>/<time>/on",
        )
    if begun > 0 and not _goes_on(series, wanted["rrule"]):
        raise Unsupported(
            "The series was changed from this time on before; calendars lose what was earlier when"
            " it is changed once more",
            hint="Remove it with all that follow, and make a new series",
        )


def _refuse_other_times(wanted: Body, before: Body, *, counts: bool) -> None:
    if any(wanted[key] != before[key] for key in ("start", "end")):
        raise Unsupported(
            "An occurrence with all that follow is not moved, and stays as long as it is: its id is"
            " its time",
            hint="Remove it with all that follow, and make a new series",
        )
    if not counts and wanted["rrule"] != before.get("rrule") and COUNT.search(wanted["rrule"]):
        raise Unsupported(
            "How often the rest of a series happens is not counted anew: calendars count what was",
            hint="Say until when: UNTIL=20300401T000000 instead of COUNT",
        )


def _goes_on(series: Series, rule: str) -> bool:
    """Tell whether the earlier part, with that rule, happens when the later one did."""
    if len(series.parts) != 2:
        return False
    earlier, later = (part[0] for part in series.parts)
    return _pace(earlier) == _pace(later) and _endless(earlier["rrule"]) == _endless(rule)


def _pace(row: Body) -> tuple[str, timedelta]:
    """Return at what time of the day something is, and for how long."""
    start, end = (datetime.fromisoformat(row[key]) for key in ("start", "end"))
    return str(row["start"])[10:19], end - start


def _endless(rule: str) -> set[str]:
    return set(_END.sub("", rule).split(";"))


class Rest:
    """A later part of a series, written from its beginning on."""

    def __init__(
        self, one: Occurrence, series: Series, read: Callable[[], Awaitable[Series]], tell: Tell
    ) -> None:
        """Take which it is, what there was, and how Core is asked and told."""
        self._one = one
        self._series = series
        self._read = read
        self._tell = tell

    async def write(self, earlier: Body, wanted: Body) -> None:
        """Replace it; both are events as they are written, without a rule that stays."""
        await self._tell("delete", self._one.calendar, **self._one.address)
        if "rrule" in wanted:
            await self._go_on_so_often(earlier, wanted["rrule"])
        else:
            await self._go_on_as_often(earlier)
        if any(wanted.get(key, "") != earlier.get(key, "") for key in _TEXTS):
            event = {key: value for key, value in wanted.items() if key != "rrule"}
            await self._tell("update", self._one.calendar, **self._one.address, event=event)

    async def _go_on_as_often(self, earlier: Body) -> None:
        """Have the earlier part go on until there are those that were there, and no others."""
        rule = self._series.parts[1][0]["rrule"]
        counted = COUNT.search(rule)
        often = int(counted[1]) + len(self._series.parts[0]) if counted else 0
        more: set[str] = set()
        for _ in range(_OFTEN):
            await self._go_on(earlier | {"rrule": COUNT.sub(f"COUNT={often}", rule)})
            now = (await self._read()).ids
            more = now - self._series.ids
            missing = len(self._series.ids - now)  # COUNT counts those that were left out, too
            often += missing
            if not (counted and missing):
                break
        for at in sorted(more):
            left_out = {"uid": self._one.uid, "recurrence_id": at}
            await self._tell("delete", self._one.calendar, **left_out)

    async def _go_on_so_often(self, earlier: Body, rule: str) -> None:
        """Have the earlier part go on until as many follow as the rule says."""
        counted = COUNT.search(rule)
        wanted = int(counted[1]) if counted else 0
        often = wanted + len(self._series.parts[0])
        for _ in range(_OFTEN):
            await self._go_on(earlier | {"rrule": COUNT.sub(f"COUNT={often}", rule)})
            if not counted:
                break
            following = [at for at in (await self._read()).ids if at >= self._one.at]
            if len(following) >= wanted:
                break
            often += wanted - len(following)

    async def _go_on(self, event: Body) -> None:
        first = {"uid": self._one.uid, "recurrence_id": self._series.first["recurrence_id"]}
        await self._tell("update", self._one.calendar, **first, **FOLLOWING_TOO, event=event)
