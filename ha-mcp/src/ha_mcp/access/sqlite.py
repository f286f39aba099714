"""Records in one SQLite file: for one process, and for several on one machine."""

import asyncio
import importlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .records import StoreAway

if TYPE_CHECKING:
    import sqlite3

type Connection = sqlite3.Connection

FILE: Final = "access.db"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS record (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL,
    expires REAL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS record_expires ON record (expires) WHERE expires IS NOT NULL;
"""
_GET: Final = "SELECT value FROM record WHERE kind = ? AND key = ? AND ifnull(expires, 1e12) > ?"
_ALL: Final = "SELECT key, value FROM record WHERE kind = ? AND ifnull(expires, 1e12) > ?"
# An expired record that was not cleared away yet makes room.
_ADD: Final = (
    "INSERT INTO record VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
    " SET value = excluded.value, expires = excluded.expires WHERE expires <= ? RETURNING 1"
)
_PUT: Final = "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?)"
_SWAP: Final = (
    "UPDATE record SET value = ?, expires = ifnull(?, expires)"
    " WHERE kind = ? AND key = ? AND ifnull(expires, 1e12) > ? AND value = ? RETURNING 1"
)
_EXTEND: Final = (
    "UPDATE record SET expires = ? WHERE kind = ? AND key = ? AND ifnull(expires, 1e12) > ?"
    " RETURNING 1"
)
_REMOVE: Final = (
    "DELETE FROM record WHERE kind = ? AND key = ? AND ifnull(expires, 1e12) > ? RETURNING 1"
)
_CLEAR: Final = "DELETE FROM record WHERE kind = ?"
_BUSY: Final = 2.0  # seconds to wait for another process; clients wait 10 for the whole answer
_PRUNE_EVERY: Final = 60.0  # seconds


class SqliteRecords:
    """SQLite blocks, so everything runs in a thread, one statement after the other.

    What was written is on the disk when it returns: a client that was given a new refresh token
    has forgotten the old one, so a power cut must not make us forget the new one.
    """

    def __init__(self, file: Path, now: Callable[[], float] = time.time) -> None:
        """Take the file; it is made, and its folder, when first used."""
        self._file = file
        self._now = now
        self._connection: Connection | None = None
        self._thread = ThreadPoolExecutor(1, "access")
        self._pruned = 0.0

    async def get(self, kind: str, key: str) -> bytes | None:
        """Return a record."""
        rows = await self._run(_GET, kind, key, self._now())
        return rows[0][0] if rows else None

    async def all(self, kind: str) -> dict[str, bytes]:
        """Return every record of a kind by its key."""
        return dict(await self._run(_ALL, kind, self._now()))

    async def add(self, kind: str, key: str, value: bytes, expires: float | None = None) -> bool:
        """Add a record unless there is one, and say whether it was added."""
        await self._prune()
        return bool(await self._run(_ADD, kind, key, value, expires, self._now()))

    async def put(self, kind: str, key: str, value: bytes, expires: float | None = None) -> None:
        """Add a record or replace it."""
        await self._run(_PUT, kind, key, value, expires)

    async def swap(
        self, kind: str, key: str, old: bytes, new: bytes, expires: float | None = None
    ) -> bool:
        """Replace the value of a record if it is still the old one, and say whether it was."""
        return bool(await self._run(_SWAP, new, expires, kind, key, self._now(), old))

    async def extend(self, kind: str, key: str, expires: float | None) -> bool:
        """Let a record expire later or sooner, and say whether it is there."""
        return bool(await self._run(_EXTEND, expires, kind, key, self._now()))

    async def remove(self, kind: str, key: str) -> bool:
        """Remove a record, and say whether it was there."""
        return bool(await self._run(_REMOVE, kind, key, self._now()))

    async def clear(self, kind: str) -> None:
        """Remove every record of a kind."""
        await self._run(_CLEAR, kind)

    async def close(self) -> None:
        """Close the file."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._drop)
        self._thread.shutdown()

    async def _prune(self) -> None:
        now = self._now()
        if now - self._pruned >= _PRUNE_EVERY:
            self._pruned = now
            await self._run("DELETE FROM record WHERE expires <= ?", now)

    async def _run(self, statement: str, *values: object) -> list[Any]:
        work = partial(self._execute, statement, values)
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _execute(self, statement: str, values: tuple[object, ...]) -> list[Any]:
        try:
            if self._connection is None:
                self._connection = _opened(self._file)
            return self._connection.execute(statement, values).fetchall()
        except (_sqlite().Error, OSError) as err:
            self._drop()  # the file may be another one, or whole again, at the next try
            raise StoreAway(
                f"The store of access cannot be used ({err}), so nobody new is let in",
                hint="The disk may be full: make room, then try again",
            ) from err

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _opened(file: Path) -> Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    connection: Connection = _sqlite().connect(
        file, timeout=_BUSY, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(_SCHEMA)
    except _sqlite().Error:
        connection.close()
        raise
    return connection


def _sqlite() -> Any:
    """Return SQLite, loaded when a file is first used: a home that let nobody in needs none."""
    return importlib.import_module("sqlite3")
