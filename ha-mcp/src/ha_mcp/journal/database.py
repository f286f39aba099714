"""The file of the journal: SQLite in WAL mode, one connection, one statement at a time.

SQLite blocks, so everything runs in a thread. Each transaction is on the disk when it returns.
"""

import asyncio
import importlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..problems import Unreachable

if TYPE_CHECKING:
    import sqlite3

type Connection = sqlite3.Connection

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS change (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    client TEXT NOT NULL,
    verb TEXT NOT NULL,
    why TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS change_at ON change (at);
CREATE TABLE IF NOT EXISTS body (hash TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS entry (
    change INTEGER NOT NULL REFERENCES change ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    document TEXT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    before TEXT REFERENCES body,
    after TEXT REFERENCES body,
    problem TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (change, position)
);
CREATE INDEX IF NOT EXISTS entry_document ON entry (kind, document);
CREATE INDEX IF NOT EXISTS entry_before ON entry (before);
CREATE INDEX IF NOT EXISTS entry_after ON entry (after);
CREATE TABLE IF NOT EXISTS undo (
    change INTEGER NOT NULL REFERENCES change ON DELETE CASCADE,
    undoes INTEGER NOT NULL REFERENCES change ON DELETE CASCADE,
    PRIMARY KEY (change, undoes)
);
CREATE INDEX IF NOT EXISTS undo_undoes ON undo (undoes);
CREATE TABLE IF NOT EXISTS preview (
    id TEXT PRIMARY KEY,
    at REAL NOT NULL,
    client TEXT NOT NULL,
    data BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS became (
    kind TEXT NOT NULL,
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    PRIMARY KEY (kind, old)
);
"""
_BUSY: Final = 5.0  # seconds to wait for another process on the same file


class Unwritable(Unreachable):
    """The journal cannot be used, so nothing is written to Home Assistant either."""


class Database:
    """One SQLite file; ``read`` and ``write`` run a function on its connection."""

    def __init__(
        self, file: Path, schema: str = _SCHEMA, called: str = "journal of changes"
    ) -> None:
        """Take the file; it is made, and its folder, when first used."""
        self._file = file
        self._schema = schema
        self._called = called
        self._connection: Connection | None = None
        self._thread = ThreadPoolExecutor(1, "journal")  # one writer: what comes first is first

    async def read[T](self, ask: Callable[[Connection], T]) -> T:
        """Return what a function finds."""
        return await self._run(ask)

    async def write[T](self, change: Callable[[Connection], T]) -> T:
        """Run a function in one transaction that is on the disk afterwards; raises Unwritable."""

        def transact(connection: Connection) -> T:
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                return change(connection)

        return await self._run(transact)

    async def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            await self._in_thread(self._connection.close)
            self._connection = None
        self._thread.shutdown()

    async def _run[T](self, work: Callable[[Connection], T]) -> T:
        return await self._in_thread(partial(self._guarded, work))

    async def _in_thread[T](self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _guarded[T](self, work: Callable[[Connection], T]) -> T:
        try:
            if self._connection is None:
                self._connection = _opened(self._file, self._schema)
            return work(self._connection)
        except (_sqlite().Error, OSError) as err:
            raise Unwritable(
                f"The {self._called} cannot be used ({err}), so nothing was changed",
                hint="The disk may be full: make room, then repeat the call",
            ) from err


def _opened(file: Path, schema: str) -> Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    connection: Connection = _sqlite().connect(
        file, timeout=_BUSY, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # acknowledged is safe from a power cut
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(schema)
    except _sqlite().Error:
        connection.close()
        raise
    return connection


def _sqlite() -> Any:
    """Return SQLite, loaded when a file is first used: a home that is only read needs none."""
    return importlib.import_module("sqlite3")
