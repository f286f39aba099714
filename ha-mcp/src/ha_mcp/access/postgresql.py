"""Records in a table of PostgreSQL: for several servers that share them."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg

from .records import StoreAway

_LOCK: Final = 0x68612D6D6370  # any number that nobody else in the database takes
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS ha_mcp_record (
    kind text NOT NULL,
    key text NOT NULL,
    value bytea NOT NULL,
    expires double precision,
    PRIMARY KEY (kind, key)
);
CREATE INDEX IF NOT EXISTS ha_mcp_record_expires ON ha_mcp_record (expires);
"""
_GET: Final = (
    "SELECT value FROM ha_mcp_record WHERE kind = $1 AND key = $2 AND coalesce(expires, 1e12) > $3"
)
_ALL: Final = (
    "SELECT key, value FROM ha_mcp_record WHERE kind = $1 AND coalesce(expires, 1e12) > $2"
)
# An expired record that was not cleared away yet makes room.
_ADD: Final = (
    "INSERT INTO ha_mcp_record AS kept VALUES ($1, $2, $4, $5) ON CONFLICT (kind, key) DO UPDATE"
    " SET value = excluded.value, expires = excluded.expires WHERE kept.expires <= $3 RETURNING 1"
)
_PUT: Final = (
    "INSERT INTO ha_mcp_record VALUES ($1, $2, $3, $4) ON CONFLICT (kind, key) DO UPDATE"
    " SET value = excluded.value, expires = excluded.expires"
)
_SWAP: Final = (
    "UPDATE ha_mcp_record SET value = $5, expires = coalesce($6, expires)"
    " WHERE kind = $1 AND key = $2 AND coalesce(expires, 1e12) > $3 AND value = $4 RETURNING 1"
)
_EXTEND: Final = (
    "UPDATE ha_mcp_record SET expires = $4"
    " WHERE kind = $1 AND key = $2 AND coalesce(expires, 1e12) > $3 RETURNING 1"
)
_REMOVE: Final = (
    "DELETE FROM ha_mcp_record"
    " WHERE kind = $1 AND key = $2 AND coalesce(expires, 1e12) > $3 RETURNING 1"
)
_CLEAR: Final = "DELETE FROM ha_mcp_record WHERE kind = $1"
_PRUNE: Final = "DELETE FROM ha_mcp_record WHERE expires <= $1"
_PRUNE_EVERY: Final = 60.0  # seconds
_WITHIN: Final = 4.0  # seconds; clients wait 10 for the whole answer
_MOST_CONNECTIONS: Final = 4
_GONE: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


class PostgresqlRecords:
    """Each of them is one statement, which the database does wholly or not at all."""

    def __init__(self, url: str, now: Callable[[], float] = time.time) -> None:
        """Take the address, such as ``postgresql://user:password@host/database``."""
        self._url = url
        self._now = now
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()
        self._pruned = 0.0

    async def get(self, kind: str, key: str) -> bytes | None:
        """Return a record."""
        rows = await self._ask(_GET, kind, key, self._now())
        return bytes(rows[0][0]) if rows else None

    async def all(self, kind: str) -> dict[str, bytes]:
        """Return every record of a kind by its key."""
        return {row[0]: bytes(row[1]) for row in await self._ask(_ALL, kind, self._now())}

    async def add(self, kind: str, key: str, value: bytes, expires: float | None = None) -> bool:
        """Add a record unless there is one, and say whether it was added."""
        await self._prune()
        return bool(await self._ask(_ADD, kind, key, self._now(), value, expires))

    async def put(self, kind: str, key: str, value: bytes, expires: float | None = None) -> None:
        """Add a record or replace it."""
        await self._ask(_PUT, kind, key, value, expires)

    async def swap(
        self, kind: str, key: str, old: bytes, new: bytes, expires: float | None = None
    ) -> bool:
        """Replace the value of a record if it is still the old one, and say whether it was."""
        return bool(await self._ask(_SWAP, kind, key, self._now(), old, new, expires))

    async def extend(self, kind: str, key: str, expires: float | None) -> bool:
        """Let a record expire later or sooner, and say whether it is there."""
        return bool(await self._ask(_EXTEND, kind, key, self._now(), expires))

    async def remove(self, kind: str, key: str) -> bool:
        """Remove a record, and say whether it was there."""
        return bool(await self._ask(_REMOVE, kind, key, self._now()))

    async def clear(self, kind: str) -> None:
        """Remove every record of a kind."""
        await self._ask(_CLEAR, kind)

    async def close(self) -> None:
        """Let go of the connections."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()

    async def _prune(self) -> None:
        now = self._now()
        if now - self._pruned >= _PRUNE_EVERY:
            self._pruned = now
            await self._ask(_PRUNE, now)

    async def _ask(self, statement: str, *values: object) -> list[Any]:
        async with _reachable():
            pool = self._pool or await self._opened()
            return list(await pool.fetch(statement, *values))

    async def _opened(self) -> asyncpg.Pool:
        """Connect, and make the table where there is none."""
        async with self._opening:
            if self._pool is None:
                pool = await asyncpg.create_pool(
                    self._url,
                    min_size=0,
                    max_size=_MOST_CONNECTIONS,
                    timeout=_WITHIN,
                    command_timeout=_WITHIN,
                    # What pools connections in front of the database keeps no statements for us.
                    statement_cache_size=0,
                )
                async with pool.acquire() as connection, connection.transaction():
                    # Servers start at the same time, and only one of them may make it.
                    await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
                    await connection.execute(_SCHEMA)
                self._pool = pool
            return self._pool


@asynccontextmanager
async def _reachable() -> AsyncIterator[None]:
    try:
        yield
    except _GONE as err:
        raise StoreAway(
            f"The store of access cannot be used ({type(err).__name__}), so nobody new is let in",
            hint="PostgreSQL does not answer: look whether it runs, and at DATABASE_URL",
        ) from err


records = PostgresqlRecords
