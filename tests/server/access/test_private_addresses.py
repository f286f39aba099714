"""Further private addresses lead in for as long as they are kept, and only their hash is kept."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from ha_mcp.access.asked import Asked
from ha_mcp.access.grants import Only
from ha_mcp.access.private_addresses import PrivateAddresses
from ha_mcp.access.records import Records
from ha_mcp.access.sqlite import SqliteRecords
from ha_mcp.access.store import AccessStore
from ha_mcp.toolkit import Risk

from .serving import Clock

KITCHEN = Only(areas=frozenset({"kitchen"}))


@pytest.fixture
def clock() -> Clock:
    """Return the time."""
    return Clock()


@pytest.fixture
async def records(tmp_path: Path, clock: Clock) -> AsyncIterator[Records]:
    """Open a file."""
    opened = SqliteRecords(tmp_path / "access.db", clock)
    yield opened
    await opened.close()


@pytest.fixture
def addresses(records: Records, clock: Clock) -> PrivateAddresses:
    """Keep addresses in it."""
    return PrivateAddresses(records, clock)


def reader(name: str) -> Asked:
    """Ask for an address that only reads."""
    return Asked(name=name, right="read")


def contents(folder: Path) -> bytes:
    """Return all that its files hold."""
    return b"".join(file.read_bytes() for file in folder.iterdir())


async def test_an_address_admits_to_what_was_said(addresses: PrivateAddresses) -> None:
    """Under the name that the owner gave it."""
    word, kept = await addresses.make(Asked(name="Tablet", right="control", only=KITCHEN))

    grant = await addresses.find(word)

    assert grant is not None
    assert (grant.id, grant.client_name, grant.only) == (kept.id, "Tablet", KITCHEN)
    assert grant.allows(Risk.ACT)
    assert not grant.allows(Risk.EDIT)


async def test_nobody_learns_an_address_from_the_file(
    addresses: PrivateAddresses, tmp_path: Path
) -> None:
    """It is in every backup."""
    word, _ = await addresses.make(reader("Tablet"))
    files = contents(tmp_path)

    assert b"Tablet" in files
    assert word.removeprefix("private_").encode() not in files


async def test_addresses_are_of_one_form_and_never_the_same(addresses: PrivateAddresses) -> None:
    """As the server's own."""
    made = [(await addresses.make(reader(str(number))))[0] for number in range(20)]

    assert len(set(made)) == 20
    assert {len(word) for word in made} == {len("private_") + 22}


@pytest.mark.parametrize("wrong", ["", "private_", "private_0123456789abcdefghijkl", "ä" * 30])
async def test_another_word_leads_nowhere(addresses: PrivateAddresses, wrong: str) -> None:
    """Nor one that is nearly right."""
    word, _ = await addresses.make(reader("Tablet"))

    assert await addresses.find(wrong) is None
    assert await addresses.find(f"{word}x") is None
    assert await addresses.find(word.swapcase()) is None


async def test_an_address_ends_by_itself(addresses: PrivateAddresses, clock: Clock) -> None:
    """And is not listed any more."""
    word, _ = await addresses.make(reader("Guest"), clock.now + 60)
    clock.now += 59
    assert await addresses.find(word) is not None
    clock.now += 1

    assert await addresses.find(word) is None
    assert await addresses.listed() == []


async def test_an_address_is_ended_at_once_also_for_another_process(
    addresses: PrivateAddresses, tmp_path: Path, clock: Clock
) -> None:
    """The command runs beside the server."""
    word, kept = await addresses.make(reader("Tablet"))
    other_word, _ = await addresses.make(reader("Other"))
    server = PrivateAddresses(SqliteRecords(tmp_path / "access.db", clock), clock)
    assert await server.find(word) is not None

    assert await addresses.revoke(kept.id)

    assert await server.find(word) is None
    assert await server.find(other_word) is not None
    assert not await addresses.revoke(kept.id)
    await server.close()


async def test_all_are_ended(addresses: PrivateAddresses) -> None:
    """When nobody knows any more who has which."""
    words = [(await addresses.make(reader(name)))[0] for name in "ab"]

    await addresses.revoke_all()

    assert [await addresses.find(word) for word in words] == [None, None]


async def test_an_address_is_kept_to_a_part_and_still_leads_in(
    addresses: PrivateAddresses, clock: Clock
) -> None:
    """Its end stays what it was; one that is gone is not made again."""
    word, kept = await addresses.make(reader("Tablet"), clock.now + 60)
    changed = msgspec.structs.replace(kept, only=KITCHEN)

    assert await addresses.change(changed)
    grant = await addresses.find(word)
    clock.now += 60

    assert grant is not None
    assert grant.only == KITCHEN
    assert await addresses.find(word) is None
    assert not await addresses.change(changed)


async def test_they_are_listed_with_their_last_use(
    addresses: PrivateAddresses, clock: Clock
) -> None:
    """The newest first; a use is noted every few minutes."""
    word, _ = await addresses.make(reader("Old"))
    clock.now += 10
    await addresses.make(reader("New"))
    await addresses.find(word)
    first = clock.now
    clock.now += 200
    await addresses.find(word)

    listed = [(one.address.name, one.last_used) for one in await addresses.listed()]
    clock.now += 200
    await addresses.find(word)
    again = await addresses.listed()

    assert listed == [("New", None), ("Old", first)]
    assert again[1].last_used == first + 400


async def test_logins_and_addresses_are_two_things_in_one_file(
    addresses: PrivateAddresses, records: Records, clock: Clock
) -> None:
    """No token admits as an address, and revoking all logins leaves the addresses."""
    word, kept = await addresses.make(reader("Tablet"))
    store = AccessStore(records, clock)

    assert await store.grants() == []
    assert await store.grant(kept.id) is None
    await store.revoke_all()

    assert await addresses.find(word) is not None
