"""What a tool returns and how it becomes the text a model reads.

A tool returns text, a Table, a Picture, anything JSON can hold, or a list of those (the last as
a tuple). Text is bounded here, once: 10 kB unless the tool says otherwise, 60 kB at most.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from .cursors import cursor_at

HARD_CEILING: Final = 60_000
_LONGEST_CELL = 400
_NOTHING: Final[tuple[Any, ...]] = (None, "", (), [])
_CONTROLS = dict.fromkeys(
    [
        *range(32),  # C0, line breaks included
        *range(127, 160),  # DEL and C1
        *(0x200B, 0x200E, 0x200F, 0xFEFF),  # invisible
        *range(0x2028, 0x202F),  # line breaks again, and text that runs the other way
        *range(0x2066, 0x206A),
    ],
    " ",
)
_CUT = "… cut at {ceiling} bytes: ask for less (fewer ids, a filter, a path)"


@dataclass(frozen=True, slots=True)
class Table:
    """A page of a list: rows, how many there are in all, and where the page begins.

    ``mark`` (see ``fingerprint``) makes the cursor of the next page; without it nothing is said
    of a next page. ``lead`` replaces the counted header ("0 of 9 windows open"); ``note`` follows
    the rows.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    total: int | None = None
    start: int = 0
    mark: str | None = None
    lead: str | None = None
    note: str | None = None

    def text(self, ceiling: int) -> str:
        """Return the table, its rows cut where the ceiling is."""
        columns = self._used()
        lines = [",".join(self.columns[at] for at in columns)]
        room = ceiling - len((self.note or "").encode()) - 300  # for the header and this line
        for row in self.rows:
            line = ",".join(_cell(row[at]) for at in columns)
            room -= len(line.encode()) + 1
            if room < 0 and len(lines) > 1:
                break
            lines.append(line)
        shown = len(lines) - 1
        parts = [self._head(shown), *(lines if shown else []), self.note]
        return "\n".join(part for part in parts if part)

    def _head(self, shown: int) -> str:
        total = self.start + len(self.rows) if self.total is None else self.total
        end = self.start + shown
        counted = f"{self.start + 1}-{end}" if self.start else f"{shown}"
        head = self.lead or f"{counted} of {total}"
        if end >= total:
            return head
        if self.mark is None:
            return f"{head}, {total - end} more: narrow the question"
        return f"{head}, next: {cursor_at(end, self.mark)}"

    def _used(self) -> list[int]:
        """Leave out columns in which no row says anything."""
        return [
            at
            for at in range(len(self.columns))
            if not self.rows or any(row[at] not in _NOTHING for row in self.rows)
        ]


@dataclass(frozen=True, slots=True)
class Picture:
    """An image for the model."""

    data: bytes = field(repr=False)
    mime: str
    caption: str = ""


type Answer = str | Table | Picture | Mapping[str, Any] | list[Any] | tuple["Answer", ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call came to: text, perhaps pictures, perhaps a failure."""

    text: str
    pictures: tuple[Picture, ...] = ()
    failed: bool = False


def present(answer: Answer, ceiling: int) -> Outcome:
    """Make the text (and pictures) of an answer, within the ceiling in bytes."""
    parts = answer if isinstance(answer, tuple) else (answer,)
    pictures = tuple(part for part in parts if isinstance(part, Picture))
    room = min(ceiling, HARD_CEILING)
    texts: list[str] = []
    for part in parts:
        text = _text(part, room)
        if text:
            texts.append(text)
            room -= len(text.encode()) + 1
    return Outcome(_cut("\n".join(texts), min(ceiling, HARD_CEILING)), pictures)


def clean(text: str, longest: int = _LONGEST_CELL) -> str:
    """Return text from outside as one plain line: no control characters, bounded length."""
    line = text.translate(_CONTROLS)
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _text(part: Answer, room: int) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, Table):
        return part.text(room)
    if isinstance(part, Picture):
        return part.caption
    return orjson.dumps(_without_nulls(part), option=orjson.OPT_NON_STR_KEYS, default=str).decode()


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(one) for key, one in value.items() if one is not None}
    if isinstance(value, (list, tuple)):
        return [_without_nulls(one) for one in value]
    return value


def _cell(value: Any) -> str:
    """Return one cell: text quoted only where it would break the row."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple, set, frozenset)):
        value = " ".join(str(one) for one in value)
    text = clean(value if isinstance(value, str) else str(value))
    return '"' + text.replace('"', "'") + '"' if "," in text or '"' in text else text


def _cut(text: str, ceiling: int) -> str:
    data = text.encode()
    if len(data) <= ceiling:
        return text
    note = _CUT.format(ceiling=ceiling)
    kept = data[: ceiling - len(note.encode()) - 1].decode(errors="ignore")
    return f"{kept}\n{note}"
