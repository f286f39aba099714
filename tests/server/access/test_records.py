"""What every database that keeps records of access has to do, here the one that comes along."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ha_mcp.access.records import Records
from ha_mcp.access.sqlite import SqliteRecords

from .serving import Clock


@pytest.fixture
def clock() -> Clock:
    """Return the time."""
    return Clock()


@pytest.fixture
async def records(tmp_path: Path, clock: Clock) -> AsyncIterator[Records]:
    """Open a store."""
    opened = SqliteRecords(tmp_path / "folder" / "access.db", clock)
    yield opened
    await opened.close()


async def test_a_record_is_there_until_it_is_removed(records: Records) -> None:
    """Under its kind and key."""
    await records.put("a", "1", b"one")
    await records.put("b", "1", b"other")

    assert await records.get("a", "1") == b"one"
    assert await records.get("a", "2") is None
    assert (await records.remove("a", "1"), await records.remove("a", "1")) == (True, False)
    assert await records.all("a") == {}
    assert await records.all("b") == {"1": b"other"}


async def test_a_record_is_added_once(records: Records) -> None:
    """Who comes second is told."""
    assert [await records.add("a", "1", b"one"), await records.add("a", "1", b"two")] == [
        True,
        False,
    ]
    assert await records.get("a", "1") == b"one"


async def test_a_record_that_has_expired_is_not_there(records: Records, clock: Clock) -> None:
    """In no way."""
    await records.put("a", "1", b"one", clock.now + 10)
    clock.now += 10

    assert await records.get("a", "1") is None
    assert await records.all("a") == {}
    assert not await records.swap("a", "1", b"one", b"two")
    assert not await records.extend("a", "1", clock.now + 10)
    assert not await records.remove("a", "1")
    assert await records.add("a", "1", b"new", clock.now + 10)
    assert await records.get("a", "1") == b"new"


async def test_a_record_is_swapped_if_it_is_still_what_it_was(
    records: Records, clock: Clock
) -> None:
    """And expires when it did unless told otherwise."""
    await records.put("a", "1", b"one", clock.now + 10)

    assert not await records.swap("a", "1", b"other", b"two")
    assert await records.swap("a", "1", b"one", b"two")
    assert await records.swap("a", "1", b"two", b"three", clock.now + 20)
    clock.now += 19

    assert await records.get("a", "1") == b"three"


async def test_of_many_that_swap_at_once_one_does(records: Records) -> None:
    """A code is exchanged once."""
    await records.put("a", "1", b"one")

    done = await asyncio.gather(
        *(records.swap("a", "1", b"one", str(number).encode()) for number in range(20))
    )

    assert done.count(True) == 1


async def test_a_record_can_live_longer(records: Records, clock: Clock) -> None:
    """Or for ever."""
    await records.put("a", "1", b"one", clock.now + 10)
    assert await records.extend("a", "1", clock.now + 30)
    clock.now += 29
    assert await records.extend("a", "1", None)
    clock.now += 10_000_000

    assert await records.get("a", "1") == b"one"


async def test_a_kind_can_be_cleared(records: Records) -> None:
    """The others stay."""
    await records.put("a", "1", b"one")
    await records.put("b", "1", b"other")

    await records.clear("a")

    assert (await records.all("a"), await records.all("b")) == ({}, {"1": b"other"})


async def test_what_was_written_is_there_after_a_restart(
    records: Records, tmp_path: Path, clock: Clock
) -> None:
    """And in another process meanwhile."""
    await records.put("a", "1", b"one")
    other = SqliteRecords(tmp_path / "folder" / "access.db", clock)

    assert await other.get("a", "1") == b"one"
    await other.close()


async def test_what_has_expired_is_cleared_away(tmp_path: Path, clock: Clock) -> None:
    """A store does not grow for ever."""
    records = SqliteRecords(tmp_path / "access.db", clock)
    for number in range(50):
        await records.put("a", str(number), b"x", clock.now + 1)
    clock.now += 61
    await records.add("b", "1", b"y")

    left = await records._run("SELECT count(*) FROM record")
    await records.close()
    assert left == [(1,)]
