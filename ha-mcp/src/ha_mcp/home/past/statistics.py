"""Long-term statistics: kept for ever by the hour, for some days by five minutes."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from ...problems import NotFound
from ..times import Span
from ..wire import Core
from .recorded import Period, Row, Subject, Summary
from .slices import iso

_SECONDS: Final[Mapping[Period, int]] = {
    "5minute": 300, "hour": 3600, "day": 86_400, "week": 604_800, "month": 2_592_000,
}  # fmt: skip
_BY_UNIT: Final[Mapping[str, Period]] = {
    "day": "hour", "week": "day", "month": "day", "year": "month",
}  # fmt: skip
_FEW: Final = 72  # periods that read well in one answer
_MOST: Final = 10_000  # rows of all statistics together


class Metadata(Struct, frozen=True):
    """One statistic, as ``recorder/get_statistics_metadata`` tells it."""

    statistic_id: str
    name: str | None = None
    display_unit_of_measurement: str | None = None
    has_sum: bool = False


class _Point(Struct, frozen=True, gc=False):
    start: float  # milliseconds since 1970
    mean: float | None = None
    min: float | None = None
    max: float | None = None
    change: float | None = None


class _Whole(Struct, frozen=True):
    mean: float | None = None
    min: float | None = None
    max: float | None = None
    change: float | None = None


class Statistics:
    """Reads long-term statistics; energies are in kWh."""

    def __init__(self, core: Core) -> None:
        """Take the wire."""
        self._core = core

    async def known(self, ids: Iterable[str]) -> dict[str, Metadata]:
        """Return those of these ids that have statistics."""
        wanted = list(ids)
        if not wanted:
            return {}
        rows = await self._core.fetch(
            "recorder/get_statistics_metadata", list[Metadata], statistic_ids=wanted
        )
        return {row.statistic_id: row for row in rows}

    async def missing(self, statistic_id: str) -> NotFound:
        """Return the problem that there is no such statistic, with the nearest."""
        rows = await self._core.fetch("recorder/list_statistic_ids", list[Metadata])
        return NotFound.naming("statistic", statistic_id, (row.statistic_id for row in rows))

    async def summaries(
        self, subjects: Sequence[Subject], known: Mapping[str, Metadata], span: Span
    ) -> list[Summary]:
        """Return what each amounts to between exactly these moments."""
        return await asyncio.gather(*(self._whole(one, known[one.id], span) for one in subjects))

    async def _whole(self, subject: Subject, metadata: Metadata, span: Span) -> Summary:
        whole = await self._core.fetch(
            "recorder/statistic_during_period",
            _Whole,
            statistic_id=subject.id,
            fixed_period={
                "start_time": iso(span.start.timestamp()),
                "end_time": iso(span.end.timestamp()),
            },
            types=["change"] if metadata.has_sum else ["mean", "min", "max"],
            units=_UNITS,
        )
        return Summary(subject, mean=whole.mean, low=whole.min, high=whole.max, change=whole.change)

    async def rows(self, subjects: Sequence[Subject], span: Span, period: Period) -> list[Row]:
        """Return the statistics of each period, newest first."""
        by_id = {one.id: one for one in subjects}
        if not by_id:
            return []
        found = await self._core.fetch(
            "recorder/statistics_during_period",
            dict[str, list[_Point]],
            statistic_ids=list(by_id),
            start_time=iso(span.start.timestamp()),
            end_time=iso(span.end.timestamp() - 0.001),  # an end at midnight is not the next day
            period=period,
            types=["change", "mean", "min", "max"],
            units=_UNITS,
        )
        rows = [_row(by_id[key], point) for key, points in found.items() for point in points]
        return sorted(rows, key=lambda row: row.at, reverse=True)


_UNITS: Final = {"energy": "kWh"}


def _row(subject: Subject, point: _Point) -> Row:
    return Row(
        subject, point.start / 1000,
        mean=point.mean, low=point.min, high=point.max, change=point.change,
    )  # fmt: skip


def subject_of(metadata: Metadata, name: str | None, role: str | None = None) -> Subject:
    """Return the subject of a statistic; the name is the entity's or the dashboard's."""
    unit = metadata.display_unit_of_measurement
    shown = "kWh" if unit in ("Wh", "MWh", "GWh", "kWh") else unit
    return Subject(
        metadata.statistic_id, name or metadata.name or metadata.statistic_id, shown, role
    )


def period_for(span: Span, subjects: int, wanted: Period | None) -> tuple[Period, str | None]:
    """Return the period to show, and a note when it is not the wanted one.

    Without a wish: what reads well. With one: that, unless it makes too many rows.
    """
    if wanted is None and span.unit is not None:
        return _BY_UNIT[span.unit], None
    most = _FEW if wanted is None else _MOST // max(1, subjects)
    finest = wanted or "5minute"
    usable = [
        period
        for period, seconds in _SECONDS.items()
        if seconds >= _SECONDS[finest] and span.seconds / seconds <= most
    ]
    period: Period = usable[0] if usable else "month"
    if wanted is None or period == wanted:
        return period, None
    return period, f"By {wanted} it would be too many rows: by {period}"
