"""The addresses of the app's option stay the same for their names, and go with them."""

import logging
import stat
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from ha_mcp.access.asked import Asked
from ha_mcp.access.grants import Only
from ha_mcp.access.private_addresses import PrivateAddresses
from ha_mcp.access.scopes import Scope, up_to
from ha_mcp.access.sqlite import SqliteRecords
from ha_mcp.private_urls import FILE, of_option
from ha_mcp.toolkit import Risk

TABLET = Asked(name="Tablet", right="read")
PHONE = Asked(name="Telefon der Größten", right="admin")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Say where the names are kept."""
    return tmp_path / FILE


@pytest.fixture
async def addresses(tmp_path: Path) -> AsyncIterator[PrivateAddresses]:
    """Keep the hashes."""
    opened = PrivateAddresses(SqliteRecords(tmp_path / "access.db"))
    yield opened
    await opened.close()


async def words(addresses: PrivateAddresses, file: Path, *asked: Asked) -> dict[str, str]:
    """Start the app; return what it tells."""
    return {one.name: word.reveal() for one, word in await of_option(asked, file, addresses)}


def there(file: Path) -> set[str]:
    """Return the files there are beside it, and it."""
    return {one.name for one in file.parent.iterdir()}


def private(file: Path) -> bool:
    """Tell whether only its owner may read it."""
    return stat.S_IMODE(file.stat().st_mode) == 0o600


def overwrite(file: Path, damage: str) -> None:
    """Put something else into it."""
    file.write_bytes(damage.encode(errors="surrogateescape"))


async def test_an_address_stays_while_its_name_does(
    addresses: PrivateAddresses, file: Path
) -> None:
    """Clients keep it over restarts, whatever comes and goes beside it."""
    first = await words(addresses, file, TABLET)
    second = await words(addresses, file, PHONE, TABLET)
    third = await words(addresses, file, TABLET, PHONE)

    assert first["Tablet"] == second["Tablet"]
    assert second == third
    assert len(set(second.values())) == 2
    assert len(await addresses.listed()) == 2
    assert private(file)


async def test_an_address_goes_with_its_name(addresses: PrivateAddresses, file: Path) -> None:
    """One that comes back is another."""
    before = await words(addresses, file, TABLET, PHONE)
    await words(addresses, file, PHONE)
    gone = await addresses.find(before["Tablet"])
    stays = await addresses.find(before[PHONE.name])
    again = await words(addresses, file, TABLET, PHONE)
    nothing = await words(addresses, file)

    assert (gone, nothing) == (None, {})
    assert stays is not None
    assert again["Tablet"] != before["Tablet"]
    assert again[PHONE.name] == before[PHONE.name]
    assert await addresses.listed() == []


async def test_what_could_not_be_ended_leads_nowhere(
    addresses: PrivateAddresses, file: Path
) -> None:
    """The next start found the store locked, and came no further."""
    word = (await words(addresses, file, TABLET))["Tablet"]
    next_start = PrivateAddresses(SqliteRecords(file.with_name("access.db")))

    assert await addresses.find(word) is not None
    assert await next_start.find(word) is None
    assert await words(next_start, file, TABLET) == {"Tablet": word}
    assert await next_start.find(word) is not None
    await next_start.close()


async def test_its_rights_are_those_of_the_option_now(
    addresses: PrivateAddresses, file: Path
) -> None:
    """The address stays, and the owner's list knows it by the same id."""
    word = (await words(addresses, file, TABLET))["Tablet"]
    before = await addresses.find(word)
    kitchen = Only(areas=frozenset({"kitchen"}))
    changed = await words(addresses, file, Asked(name="Tablet", right="control", only=kitchen))
    after = await addresses.find(word)

    assert changed == {"Tablet": word}
    assert before is not None
    assert not before.allows(Risk.ACT)
    assert after is not None
    assert (after.id, after.only) == (before.id, kitchen)
    assert after.scopes == up_to(Scope.CONTROL)


async def test_one_that_was_shut_out_is_replaced(addresses: PrivateAddresses, file: Path) -> None:
    """Whoever has the old one does not come back with the restart."""
    before = (await words(addresses, file, TABLET))["Tablet"]
    await addresses.revoke_all()
    after = (await words(addresses, file, TABLET))["Tablet"]

    assert before != after
    assert await addresses.find(before) is None
    assert await addresses.find(after) is not None


async def test_those_of_the_command_line_stay(addresses: PrivateAddresses, file: Path) -> None:
    """Also under the same name."""
    word, _ = await addresses.make(TABLET)
    await words(addresses, file, TABLET)
    await words(addresses, file)

    assert await addresses.find(word) is not None


async def test_where_nothing_is_asked_for_nothing_is_opened(
    addresses: PrivateAddresses, file: Path
) -> None:
    """Most homes need neither file."""
    assert await words(addresses, file) == {}
    assert there(file) == set()


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"Tablet": 1}', '{"Tablet": "x"}', "\udcff"], ids=range(6)
)
async def test_a_damaged_file_costs_the_old_addresses(
    addresses: PrivateAddresses, file: Path, damage: str
) -> None:
    """They lead nowhere any more; the owner, who may have no shell, finds new ones in the log."""
    before = (await words(addresses, file, TABLET))["Tablet"]
    overwrite(file, damage)
    after = (await words(addresses, file, TABLET))["Tablet"]

    assert before != after
    assert after == (await words(addresses, file, TABLET))["Tablet"]
    assert await addresses.find(before) is None
    assert await addresses.find(after) is not None


def no_file(folder: Path) -> None:
    """Let no file of names be written."""
    (folder / FILE).mkdir()


def no_store(folder: Path) -> None:
    """Let no database be opened."""
    (folder / "access.db").mkdir()


@pytest.mark.parametrize("fault", [no_file, no_store])
async def test_what_cannot_be_kept_is_said_and_stops_nothing(
    addresses: PrivateAddresses,
    file: Path,
    fault: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The first address of the app serves on; no further one is told that could not last."""
    fault(file.parent)
    with caplog.at_level(logging.WARNING):
        told = await words(addresses, file, TABLET)

    assert told == {}
    assert "private_urls cannot be kept" in caplog.text
