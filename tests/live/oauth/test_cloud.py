"""Through Nabu Casa the client's address is https, though what reaches Core says nothing of it."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ha_mcp._shared.relay import AUTH_HEADER, ISSUER_HEADER, RESOURCE_HEADER
from lab.environments import core_python
from live.relay.homes import INTEGRATION

pytestmark = pytest.mark.live
CLOUD = "https://abc.ui.nabu.casa"


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """Ask the integration inside Core's own Python."""
    script = Path(__file__).parent / "inside_core.py"
    done = subprocess.run(
        [core_python(), script, INTEGRATION.parent], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_what_comes_through_remote_ui_is_https(told: dict[str, Any]) -> None:
    """Its tunnel ends inside Core."""
    assert told["through"][RESOURCE_HEADER] == f"{CLOUD}/api/webhook/mcp_0123"
    assert told["through"][ISSUER_HEADER] == f"{CLOUD}/api/ha_mcp_proxy/oauth"
    assert told["through"]["X-Forwarded-Proto"] == "https"


def test_the_same_name_on_another_way_is_what_it_looks_like(told: dict[str, Any]) -> None:
    """Nobody becomes https by their name."""
    assert told["beside"][RESOURCE_HEADER] == "http://abc.ui.nabu.casa/api/webhook/mcp_0123"


def test_a_cloud_hook_has_no_address_of_ours(told: dict[str, Any]) -> None:
    """Not even the one it claims."""
    assert told["stand_in"][AUTH_HEADER] == "url"
    assert RESOURCE_HEADER not in told["stand_in"]
    assert ISSUER_HEADER not in told["stand_in"]
