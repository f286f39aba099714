"""``clients --add`` makes a private address and shows it once; it is ended like a login."""

import asyncio
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from fakes.supervisor import App, FakeSupervisor, House
from ha_mcp.access.asked import Asked
from ha_mcp.access.grants import Grant, Only
from ha_mcp.access.letting_in import LetIn
from ha_mcp.access.private_addresses import PrivateAddresses
from ha_mcp.access.scopes import Scope, up_to
from ha_mcp.access.sqlite import SqliteRecords
from ha_mcp.access.store import AccessStore
from ha_mcp.app_options import app_options
from ha_mcp.commands import main
from ha_mcp.commands.adding import added
from ha_mcp.commands.reaching import bases_of
from ha_mcp.options import state_dir
from ha_mcp.private_urls import FILE, of_option

URL = "http://127.0.0.1:9"
SHOWN = re.compile(r"^/(private_[A-Za-z0-9_-]{22})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Terminal:
    """Runs commands beside a server that is not there."""

    environment: dict[str, str]
    screen: pytest.CaptureFixture[str]

    def clients(self, *arguments: str) -> str:
        """Return what a command says that succeeds."""
        code = main(["clients", *arguments], self.environment)
        said = self.screen.readouterr()
        assert (code, said.err) == (0, "")
        return said.out

    def complaint(self, *arguments: str) -> str:
        """Return what a command says that fails."""
        code = main(["clients", *arguments], self.environment)
        said = self.screen.readouterr()
        assert (code, said.out) == (1, "")
        return said.err

    @property
    def file(self) -> Path:
        """Where it is kept."""
        return state_dir(self.environment, URL) / "access.db"

    def grant(self, said: str) -> Grant | None:
        """Return what the server finds for the address that was shown."""
        shown = SHOWN.search(said)
        assert shown is not None

        async def find() -> Grant | None:
            addresses = PrivateAddresses(SqliteRecords(self.file))
            try:
                return await addresses.find(shown[1])
            finally:
                await addresses.close()

        return asyncio.run(find())


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """Name a home, and where its state is kept."""
    return Terminal({"HOMEASSISTANT_URL": URL, "XDG_STATE_HOME": str(tmp_path)}, capsys)


def test_an_address_is_made_and_shown_once(terminal: Terminal) -> None:
    """Where nothing was before; the file is for the owner alone."""
    options = ("--scopes", "control", "--only", "area:kitchen", "light.bed", "--days", "7")
    said = terminal.clients("--add", "Kitchen tablet", *options)
    listed = terminal.clients()
    grant = terminal.grant(said)

    assert grant is not None
    assert grant.client_name == "Kitchen tablet"
    assert grant.scopes == up_to(Scope.CONTROL)
    assert grant.only == Only(areas=frozenset({"kitchen"}), entities=frozenset({"light.bed"}))
    assert grant.expires is not None
    assert grant.expires - grant.created == pytest.approx(7 * 86400, abs=60)
    assert listed == said.splitlines(keepends=True)[0]
    assert "Kitchen tablet  home:read home:control  only area:kitchen light.bed" in listed
    assert "never used  until 20" in listed
    assert terminal.file.stat().st_mode & 0o077 == 0


async def test_in_the_app_the_whole_address_is_shown(tmp_path: Path) -> None:
    """The Supervisor knows the machine's addresses and the port outside."""
    house, app = House(), App(slug="local_ha_mcp", network={"9583/tcp": 19583})
    house.address = "192.168.1.20/24"
    house.add(app)
    records = SqliteRecords(tmp_path / "access.db")
    everybody = LetIn(AccessStore(records), PrivateAddresses(records))
    async with FakeSupervisor(house) as supervisor:
        environment = {"SUPERVISOR_TOKEN": app.token}
        options = app_options(environment, data=tmp_path, supervisor=supervisor.url)
        known = await bases_of(options)
        said = await added(everybody, Asked(name="Tablet", right="read"), None, known)
    [address] = re.findall(
        r"^http://192\.168\.1\.20:19583/(private_[\w-]{22})$", said, re.MULTILINE
    )
    grant = await PrivateAddresses(records).find(address)
    await records.close()

    assert grant is not None
    assert grant.client_name == "Tablet"
    assert "takes the place of the path" not in said


def test_who_says_no_more_than_a_name_gives_away_little(terminal: Terminal) -> None:
    """To look at the home, until it is shut out."""
    said = terminal.clients("--add", "Tablet")
    grant = terminal.grant(said)

    assert grant is not None
    assert (grant.scopes, grant.only, grant.expires) == (up_to(Scope.READ), None, None)
    assert "until it is shut out  at a private address" in said


def test_its_use_is_told(terminal: Terminal) -> None:
    """So that the owner knows which are needed."""
    terminal.grant(terminal.clients("--add", "Tablet"))

    assert "last used 20" in terminal.clients()


def test_one_address_is_shut_out(terminal: Terminal) -> None:
    """By the begin of its id; the other stays."""
    tablet, phone = terminal.clients("--add", "Tablet"), terminal.clients("--add", "Phone")
    said = terminal.clients("--revoke", tablet[:12])

    assert said.startswith(f"shut out: {tablet[:16]}  Tablet")
    assert terminal.grant(tablet) is None
    assert terminal.grant(phone) is not None


def test_all_are_shut_out(terminal: Terminal) -> None:
    """When somebody does not know who it was."""
    made = [terminal.clients("--add", name) for name in ("Tablet", "Phone")]

    assert terminal.clients("--revoke", "all") == "2 shut out\n"
    assert [terminal.grant(one) for one in made] == [None, None]
    assert terminal.clients() == "nobody was let in\n"


def test_an_address_is_kept_to_a_part_later(terminal: Terminal) -> None:
    """The address stays what it was."""
    made = terminal.clients("--add", "Tablet")
    narrowed = terminal.clients("--only", made[:8], "label:kids")
    grant = terminal.grant(made)
    whole = terminal.clients("--only", made[:8], "all")

    assert "Tablet  home:read  only label:kids" in narrowed
    assert grant is not None
    assert grant.only == Only(labels=frozenset({"kids"}))
    assert "only" not in whole


def test_an_address_of_the_option_is_listed_and_changed_there(terminal: Terminal) -> None:
    """A change here would last until the next start; to shut it out cannot wait for that."""

    async def start() -> None:
        addresses = PrivateAddresses(SqliteRecords(terminal.file))
        file = terminal.file.with_name(FILE)
        await of_option([Asked(name="Wall", right="control")], file, addresses)
        await addresses.close()

    asyncio.run(start())
    listed = terminal.clients()

    assert "Wall  home:read home:control" in listed
    assert listed.endswith("at a private address of the option private_urls\n")
    assert "Change it there" in terminal.complaint("--only", listed[:8], "light.bed")
    assert terminal.clients("--revoke", listed[:8]).startswith("shut out: ")
    assert terminal.clients() == "nobody was let in\n"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--add", " "), "' ' is no name"),
        (("--add", "a" * 65), "is no name"),
        (("--add", "\x1b[2J"), "is no name"),
        (("--add", "Tablet"), "There is an address with the name 'Tablet'"),
        (("--add", "Phone", "--days", "0"), "0 days are not possible"),
        (("--add", "Phone", "--days", "3651"), "3651 days are not possible"),
        (("--add", "Phone", "--only", "kitchen"), "'kitchen' is no part of a home"),
        (("--revoke", "all", "--only", "light.bed"), "--revoke and --only are two commands"),
        (("--scopes", "read"), "--scopes and --days are for what --add makes"),
        (("--revoke", "all", "--days", "3"), "--scopes and --days are for what --add makes"),
    ],
)
def test_what_cannot_be_meant_changes_nothing(
    terminal: Terminal, arguments: tuple[str, ...], complaint: str
) -> None:
    """No address is made that does more or lasts longer than somebody thought."""
    terminal.clients("--add", "Tablet")

    assert complaint in terminal.complaint(*arguments)
    assert len(terminal.clients().splitlines()) == 1


def test_rights_that_are_not_known_are_refused(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    """With those there are."""
    with pytest.raises(SystemExit):
        main(["clients", "--add", "Tablet", "--scopes", "everything"], terminal.environment)

    complained = capsys.readouterr().err
    assert all(right in complained for right in ("read", "control", "configure", "admin"))
    assert not terminal.file.exists()


def test_a_server_of_many_people_has_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """There everybody signs in to a home of their own."""
    many = Terminal({"MCP_BASE_URL": "https://x.example", "XDG_STATE_HOME": str(tmp_path)}, capsys)

    assert "has no private addresses" in many.complaint("--add", "Tablet")


def test_a_server_without_logins_loads_nothing_for_them() -> None:
    """A Pi has little memory; SQLite is loaded when there is a file."""
    program = "import sys, ha_mcp.modes.web; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", program], text=True).split()

    assert "ha_mcp.access.private_addresses" in loaded
    assert [
        name
        for name in loaded
        if name.startswith(("ha_mcp.access.oauth", "ha_mcp.access.tokens")) or name == "sqlite3"
    ] == []
