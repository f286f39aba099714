"""What is different, as parts of a page: what was and what is, nothing secret, never too much."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

from ..documents import Difference, Draft, changed_in, stat
from ..journal import Entry, Status

_MOST: Final = 60_000  # characters of HTML, and one line more
_LONGEST: Final = 1_000  # characters of one value
_LONGEST_NAME: Final = 200

type Hide = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Told:
    """One document, and where it differs."""

    title: str
    differences: list[Difference]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One place; what is not there is empty."""

    path: str
    old: str
    new: str

    @property
    def length(self) -> int:
        """How much of a page it takes."""
        return 120 + sum(len(escape(one)) for one in (self.path, self.old, self.new))


@dataclass(frozen=True, slots=True)
class Section:
    """A document as the page shows it."""

    title: str
    stat: str
    note: str
    lines: list[Line] = field(default_factory=list)

    @property
    def length(self) -> int:
        """How much of a page its head takes."""
        return 120 + len(escape(self.title)) + len(escape(self.note))


@dataclass(frozen=True, slots=True)
class Bounded:
    """As much as fits, and where the rest begins; 0 when there is none."""

    sections: list[Section]
    following: int


def of_entry(entry: Entry) -> Told:
    """Return what a change did to one document."""
    title = f"{entry.kind} {entry.name} ({entry.document_id or 'new'})"
    if entry.status is Status.DONE:
        return Told(title, changed_in(entry))
    problem = f": {entry.problem}" if entry.problem else ""
    return Told(title, changed_in(entry), f"{entry.status}{problem}")


def of_draft(draft: Draft) -> Told:
    """Return what is going to happen to one document."""
    what = "remove" if draft.after is None else "change" if draft.before else "create"
    return Told(f"{what} {draft.kind} {draft.name} ({draft.id or 'new'})", draft.differences)


def bounded(told: Sequence[Told], start: int, hide: Hide) -> Bounded:
    """Return the sections from the line with that number on, as far as a page goes."""
    sections: list[Section] = []
    left, last = _MOST, None
    for number, (one, difference) in enumerate(_lines(told)):
        if number < start:
            continue
        if left <= 0:
            return Bounded(sections, number)
        if one is not last:
            sections.append(_section(one, hide))
            left, last = left - sections[-1].length, one
        if difference is not None:
            line = _line(difference, hide)
            sections[-1].lines.append(line)
            left -= line.length
    return Bounded(sections, 0)


def _lines(told: Iterable[Told]) -> Iterator[tuple[Told, Difference | None]]:
    """Yield each place with its document; a document without any counts for one."""
    for one in told:
        yield from ((one, difference) for difference in one.differences)
        if not one.differences:
            yield one, None


def _section(told: Told, hide: Hide) -> Section:
    title, note = (cut(hide(one), _LONGEST_NAME) for one in (told.title, told.note))
    return Section(title, stat(told.differences), note)


def _line(difference: Difference, hide: Hide) -> Line:
    old, new = difference.sides(hide, _LONGEST)
    return Line(cut(hide(difference.path), _LONGEST_NAME), old, new)


def cut(text: str, longest: int) -> str:
    """Return a text that is no longer, and shows where it was cut."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
