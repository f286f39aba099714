"""``python -m ha_mcp doctor`` prints for people or programs, and its exit code says the rest."""

import json

import pytest

from ha_mcp.doctor import command as doctor
from lab.process import free_port

ADDRESS = "http://home.example/api/webhook/mcp_of_this_home"


def test_it_prints_what_is_wrong_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """In two lines, without the secret end of the address."""
    assert doctor.main([ADDRESS], {}) == 1

    said = capsys.readouterr().out
    assert "does not begin with https://" in said
    assert "What to do:" in said
    assert "mcp_of_this_home" not in said


def test_it_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The same, with a stable code."""
    assert doctor.main([ADDRESS, "--json"], {}) == 1

    said = json.loads(capsys.readouterr().out)
    assert said["fault"]["code"] == "not_https"
    assert said["ok"] is False


def test_it_needs_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    """And says how it is used."""
    with pytest.raises(SystemExit) as ended:
        doctor.main([], {})

    assert ended.value.code == 2
    assert "address" in capsys.readouterr().err


async def test_a_home_that_does_not_answer_is_not_running() -> None:
    """Which tells an empty answer of a starting home from a wrong id."""
    environ = {"HOMEASSISTANT_URL": f"http://127.0.0.1:{free_port()}", "HOMEASSISTANT_TOKEN": "t"}

    async with doctor.world(environ) as seen:
        facts = await seen.inside()

    assert facts is not None
    assert facts.state == "NOT_RUNNING"


async def test_without_a_token_nothing_is_known_of_the_home() -> None:
    """The examination goes on without it."""
    async with doctor.world({}) as seen:
        assert await seen.inside() is None
