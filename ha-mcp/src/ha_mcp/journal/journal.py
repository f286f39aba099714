"""The journal: an intent before each write, what became of it after, and previews for an hour."""

import secrets
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from ..problems import NotFound
from . import images
from .bounds import Bounds, prune
from .database import Connection, Database, Unwritable
from .rows import Change, Entry, Filter, Image, Intent, Status

__all__ = ["Journal", "Unwritable"]

_PREVIEW_LIVES: Final = 3600.0  # seconds
_PRUNE_EVERY: Final = 200  # changes
_LONGEST_WHY: Final = 500


class Journal:
    """What was changed in one home.

    Everything raises Unwritable when the file cannot be used; a write to Home Assistant begins
    only after its intent is on the disk.
    """

    def __init__(
        self,
        file: Path,
        bounds: Bounds | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Take the file, made at the first use."""
        self._database = Database(file)
        self._bounds = bounds or Bounds()
        self._now = now

    async def close(self) -> None:
        """Close the file."""
        await self._database.close()

    async def intend(
        self,
        client: str,
        verb: str,
        why: str,
        intents: Sequence[Intent],
        undoes: Sequence[int] = (),
    ) -> int:
        """Note what is about to happen; returns the number of the change."""

        def write(connection: Connection) -> int:
            number = connection.execute(
                "INSERT INTO change (at, client, verb, why) VALUES (?, ?, ?, ?)",
                (self._now(), client, verb, why[:_LONGEST_WHY]),
            ).lastrowid
            assert number is not None  # noqa: S101 - SQLite gives every inserted row a number
            connection.executemany(
                "INSERT INTO entry (change, position, kind, document, name, status, before, after)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (number, at, one.kind, one.document_id, one.name, Status.INTENDED,
                     images.keep(connection, one.before), images.keep(connection, one.after))
                    for at, one in enumerate(intents)
                ],
            )  # fmt: skip
            connection.executemany("INSERT INTO undo VALUES (?, ?)", [(number, n) for n in undoes])
            if number % _PRUNE_EVERY == 0:
                prune(connection, self._bounds, self._now())
            return number

        return await self._database.write(write)

    async def done(
        self,
        number: int,
        position: int,
        document_id: str,
        name: str,
        after: Image | None,
        *,
        as_intended: bool = False,
    ) -> None:
        """Note that one entry was applied, and what is there now.

        What is there exactly ``as_intended`` is kept already.
        """

        def write(connection: Connection) -> None:
            (kind, old, intended) = connection.execute(
                "SELECT kind, document, after FROM entry WHERE change = ? AND position = ?",
                (number, position),
            ).fetchone()
            key = intended if as_intended else images.keep(connection, after)
            connection.execute(
                "UPDATE entry SET status = ?, document = ?, name = ?, after = ?"
                " WHERE change = ? AND position = ?",
                (Status.DONE, document_id, name, key, number, position),
            )
            if old and document_id != old:
                connection.execute(
                    "INSERT OR REPLACE INTO became VALUES (?, ?, ?)", (kind, old, document_id)
                )

        await self._database.write(write)

    async def failed(self, number: int, position: int, problem: str) -> None:
        """Note that one entry was refused: nothing changed."""
        await self._database.write(
            lambda connection: connection.execute(
                "UPDATE entry SET status = ?, problem = ? WHERE change = ? AND position = ?",
                (Status.FAILED, problem, number, position),
            )
        )

    async def withdraw(self, number: int) -> None:
        """Forget an intent that came to nothing; what was done or refused stays."""
        await self._database.write(
            lambda connection: connection.execute(
                "DELETE FROM change WHERE number = ? AND NOT EXISTS"
                " (SELECT 1 FROM entry WHERE change = number AND status != ?)",
                (number, Status.INTENDED),
            )
        )

    async def became(self) -> list[tuple[str, str, str]]:
        """Return kind, old and new id of the documents that were made anew under another one."""
        return await self._database.read(
            lambda connection: connection.execute(
                "SELECT kind, old, new FROM became ORDER BY rowid"
            ).fetchall()
        )

    async def last_known(self, kind: str, document_id: str) -> Image | None:
        """Return the image of a document after the last write to it."""

        def ask(connection: Connection) -> Image | None:
            row = connection.execute(
                "SELECT after FROM entry WHERE kind = ? AND document = ? AND status = ?"
                " AND after IS NOT NULL ORDER BY change DESC, position DESC LIMIT 1",
                (kind, document_id, Status.DONE),
            ).fetchone()
            return images.load(connection, row[0]) if row else None

        return await self._database.read(ask)

    async def change(self, number: int) -> Change:
        """Return one change with its images; raises NotFound."""

        def ask(connection: Connection) -> Change:
            row = connection.execute(_CHANGES + " WHERE number = ?", (number,)).fetchone()
            if row is None:
                raise NotFound(
                    f"There is no change c{number} in the journal",
                    hint="The journal keeps changes for 30 days",
                    what="change",
                    which=f"c{number}",
                )
            return _change(connection, row, with_images=True)

        return await self._database.read(ask)

    async def changes(self, wanted: Filter, start: int, limit: int) -> tuple[list[Change], int]:
        """Return a page of changes without images, newest first, and how many there are."""
        where, values = _conditions(wanted)

        def ask(connection: Connection) -> tuple[list[Change], int]:
            total = connection.execute(_COUNT + where, values).fetchone()[0]
            rows = connection.execute(
                _CHANGES + where + " ORDER BY number DESC LIMIT ? OFFSET ?",
                (*values, limit, start),
            ).fetchall()
            return [_change(connection, row, with_images=False) for row in rows], total

        return await self._database.read(ask)

    async def seen(self, most: int) -> tuple[list[str], list[str]]:
        """Return the kinds there are changes of, and who made any, the latest of them first."""

        def ask(connection: Connection) -> tuple[list[str], list[str]]:
            kinds = connection.execute(
                "SELECT DISTINCT kind FROM entry ORDER BY kind LIMIT ?", (most,)
            )
            clients = connection.execute(
                "SELECT client FROM change GROUP BY client ORDER BY max(number) DESC LIMIT ?",
                (most,),
            )
            return [one for (one,) in kinds], [one for (one,) in clients]

        return await self._database.read(ask)

    async def keep_preview(self, client: str, plan: Any) -> str:
        """Keep a plan for an hour; returns the id it can be applied by."""
        preview_id = f"p{secrets.token_hex(4)}"
        data = zlib.compress(orjson.dumps(plan))

        def write(connection: Connection) -> None:
            connection.execute("DELETE FROM preview WHERE at < ?", (self._now() - _PREVIEW_LIVES,))
            connection.execute(
                "INSERT INTO preview VALUES (?, ?, ?, ?)", (preview_id, self._now(), client, data)
            )

        await self._database.write(write)
        return preview_id

    async def preview(self, client: str, preview_id: str) -> Any:
        """Return the plan of a preview of this client; raises NotFound when it is too old."""
        row = await self._database.read(
            lambda connection: connection.execute(
                "SELECT data FROM preview WHERE id = ? AND client = ? AND at >= ?",
                (preview_id, client, self._now() - _PREVIEW_LIVES),
            ).fetchone()
        )
        if row is None:
            raise NotFound(
                f"There is no preview {preview_id!r} of this client",
                hint="Previews are kept for an hour: make a new one with preview: true",
                what="preview",
                which=preview_id,
            )
        return orjson.loads(zlib.decompress(row[0]))

    async def drop_preview(self, preview_id: str) -> None:
        """Forget a preview: it is applied once."""
        await self._database.write(
            lambda connection: connection.execute("DELETE FROM preview WHERE id = ?", (preview_id,))
        )


_CHANGES: Final = "SELECT number, at, client, verb, why FROM change"
_UNDOING: Final = (
    "SELECT DISTINCT undo.change FROM undo JOIN entry ON entry.change = undo.change"
    " WHERE undo.undoes = ? AND entry.status = 'done' ORDER BY undo.change DESC"
)
_COUNT: Final = "SELECT count(*) FROM change"


def _conditions(wanted: Filter) -> tuple[str, tuple[Any, ...]]:
    conditions = {
        "number IN (SELECT change FROM entry WHERE kind = ?)": wanted.kind,
        "client = ?": wanted.client,
        "at >= ?": wanted.since,
        "at <= ?": wanted.until,
    }
    given = {text: value for text, value in conditions.items() if value is not None}
    return (f" WHERE {' AND '.join(given)}" if given else ""), tuple(given.values())


def _change(connection: Connection, row: tuple[Any, ...], *, with_images: bool) -> Change:
    number, at, client, verb, why = row
    entries = connection.execute(
        "SELECT kind, document, name, status, before, after, problem FROM entry"
        " WHERE change = ? ORDER BY position",
        (number,),
    ).fetchall()
    undoes = connection.execute("SELECT undoes FROM undo WHERE change = ?", (number,)).fetchall()
    undone_by = _undone_by(connection, number)

    def image(key: str | None) -> Image | None:
        if with_images:
            return images.load(connection, key)
        return None if key is None else {}

    return Change(
        number, at, client, verb, why, tuple(one for (one,) in undoes), undone_by,
        tuple(
            Entry(kind, document, name, Status(status), image(before), image(after), problem)
            for kind, document, name, status, before, after, problem in entries
        ),
    )  # fmt: skip


def _undone_by(connection: Connection, number: int) -> int | None:
    """Return what took a change back and is in force: an undo can be taken back itself."""
    undoing = connection.execute(_UNDOING, (number,)).fetchall()
    return next((one for (one,) in undoing if _undone_by(connection, one) is None), None)
