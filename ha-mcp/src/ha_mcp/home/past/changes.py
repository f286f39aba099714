"""Changes of state, as the recorder keeps them for some days."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite

from msgspec import Struct

from ..states import States
from ..times import Span
from ..wire import Core
from .recorded import Read, Row, Subject, Summary
from .slices import A_MOMENT, iso, sliced

_MOST = 60_000  # changes in one answer
_NOTHING = {"unknown", "unavailable", ""}
_MOST_STATES = 6
_UNWRITTEN = 15.0  # seconds: the recorder writes every 5, and may lag


class Change(Struct, frozen=True, gc=False):
    """One row of the recorder: the state, and since when; None when the entity was removed."""

    s: str | None
    lu: float


type Series = list[Change]


class Changes:
    """Reads what states entities had."""

    def __init__(self, core: Core, states: States) -> None:
        """Take the wire and the live states, which know the seconds not recorded yet."""
        self._core = core
        self._states = states

    async def read(self, subjects: Sequence[Subject], span: Span) -> Read:
        """Return a summary for each, all changes newest first, and the stretch that was read.

        That is shorter than asked when there are too many changes: its newest part.
        """
        parts: dict[str, list[Series]] = defaultdict(list)
        since = span.end.timestamp()

        async def ask(start: float, end: float) -> tuple[dict[str, Series], int]:
            found = await self._ask(subjects, start, end)
            return found, sum(len(series) for series in found.values())

        async for part in sliced(span, ask, subjects=len(subjects), most=_MOST):
            since = part.since
            for entity_id, series in part.brought.items():
                parts[entity_id].append(_since(series, since))
        seen = Span(
            span.local(since), span.end, span.unit if since <= span.start.timestamp() else None
        )
        read = {
            one: list(self._continued(one.id, _distinct(parts[one.id]), seen)) for one in subjects
        }
        rows = [row for one, series in read.items() for row in _rows(one, series, since)]
        rows.sort(key=lambda row: row.at, reverse=True)
        return [_summary(one, series, seen) for one, series in read.items()], rows, seen

    async def _ask(
        self, subjects: Sequence[Subject], start: float, end: float
    ) -> dict[str, Series]:
        return await self._core.fetch(
            "history/history_during_period",
            dict[str, Series],
            start_time=iso(start - A_MOMENT),
            end_time=iso(end),
            entity_ids=[one.id for one in subjects],
            minimal_response=True,
            no_attributes=True,
            significant_changes_only=False,
        )

    def _continued(self, entity_id: str, series: Series, span: Span) -> Iterator[Change]:
        """Add the change of the last seconds, which the recorder has not written yet.

        What changed and came back meanwhile changed all the same. Where nothing at all is written,
        an older change is one that never will be.
        """
        yield from series
        live = self._states.get(entity_id)
        if live is None:
            return
        end = span.end.timestamp()
        written = series[-1] if series else Change(None, end - _UNWRITTEN)
        if written.lu + A_MOMENT < live.last_changed < end:
            yield Change(live.state, live.last_changed)


def _since(series: Series, start: float) -> Series:
    """Begin with the state that was at the start, wherever in the moment before it came."""
    begun = sum(1 for change in series if change.lu <= start)
    return series[max(0, begun - 1) :]


def _distinct(parts: Sequence[Series]) -> Series:
    """Join slices (newest first) and keep the rows that begin a state.

    Each slice begins with the state it found, and attributes alone change rows of some domains.
    """
    kept: Series = []
    for series in reversed(parts):
        for change in series:
            if not kept or kept[-1].s != change.s:
                kept.append(change)
    return kept


def _rows(subject: Subject, series: Series, since: float) -> Iterator[Row]:
    """Return the changes; what was so at the start already is none."""
    return (Row(subject, one.lu, one.s or "removed") for one in series if one.lu > since)


def _summary(subject: Subject, series: Series, span: Span) -> Summary:
    if not series:
        return Summary(subject, changes=0)
    spent = _spent(series, span)
    numbers = _numbers(series)
    changes = sum(1 for one in series if one.lu > span.start.timestamp())
    first, last = series[0].s or "removed", series[-1].s or "removed"
    if numbers is None:
        return Summary(subject, first, last, changes=changes, spent=spent)
    return Summary(
        subject, first, last,
        mean=_mean(series, span), low=min(numbers), high=max(numbers), changes=changes,
        spent={state: seconds for state, seconds in spent.items() if state in _NOTHING},
    )  # fmt: skip


def _lengths(series: Series, span: Span) -> Iterator[tuple[str, float]]:
    """Return each state with the seconds it lasted."""
    ends = [one.lu for one in series[1:]] + [span.end.timestamp()]
    start = span.start.timestamp()
    for change, end in zip(series, ends, strict=True):
        yield change.s or "", max(0.0, end - max(start, change.lu))


def _spent(series: Series, span: Span) -> Mapping[str, float]:
    total: dict[str, float] = defaultdict(float)
    for state, seconds in _lengths(series, span):
        total[state] += seconds
    longest = sorted(total.items(), key=lambda item: item[1], reverse=True)
    return dict(longest[:_MOST_STATES])


def _numbers(series: Series) -> list[float] | None:
    """Return the values of a series that is about numbers; None for any other."""
    known = [one.s for one in series if one.s is not None and one.s not in _NOTHING]
    numbers = [number for number in map(_number, known) if number is not None]
    return numbers if numbers and len(numbers) == len(known) else None


def _number(state: str) -> float | None:
    try:
        number = float(state)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _mean(series: Series, span: Span) -> float | None:
    """Weigh each value by how long it lasted."""
    weighed = [
        (number, seconds)
        for state, seconds in _lengths(series, span)
        if (number := _number(state)) is not None
    ]
    total = sum(seconds for _, seconds in weighed)
    return sum(number * seconds for number, seconds in weighed) / total if total else None
