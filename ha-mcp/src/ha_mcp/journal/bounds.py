"""Keep the journal small: by age, by number and by size, the oldest go first."""

from dataclasses import dataclass

from .database import Connection

_DAY = 86_400.0
_MOST_BECAME = 10_000  # ids that documents had before
_SHARE = 0.1  # of the changes, dropped at once when the file is too large


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the journal may hold, whichever comes first."""

    days: float = 30
    changes: int = 50_000
    bytes: int = 200 * 1024 * 1024


def prune(connection: Connection, bounds: Bounds, now: float) -> None:
    """Drop the changes beyond the bounds, and the images that only they used."""
    connection.execute("DELETE FROM change WHERE at < ?", (now - bounds.days * _DAY,))
    connection.execute(
        "DELETE FROM change WHERE number <= (SELECT max(number) FROM change) - ?",
        (bounds.changes,),
    )
    connection.execute(
        "DELETE FROM became WHERE rowid <= (SELECT max(rowid) FROM became) - ?", (_MOST_BECAME,)
    )
    _drop_unused(connection)
    while _used(connection) > bounds.bytes and (count := _count(connection)):
        connection.execute(
            "DELETE FROM change WHERE number IN"
            " (SELECT number FROM change ORDER BY number LIMIT ?)",
            (max(1, int(count * _SHARE)),),
        )
        _drop_unused(connection)


def _drop_unused(connection: Connection) -> None:
    connection.execute(
        "DELETE FROM body WHERE NOT EXISTS (SELECT 1 FROM entry WHERE entry.before = body.hash)"
        " AND NOT EXISTS (SELECT 1 FROM entry WHERE entry.after = body.hash)"
    )


def _count(connection: Connection) -> int:
    count: int = connection.execute("SELECT count(*) FROM change").fetchone()[0]
    return count


def _used(connection: Connection) -> int:
    """Return the bytes in use; pages that are free are used again before the file grows."""
    pages, free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    used: int = (pages - free) * size
    return used
