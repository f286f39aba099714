"""What the owner wants assistants to know: notes, in a file of their own beside the journal.

The journal forgets after a while, notes stay. Their earlier versions are in the journal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from ..problems import Conflict, NotFound
from .database import Connection, Database

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS note (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    body TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class Note:
    """One note."""

    number: int
    version: int  # how often it was written
    body: Mapping[str, Any]


class Notes:
    """The notes of one home; everything raises Unwritable when the file cannot be used."""

    def __init__(self, file: Path) -> None:
        """Take the file, made at the first use."""
        self._file = file
        self._database = Database(file, _SCHEMA, "notes")

    async def close(self) -> None:
        """Close the file."""
        await self._database.close()

    async def all(self) -> Sequence[Note]:
        """Return every note, the oldest first.

        Without a file there is none: most homes never open it, though every look asks.
        """
        if not self._file.exists():
            return ()
        return await self._database.read(
            lambda connection: [
                _note(row) for row in connection.execute(f"{_SELECT} ORDER BY number")
            ]
        )

    async def get(self, number: int) -> Note:
        """Return one; raises NotFound."""
        row = await self._database.read(
            lambda connection: connection.execute(
                f"{_SELECT} WHERE number = ?", (number,)
            ).fetchone()
        )
        if row is None:
            raise NotFound(f"There is no note n{number}", what="note", which=f"n{number}")
        return _note(row)

    async def add(self, body: Mapping[str, Any], number: int | None = None) -> int:
        """Keep a new one, under its number when that is given; raises Conflict when it is taken."""

        def insert(connection: Connection) -> int:
            row = connection.execute(
                "INSERT OR IGNORE INTO note (number, version, body) VALUES (?, 1, ?)"
                " RETURNING number",
                (number, orjson.dumps(body)),
            ).fetchone()
            if row is None:
                raise Conflict(f"There is a note n{number} already", what="note")
            return int(row[0])

        return await self._database.write(insert)

    async def put(self, number: int, body: Mapping[str, Any]) -> None:
        """Replace one; raises NotFound."""
        await self._one(
            "UPDATE note SET body = ?, version = version + 1 WHERE number = ?",
            (orjson.dumps(body), number),
            number,
        )

    async def drop(self, number: int) -> None:
        """Remove one; raises NotFound."""
        await self._one("DELETE FROM note WHERE number = ?", (number,), number)

    async def _one(self, statement: str, values: tuple[Any, ...], number: int) -> None:
        count = await self._database.write(
            lambda connection: connection.execute(statement, values).rowcount
        )
        if count == 0:
            raise NotFound(f"There is no note n{number}", what="note", which=f"n{number}")


_SELECT: Final = "SELECT number, version, body FROM note"


def _note(row: tuple[int, int, bytes]) -> Note:
    return Note(row[0], row[1], orjson.loads(row[2]))
