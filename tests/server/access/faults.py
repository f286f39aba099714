"""Stores that cannot be used: locked by another, full, gone, or no store any more."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from ha_mcp.access import sqlite
from ha_mcp.access.records import StoreAway
from ha_mcp.access.sqlite import SqliteRecords


class Breakable(SqliteRecords):
    """A true store, on a disk that can have no more room."""

    pages: int | None = None

    def __init__(self, folder: Path, now: Callable[[], float]) -> None:
        """Take the folder."""
        super().__init__(folder / "access.db", now)
        self.file = folder / "access.db"

    def _execute(self, statement: str, values: tuple[object, ...]) -> list[Any]:
        if self.pages is not None:
            self._connection = self._connection or sqlite._opened(self.file)
            self._connection.execute(f"PRAGMA max_page_count = {self.pages}")
        return super()._execute(statement, values)


type Fault = Callable[[Breakable], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def locked(records: Breakable) -> AsyncIterator[None]:
    """Let another process write without end."""
    other = sqlite3.connect(records.file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@asynccontextmanager
async def full(records: Breakable) -> AsyncIterator[None]:
    """Let there be no room for another page, and fill those that there are."""
    ((records.pages,),) = await records._run("PRAGMA page_count")
    for size in (500, 50, 1):
        await _fill(records, size)
    try:
        yield
    finally:
        records.pages = None
        records._drop()


async def _fill(records: Breakable, size: int) -> None:
    for number in range(2000):
        try:
            await records.put("filling", f"{size}-{number}", b"x" * size)
        except StoreAway:
            return


@asynccontextmanager
async def gone(records: Breakable) -> AsyncIterator[None]:
    """Let something else be where the file was."""
    records._drop()
    aside = records.file.with_name("aside")
    records.file.rename(aside)
    records.file.mkdir()
    try:
        yield
    finally:
        records.file.rmdir()
        aside.rename(records.file)


@asynccontextmanager
async def garbage(records: Breakable) -> AsyncIterator[None]:
    """Let the file be no database any more."""
    records._drop()
    kept = records.file.read_bytes()
    records.file.write_bytes(b"This is not a database. " * 500)
    try:
        yield
    finally:
        records._drop()
        records.file.write_bytes(kept)
