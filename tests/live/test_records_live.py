"""Whatever database keeps the records, it keeps them alike: one server or several at once."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from ha_mcp.access.postgresql import PostgresqlRecords
from ha_mcp.access.records import Records, StoreAway
from ha_mcp.access.redis import RedisRecords
from ha_mcp.access.sqlite import SqliteRecords
from lab.databases import Database, running_postgresql, running_redis

pytestmark = pytest.mark.live

LATER = 3600.0


@dataclass
class Kept:
    """A database, and what speaks to it: each call is another server."""

    another: Callable[[], Records]
    database: Database | None = None


def _sqlite(folder: Path, _: ExitStack) -> Kept:
    return Kept(lambda: SqliteRecords(folder / "access.db"))


def _redis(folder: Path, stack: ExitStack) -> Kept:
    database = stack.enter_context(running_redis(folder))
    return Kept(lambda: RedisRecords(database.url), database)


def _postgresql(_: Path, stack: ExitStack) -> Kept:
    database = stack.enter_context(running_postgresql())
    return Kept(lambda: PostgresqlRecords(database.url), database)


MAKERS = {"sqlite": _sqlite, "redis": _redis, "postgresql": _postgresql}


@pytest.fixture(scope="module", params=list(MAKERS))
def kept(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kept]:
    """Run each database once."""
    with ExitStack() as stack:
        yield MAKERS[request.param](tmp_path_factory.mktemp(request.param), stack)


@pytest.fixture
async def records(kept: Kept) -> AsyncIterator[Records]:
    """Connect, and leave nothing behind."""
    one = kept.another()
    yield one
    for kind in ("code", "grant", "client"):
        await one.clear(kind)
    await one.close()


async def test_a_record_is_there_until_it_is_removed(records: Records) -> None:
    """Bytes come back as they were, under their own kind."""
    value = bytes(range(256))
    await records.put("grant", "one", value)
    await records.put("client", "one", b"another")

    assert await records.get("grant", "one") == value
    assert await records.all("grant") == {"one": value}
    assert await records.remove("grant", "one")
    assert not await records.remove("grant", "one")
    assert await records.get("grant", "one") is None
    assert await records.get("client", "one") == b"another"


async def test_keys_may_look_like_anything(records: Records) -> None:
    """Ids of clients are addresses."""
    keys = ["https://claude.ai/oauth/a?b=*", "with:colons:in", "*", "[a-z]", "ünï", "a'b\"c"]
    for key in keys:
        await records.put("client", key, key.encode())

    assert await records.all("client") == {key: key.encode() for key in keys}
    assert [await records.get("client", key) for key in keys] == [key.encode() for key in keys]


async def test_only_the_first_adds(records: Records) -> None:
    """And says so."""
    assert await records.add("code", "one", b"first", time.time() + LATER)
    assert not await records.add("code", "one", b"second", time.time() + LATER)
    assert await records.get("code", "one") == b"first"


async def test_an_expired_record_is_not_there_and_makes_room(records: Records) -> None:
    """Whether or not it was cleared away."""
    await records.put("code", "one", b"old", time.time() - 1)
    await records.add("code", "two", b"old", time.time() - 1)

    assert await records.get("code", "one") is None
    assert await records.all("code") == {}
    assert not await records.remove("code", "one")
    assert not await records.extend("code", "one", time.time() + LATER)
    assert not await records.swap("code", "one", b"old", b"new")
    assert await records.add("code", "one", b"new", time.time() + LATER)


async def test_a_record_is_swapped_only_for_what_it_was(records: Records) -> None:
    """A code is exchanged once."""
    await records.put("code", "one", b"fresh", time.time() + LATER)

    assert not await records.swap("code", "one", b"another", b"spent")
    assert await records.swap("code", "one", b"fresh", b"spent")
    assert not await records.swap("code", "one", b"fresh", b"spent")
    assert not await records.swap("code", "none", b"fresh", b"spent")
    assert await records.get("code", "one") == b"spent"


async def test_a_swap_keeps_the_time_unless_it_is_told_another(records: Records) -> None:
    """What was spent is remembered for longer."""
    await records.put("code", "one", b"fresh", time.time() + 0.5)
    await records.put("code", "two", b"fresh", time.time() + 0.5)
    assert await records.swap("code", "one", b"fresh", b"spent", time.time() + LATER)
    assert await records.swap("code", "two", b"fresh", b"spent")

    async with asyncio.timeout(10):
        while await records.get("code", "two") is not None:
            pass

    assert await records.get("code", "one") == b"spent"


async def test_a_record_lasts_longer_when_it_is_extended(records: Records) -> None:
    """Or for ever."""
    await records.put("grant", "one", b"", time.time() + 0.5)
    await records.put("grant", "two", b"", time.time() + 0.5)
    await records.put("grant", "gone", b"", time.time() + 0.5)
    assert await records.extend("grant", "one", time.time() + LATER)
    assert await records.extend("grant", "two", None)
    assert not await records.extend("grant", "none", None)

    async with asyncio.timeout(10):
        while await records.get("grant", "gone") is not None:
            pass

    assert set(await records.all("grant")) == {"one", "two"}


async def test_a_kind_is_cleared_and_no_other(records: Records) -> None:
    """All grants are revoked; the clients stay."""
    for number in range(30):
        await records.put("grant", f"{number}", b"")
    await records.put("client", "one", b"")
    await records.clear("grant")

    assert await records.all("grant") == {}
    assert await records.all("client") == {"one": b""}


async def test_of_many_servers_at_once_one_wins(kept: Kept, records: Records) -> None:
    """A code that is brought to all of them is exchanged once."""
    others = [kept.another() for _ in range(5)]
    added = await asyncio.gather(*(one.add("code", "new", b"fresh") for one in others))
    swapped = await asyncio.gather(
        *(one.swap("code", "new", b"fresh", b"%d" % n) for n, one in enumerate(others))
    )
    value = await records.get("code", "new")
    for one in others:
        await one.close()

    assert (added.count(True), swapped.count(True)) == (1, 1)
    assert value == b"%d" % swapped.index(True)


@pytest.mark.parametrize("kept", ["redis", "postgresql"], indirect=True)
async def test_while_the_database_is_away_nobody_is_let_in_and_then_it_goes_on(
    kept: Kept, records: Records
) -> None:
    """Every question says so, at once; nothing that was kept is lost."""
    assert kept.database is not None
    await records.put("grant", "one", b"kept")
    kept.database.stop()
    try:
        async with asyncio.timeout(30):
            for asked in (
                records.get("grant", "one"),
                records.all("grant"),
                records.put("grant", "two", b""),
                records.add("grant", "two", b""),
                records.swap("grant", "one", b"kept", b""),
                records.remove("grant", "one"),
            ):
                with pytest.raises(StoreAway, match="cannot be used"):
                    await asked
    finally:
        kept.database.start()

    async with asyncio.timeout(30):
        while await _away(records):
            pass
    assert await records.get("grant", "one") == b"kept"


async def _away(records: Records) -> bool:
    try:
        await records.get("grant", "one")
    except StoreAway:
        return True
    return False
