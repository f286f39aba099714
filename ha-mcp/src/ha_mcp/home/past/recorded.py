"""What was recorded, in the shapes every source of history answers in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ..times import Span

type Source = Literal["states", "statistics", "logbook"]
type Period = Literal["5minute", "hour", "day", "week", "month"]

# The state whose length people compare: how long was it on, how long were they home.
_ACTIVE = ("on", "open", "unlocked", "home", "playing", "cleaning", "heating", "cooling")


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what a history is about: an entity, or a statistic that has none."""

    id: str
    name: str
    unit: str | None = None
    role: str | None = None  # in the energy dashboard


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a change of state, the statistics of one period, or an entry of the logbook."""

    subject: Subject
    at: float  # seconds since 1970
    state: str | None = None
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    change: float | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """One subject over the whole stretch; None where it does not apply or is not known."""

    subject: Subject
    first: str | None = None  # the state at the start, and at the end
    last: str | None = None
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    change: float | None = None  # of a meter
    changes: int | None = None  # of state, or entries of the logbook
    spent: Mapping[str, float] = field(default_factory=dict)  # seconds by state, longest first
    why_empty: str | None = None
    previous: "Summary | None" = None

    @property
    def empty(self) -> bool:
        """Whether nothing at all is known of it."""
        return self.mean is None and self.change is None and not self.changes and self.first is None

    @property
    def weight(self) -> float:
        """How much it counts in a ranking: consumption, else changes, else the mean."""
        figures = (self.change, self.changes, self.mean)
        return next((abs(figure) for figure in figures if figure is not None), 0.0)

    @property
    def active(self) -> str | None:
        """The state whose length is compared, if it has such a state."""
        return next((state for state in _ACTIVE if state in self.spent), None)


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answer to a question about the past; rows are newest first."""

    span: Span
    summaries: Sequence[Summary]
    rows: Sequence[Row]
    sources: frozenset[Source]
    period: Period | None = None
    before: Span | None = None  # what it was compared with
    of: int | None = None  # how many there were before only the top ones were kept
    notes: Sequence[str] = ()


type Read = tuple[list[Summary], list[Row], Span]  # newest first, and the stretch that was read
