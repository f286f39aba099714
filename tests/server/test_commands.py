"""``changes`` and ``export`` show a person the journal, also while a server has it open."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ha_mcp.commands import main
from ha_mcp.journal import Intent, Journal
from ha_mcp.options import state_dir
from server.test_modes import PROGRAMS, ended

URL = "http://127.0.0.1:9"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Name a home, and where its state is kept."""
    return {"HOMEASSISTANT_URL": URL, "XDG_STATE_HOME": str(tmp_path)}


@pytest.fixture
async def journal(environment: dict[str, str]) -> AsyncIterator[Journal]:
    """Keep a journal open, with a change of a lamp and one of a lock."""
    journal = Journal(state_dir(environment, URL) / "journal.db")
    for kind, name, before, after in (
        ("automation", "Lamp\x1b[2J", {"level": 30}, {"level": 70}),
        ("helper", "Lock", None, {"code": "4711", "deep": [{"api_key": "k-4711"}]}),
    ):
        images = [None if one is None else {"body": one} for one in (before, after)]
        number = await journal.intend("claude", "set", "asked", [Intent(kind, "1", name, *images)])
        await journal.done(number, 0, "1", name, images[1])
    yield journal
    await journal.close()


@pytest.mark.usefixtures("journal")
async def test_changes_are_listed_newest_last(environment: dict[str, str]) -> None:
    """With who, what and why; a name cannot steer the terminal."""
    code, said, complained = await ended(PROGRAMS / "ha-mcp", "changes", **environment)

    first, second = said.splitlines()
    assert (code, complained) == (0, "")
    assert first.startswith("c1  ")
    assert "set  automation Lamp [2J (1)  by claude  because: asked" in first
    assert "create  helper Lock (1)" in second


@pytest.mark.usefixtures("journal")
async def test_changes_are_filtered(environment: dict[str, str]) -> None:
    """By kind in the words people use, by time, by number."""
    run = (PROGRAMS / "python", "-m", "ha_mcp", "changes")
    _, automations, _ = await ended(*run, "--kind", "automations", **environment)
    _, newest, _ = await ended(*run, "--limit", "1", "--since", "today", **environment)
    code, _, complained = await ended(*run, "--since", "whenever", **environment)

    assert automations.startswith("c1 ")
    assert automations.count("\n") == 1
    assert newest.splitlines()[0].startswith("c2 ")
    assert newest.splitlines()[1] == "the newest 1 of 2"
    assert code == 1
    assert "whenever" in complained


@pytest.mark.usefixtures("journal")
def test_one_change_is_shown_in_full(
    environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """With each difference."""
    assert main(["changes", "--id", "c1"], environment) == 0

    assert "~ /level: 30 → 70" in capsys.readouterr().out


@pytest.mark.usefixtures("journal")
def test_the_export_is_json_lines_without_secrets(
    environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A line for each change, the newest first."""
    assert main(["export"], environment) == 0

    said = capsys.readouterr().out
    lock, lamp = map(json.loads, said.splitlines())
    assert (lock["id"], lamp["id"]) == ("c2", "c1")
    assert lamp["entries"][0]["after"] == {"body": {"level": 70}}
    assert lock["entries"][0]["after"] == {"body": {"code": "…", "deep": [{"api_key": "…"}]}}
    assert "4711" not in said


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["changes", "--id", "c99"], "There is no change c99 in the journal"),
        (["changes", "--id", "lamp"], "'lamp' is no id of a change"),
        (["undo", "last"], "HOMEASSISTANT_TOKEN is not set"),
    ],
)
@pytest.mark.usefixtures("journal")
def test_what_cannot_be_is_said_in_one_sentence(
    arguments: list[str],
    complaint: str,
    environment: dict[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """And the exit code tells programs."""
    assert main(arguments, environment) == 1

    assert capsys.readouterr().err.startswith(complaint)


def test_a_home_without_a_journal_is_named(
    environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """And none is made by looking."""
    assert main(["changes"], environment) == 1

    assert "There is no journal in" in capsys.readouterr().err
    assert not state_dir(environment, URL).exists()
