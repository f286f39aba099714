"""Records in Redis, or what speaks like it: for several servers that share them.

Each record is a key of its own, which Redis lets expire. What looks and then writes is one script,
so that two servers cannot do it at once.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from .records import StoreAway

_WITHIN: Final = 3.0  # seconds; clients wait 10 for the whole answer
_PREFIX: Final = "ha-mcp"
_AT_A_TIME: Final = 500
_SWAP: Final = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[3] == '' then
  redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
else
  redis.call('SET', KEYS[1], ARGV[2], 'PXAT', ARGV[3])
end
return 1
"""


class RedisRecords:
    """Nothing is tried twice: whether a write whose answer was lost has happened is not known."""

    def __init__(self, url: str, now: Callable[[], float] = time.time) -> None:
        """Take the address, such as ``redis://:password@host:6379/0``."""
        self._now = now
        self._redis: Redis = Redis.from_url(
            url,
            socket_timeout=_WITHIN,
            socket_connect_timeout=_WITHIN,
            health_check_interval=15,
            retry=Retry(NoBackoff(), 0),
        )

    async def get(self, kind: str, key: str) -> bytes | None:
        """Return a record."""
        async with _reachable():
            found: Any = await self._redis.get(_name(kind, key))
        return None if found is None else bytes(found)

    async def all(self, kind: str) -> dict[str, bytes]:
        """Return every record of a kind by its key."""
        async with _reachable():
            names = [name async for name in self._names(kind)]
            values: list[Any] = await self._redis.mget(names) if names else []
        first = len(_name(kind, ""))
        pairs = zip(names, values, strict=True)
        return {name.decode()[first:]: value for name, value in pairs if value is not None}

    async def add(self, kind: str, key: str, value: bytes, expires: float | None = None) -> bool:
        """Add a record unless there is one, and say whether it was added."""
        async with _reachable():
            return bool(await self._set(kind, key, value, expires, nx=True))

    async def put(self, kind: str, key: str, value: bytes, expires: float | None = None) -> None:
        """Add a record or replace it."""
        async with _reachable():
            await self._set(kind, key, value, expires)

    async def swap(
        self, kind: str, key: str, old: bytes, new: bytes, expires: float | None = None
    ) -> bool:
        """Replace the value of a record if it is still the old one, and say whether it was."""
        until = "" if expires is None else str(_milliseconds(expires))
        async with _reachable():
            done: Awaitable[Any] | Any = self._redis.eval(
                _SWAP, 1, _name(kind, key), old, new, until
            )
            return bool(await done)

    async def extend(self, kind: str, key: str, expires: float | None) -> bool:
        """Let a record expire later or sooner, and say whether it is there."""
        name = _name(kind, key)
        async with _reachable():
            if expires is not None:
                return bool(await self._redis.pexpireat(name, _milliseconds(expires)))
            await self._redis.persist(name)
            return bool(await self._redis.exists(name))

    async def remove(self, kind: str, key: str) -> bool:
        """Remove a record, and say whether it was there."""
        async with _reachable():
            return bool(await self._redis.delete(_name(kind, key)))

    async def clear(self, kind: str) -> None:
        """Remove every record of a kind."""
        async with _reachable():
            async for name in self._names(kind):
                await self._redis.delete(name)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._redis.aclose()

    def _set(
        self, kind: str, key: str, value: bytes, expires: float | None, *, nx: bool = False
    ) -> Awaitable[Any]:
        until = None if expires is None else _milliseconds(expires)
        return self._redis.set(_name(kind, key), value, pxat=until, nx=nx)

    async def _names(self, kind: str) -> AsyncIterator[bytes]:
        async for name in self._redis.scan_iter(match=_name(kind, "*"), count=_AT_A_TIME):
            yield name


@asynccontextmanager
async def _reachable() -> AsyncIterator[None]:
    try:
        yield
    except (RedisError, OSError, TimeoutError) as err:
        raise StoreAway(
            f"The store of access cannot be used ({type(err).__name__}), so nobody new is let in",
            hint="Redis does not answer: look whether it runs, and at REDIS_URL",
        ) from err


def _name(kind: str, key: str) -> str:
    return f"{_PREFIX}:{kind}:{key}"


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))


records = RedisRecords
