"""A person takes a change back from the command line, while the server runs on the same journal."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from lab.client import core_client
from lab.core import RunningCore, running_core
from live.serving import Served, serving
from server.test_modes import PROGRAMS, ended

pytestmark = pytest.mark.live


@pytest_asyncio.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """Run the small home."""
    async with running_core(home="demo") as running:
        yield running


@pytest_asyncio.fixture(scope="module")
async def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the server's state a place of its own."""
    return tmp_path_factory.mktemp("state")


@pytest_asyncio.fixture(scope="module")
async def served(core: RunningCore, state: Path) -> AsyncIterator[Served]:
    """Run a server."""
    async with serving(state, core.url, core.token) as server:
        await server.connected()
        yield server


async def labels(core: RunningCore) -> set[str]:
    """Return the names of the labels in Home Assistant."""
    async with core_client(core.url, core.token) as client:
        return {one["name"] for one in await client.command("config/label_registry/list")}


async def test_undo_takes_back_what_an_assistant_did(
    core: RunningCore, state: Path, served: Served
) -> None:
    """Seen beforehand, taken back, and told to the assistant by the journal they share."""
    environment = {
        "HOMEASSISTANT_URL": core.url,
        "HOMEASSISTANT_TOKEN": core.token,
        "XDG_STATE_HOME": str(state / "state"),
    }
    made = await served.ask("ha_config_set", kind="label", config={"name": "Of the robot"})
    found = re.search(r'"change":"(c\d+)"', made.text)
    assert found, made.text

    code, seen, complained = await ended(
        PROGRAMS / "ha-mcp", "undo", "--preview", found[1], **environment
    )
    assert (code, "remove label Of the robot" in seen) == (0, True), complained
    assert "Of the robot" in await labels(core)

    code, said, complained = await ended(PROGRAMS / "ha-mcp", "undo", "last", **environment)
    assert (code, complained) == (0, "")
    assert "label Of the robot" in said
    assert "Of the robot" not in await labels(core)

    told = await served.ask("ha_get_changes")
    assert f"undo of {found[1]}" in told.text
    assert "command line" in told.text


async def test_a_token_that_is_wrong_is_told(core: RunningCore, state: Path) -> None:
    """And nothing was changed."""
    environment = {
        "HOMEASSISTANT_URL": core.url,
        "HOMEASSISTANT_TOKEN": "wrong",
        "XDG_STATE_HOME": str(state / "state"),
    }

    code, said, complained = await ended(PROGRAMS / "ha-mcp", "undo", "last", **environment)

    assert (code, said) == (1, "")
    assert "token" in complained
