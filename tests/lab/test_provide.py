"""What the lab keeps is either whole or not there, and trouble is told in a sentence."""

import socket
from pathlib import Path

import pytest

from lab.environments import server_python
from lab.progress import Trouble
from lab.provide import provided, run_logged
from lab.server import check_port_free


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a cache of its own."""
    monkeypatch.setenv("HA_MCP_LAB", str(tmp_path))
    return tmp_path


def make(place: Path) -> None:
    """Build something."""
    place.mkdir()
    (place / "made").touch()


def fail(place: Path) -> None:
    """Build half of something."""
    place.mkdir()
    (place / "half").touch()
    raise Trouble("The network is gone")


def test_what_is_built_is_kept() -> None:
    """A second run costs nothing."""
    first = provided("thing", make)

    again = provided("thing", fail)

    assert again == first


def test_an_interrupted_build_is_thrown_away() -> None:
    """Half an environment is worse than none."""
    with pytest.raises(Trouble):
        provided("thing", fail)

    place = provided("thing", make)

    assert sorted(path.name for path in place.iterdir()) == [".ready", "made"]


def test_a_failing_command_is_named_with_its_reason(cache: Path) -> None:
    """Nobody should have to look for the log to know what happened."""
    command = ["bash", "-c", "echo ERROR: no such package; exit 1"]

    with pytest.raises(Trouble) as caught:
        run_logged(command, "pip", doing="Installing things")

    assert "Installing things failed: ERROR: no such package" in str(caught.value)
    assert str(cache / "logs" / "pip.log") in str(caught.value)


def test_a_port_in_use_is_said_with_what_to_do() -> None:
    """The person may not know what an address in use is."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Trouble) as caught:
            check_port_free(port, "--port")

    assert str(caught.value).startswith(f"Port {port} is in use by another program.")
    assert "--port" in str(caught.value)


def test_a_failed_installation_leaves_no_environment(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a network the next run starts over."""
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_RETRIES", "0")

    with pytest.raises(Trouble) as caught:
        server_python()

    assert "Installing the server and its tools failed" in str(caught.value)
    assert not list(cache.glob("server-*/.ready"))
