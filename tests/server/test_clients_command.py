"""``clients`` tells who was let in, and shuts them out, also while a server is running."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ha_mcp.access.grants import Only
from ha_mcp.access.scopes import Scope
from ha_mcp.access.sqlite import SqliteRecords
from ha_mcp.access.store import AccessStore, KeptGrant
from ha_mcp.commands import main
from ha_mcp.options import state_dir
from server.test_modes import PROGRAMS, ended

URL = "http://127.0.0.1:9"
START = 1_800_000_000.0


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Name a home, and where its state is kept."""
    return {"HOMEASSISTANT_URL": URL, "XDG_STATE_HOME": str(tmp_path), "TZ": "UTC"}


@pytest.fixture
async def store(environment: dict[str, str]) -> AsyncIterator[AccessStore]:
    """Keep a store open, with two assistants that were let in."""
    store = AccessStore(SqliteRecords(state_dir(environment, URL) / "access.db"))
    for number, (grant_id, name, expires) in enumerate(
        [("abcd1111", "Claude\x1b[2J", None), ("abcd2222", "ChatGPT", 2 * START)]
    ):
        kept = KeptGrant(
            id=grant_id,
            client_id="client_x",
            client_name=name,
            user_id="u1",
            user_name="Paula",
            scopes=(Scope.READ, Scope.CONTROL),
            created=START + number,
            expires=expires,
            issuer="https://home.example",
            resource="https://home.example/mcp",
        )
        await store.add_grant(kept, 2 * START)
    yield store
    await store.close()


async def ids(store: AccessStore) -> list[str]:
    """Return who is in."""
    return [one.grant.id for one in await store.grants()]


async def test_who_was_let_in_is_listed(environment: dict[str, str], store: AccessStore) -> None:
    """Newest first; a name cannot steer the terminal."""
    await store.used("abcd1111")
    code, said, complained = await ended(PROGRAMS / "ha-mcp", "clients", **environment)

    chatgpt, claude = said.splitlines()
    assert (code, complained) == (0, "")
    assert chatgpt.startswith(
        "abcd2222  ChatGPT  by Paula  home:read home:control  since 2027-01-15"
    )
    assert "never used  until 2084-" in chatgpt
    assert claude.startswith("abcd1111  Claude [2J  by Paula")
    assert "last used 20" in claude
    assert claude.endswith("until it is shut out  at https://home.example")


async def test_one_is_shut_out(environment: dict[str, str], store: AccessStore) -> None:
    """By the begin of its id."""
    code, said, _ = await ended(PROGRAMS / "ha-mcp", "clients", "--revoke", "abcd1", **environment)

    assert (code, said.startswith("shut out: abcd1111  Claude")) == (0, True)
    assert await ids(store) == ["abcd2222"]


async def test_all_are_shut_out(environment: dict[str, str], store: AccessStore) -> None:
    """When somebody does not know who it was."""
    code, said, _ = await ended(PROGRAMS / "ha-mcp", "clients", "--revoke", "all", **environment)

    assert (code, said) == (0, "2 shut out\n")
    assert await ids(store) == []


@pytest.mark.parametrize(
    ("named", "complaint"),
    [
        ("abc", "'abc' is too short"),
        ("abcd", "2 ids begin with 'abcd'"),
        ("abcd3333", "There is no client 'abcd3333'"),
    ],
)
async def test_nobody_is_shut_out_by_mistake(
    environment: dict[str, str], store: AccessStore, named: str, complaint: str
) -> None:
    """Who means one names one."""
    code, _, complained = await ended(
        PROGRAMS / "ha-mcp", "clients", "--revoke", named, **environment
    )

    assert (code, complained.startswith(complaint)) == (1, True)
    assert len(await ids(store)) == 2


def test_a_home_where_nobody_was_let_in_is_said(
    environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """And no file is made by looking."""
    assert main(["clients"], environment) == 1

    assert "Nobody was let in yet" in capsys.readouterr().err
    assert not state_dir(environment, URL).exists()


def test_a_server_of_many_people_is_asked_in_its_own_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its store may be a database."""
    environment = {"MCP_BASE_URL": "https://mcp.example", "XDG_STATE_HOME": str(tmp_path)}

    assert main(["clients"], environment) == 0

    assert capsys.readouterr().out == "nobody was let in\n"


async def test_one_is_kept_to_a_part_of_the_home(
    environment: dict[str, str], store: AccessStore
) -> None:
    """And let out of it again."""
    program, parts = PROGRAMS / "ha-mcp", ("label:kids", "light.bed", "area:kitchen", "area:bath")
    _, narrowed, _ = await ended(program, "clients", "--only", "abcd1", *parts, **environment)
    kept = await store.fresh_grant("abcd1111")
    _, whole, _ = await ended(program, "clients", "--only", "abcd1", "all", **environment)
    again = await store.fresh_grant("abcd1111")

    assert "only area:bath area:kitchen label:kids light.bed" in narrowed
    assert kept is not None
    assert kept.only == Only(
        areas=frozenset({"bath", "kitchen"}),
        labels=frozenset({"kids"}),
        entities=frozenset({"light.bed"}),
    )
    assert "only" not in whole
    assert again is not None
    assert again.only is None


@pytest.mark.parametrize("part", ["kitchen", "area:", "area:Living Room", "light.bed;x", ""])
async def test_what_is_no_part_of_a_home_changes_nothing(
    environment: dict[str, str], store: AccessStore, part: str
) -> None:
    """A word misspelt must not give the whole home."""
    command = ("clients", "--only", "abcd1", "area:kitchen", part)
    code, _, complained = await ended(PROGRAMS / "ha-mcp", *command, **environment)
    kept = await store.fresh_grant("abcd1111")

    assert code == 1
    assert "is no part of a home" in complained
    assert kept is not None
    assert kept.only is None


async def test_a_part_has_to_be_named(environment: dict[str, str], store: AccessStore) -> None:
    """An id alone could mean nothing or everything."""
    command = ("clients", "--only", "abcd1")
    code, _, complained = await ended(PROGRAMS / "ha-mcp", *command, **environment)

    assert (code, complained.startswith("It has to be said which part")) == (1, True)
    assert len(await ids(store)) == 2
