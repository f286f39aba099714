"""How recorded history reads: a line for each subject, then rows."""

from collections.abc import Iterator, Mapping, Sequence

from ...home import Recorded, Row, Summary, used
from ...toolkit import Answer, Table

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_PERIOD_FORMS = {"day": "%Y-%m-%d", "week": "%Y-%m-%d", "month": "%Y-%m"}
_MAYBE = "new, or left out of the recorder"
_MOST_NAMED = 10
_TO_THE_MINUTE = "%Y-%m-%d %H:%M"
_TO_THE_SECOND = "%Y-%m-%d %H:%M:%S"


def told_summaries(recorded: Recorded) -> Iterator[Answer]:
    """Say what was looked at, and each subject over the whole stretch."""
    yield _looked_at(recorded)
    if kept := [one for one in recorded.summaries if not one.empty]:
        yield _summaries(recorded, kept)
    yield from _sentences(recorded)


def told_rows(recorded: Recorded, begin: int, limit: int, mark: str) -> Answer:
    """Return one page of the rows, newest first."""
    if not recorded.rows:
        return ""
    alone = len(recorded.summaries) == 1
    page = recorded.rows[begin : begin + limit]
    return Table(
        ("name", "time", "state", "mean", "min", "max", "change", "cause"),
        [_row(recorded, row, alone=alone) for row in page],
        total=len(recorded.rows),
        start=begin,
        mark=mark,
    )


def _looked_at(recorded: Recorded) -> str:
    sources = " and ".join(sorted(recorded.sources))
    by = f" by {recorded.period}" if recorded.period else ""
    compared = f", compared with the time {recorded.before}" if recorded.before else ""
    top = f", the top {len(recorded.summaries)} of {recorded.of}" if recorded.of else ""
    return f"{sources}{by} {recorded.span}{compared}{top}".capitalize()


def _summaries(recorded: Recorded, kept: Sequence[Summary]) -> Table:
    return Table(
        (
            "name", "id", "as", "unit", "from", "to", "mean", "min", "max", "change", "changes",
            "time", "before", "difference",
        ),
        [_summary(one, compared=recorded.before is not None) for one in kept],
        lead="Over the whole time:",
    )  # fmt: skip


def _summary(one: Summary, *, compared: bool) -> tuple[object, ...]:
    before, difference = _compared(one) if compared else (None, None)
    return (
        one.subject.name, one.subject.id, one.subject.role, one.subject.unit,
        one.first, one.last,
        _figure(one.mean), _figure(one.low), _figure(one.high), _figure(one.change),
        one.changes, _spent(one.spent), before, difference,
    )  # fmt: skip


def _compared(one: Summary) -> tuple[str | None, str | None]:
    """Return what it was before, and the difference: of what people compare of it."""
    before = one.previous
    if before is None:
        return None, None
    if one.change is not None and before.change is not None:
        return _difference(one.change, before.change)
    if one.mean is not None and before.mean is not None:
        return _difference(one.mean, before.mean)
    if state := one.active or before.active:
        now, then = one.spent.get(state, 0.0), before.spent.get(state, 0.0)
        sign = "+" if now >= then else "-"
        return f"{state} {_length(then)}", f"{sign}{_length(abs(now - then))}"
    return _difference(float(one.changes or 0), float(before.changes or 0))


def _difference(now: float, then: float) -> tuple[str, str]:
    share = f" ({(now - then) / abs(then):+.0%})" if then else ""
    sign = "+" if now >= then else ""
    return _figure(then) or "", f"{sign}{_figure(now - then)}{share}"


def _sentences(recorded: Recorded) -> Iterator[str]:
    silent: dict[str, list[str]] = {}
    for one in recorded.summaries:
        if one.empty:
            silent.setdefault(one.why_empty or _MAYBE, []).append(one.subject.id)
    for why, ids in silent.items():
        yield f"Nothing is recorded of {_named(ids)} {recorded.span}: {why}"
    home = used(recorded.summaries)
    if home is not None:
        yield f"The home used {_figure(home)} kWh: what came in minus what went out"
    yield from recorded.notes
    still = [one.subject.id for one in recorded.summaries if one.changes == 0 and not one.empty]
    if still and not recorded.rows:
        yield f"0 changes of {_named(still)} {recorded.span}"
    if recorded.rows:
        yield "Newest first:"


def _named(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
    return ", ".join(ids[:_MOST_NAMED]) + more


def _row(recorded: Recorded, row: Row, *, alone: bool) -> tuple[object, ...]:
    form = _PERIOD_FORMS.get(recorded.period or "", _TO_THE_MINUTE)
    if row.state is not None:
        form = _TO_THE_SECOND
    return (
        None if alone else row.subject.name, recorded.span.shown(row.at, form), row.state,
        _figure(row.mean), _figure(row.low), _figure(row.high), _figure(row.change),
        row.cause,
    )  # fmt: skip


def _spent(spent: Mapping[str, float]) -> str:
    return " ".join(f"{state} {_length(seconds)}" for state, seconds in spent.items())


def _length(seconds: float) -> str:
    """Return a length of time in its two largest units."""
    left, parts = round(seconds), []
    for unit, size in (("d", _DAY), ("h", _HOUR), ("min", _MINUTE), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def _figure(value: float | None) -> str | None:
    """Return a number with as many digits as say something."""
    if value is None:
        return None
    digits = 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 4
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
