"""Changes as text on a terminal."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from ..documents import changed_in, stat, told
from ..journal import Change, Entry

_MOST_LINES: Final = 10_000


def in_lines(changes: Iterable[Change], total: int) -> str:
    """Return a line for each change, and how many there are when some are left out."""
    lines = [_line(one) for one in changes]
    if len(lines) < total:
        lines.append(f"the newest {len(lines)} of {total}")
    return "".join(f"{one}\n" for one in lines) or "nothing was changed\n"


def in_full(change: Change) -> str:
    """Return one change with every difference, codes and passwords left out."""
    lines = [_line(change)]
    for entry in change.entries:
        found = changed_in(entry)
        lines += [f"{_name(entry)}: {stat(found)}", *told(found, _MOST_LINES).splitlines()]
    return "".join(f"{clean(one)}\n" for one in lines)


def clean(text: str) -> str:
    """Return a text that cannot steer a terminal."""
    return "".join(one if one.isprintable() else " " for one in text)


def _line(change: Change) -> str:
    first = change.entries[0] if change.entries else None
    more = f" and {len(change.entries) - 1} more" if len(change.entries) > 1 else ""
    parts = [
        change.id,
        f"{datetime.fromtimestamp(change.at, UTC).astimezone():%a %Y-%m-%d %H:%M:%S}",
        change.what,
        f"{_name(first)}{more}" if first else "",
        f"by {change.client}",
        f"because: {change.why}" if change.why else "",
        (f"[{change.outcome}]" if change.outcome else ""),
    ]
    return clean("  ".join(one for one in parts if one))


def _name(entry: Entry) -> str:
    return f"{entry.kind} {entry.name} ({entry.document_id or 'new'})"
