"""A server that stays away is a repair; one that only restarts is not, and Core's log stays short.

The relay's own module runs in Core's Python, where a test can move the clock.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lab.environments import core_python

from .homes import INTEGRATION

pytestmark = pytest.mark.live
SCRIPT = Path(__file__).with_name("inside_core.py")


@pytest.fixture(scope="module")
def ran() -> tuple[dict[str, Any], list[str]]:
    """Play it once: away, still away after 60 s, after 120 s, back."""
    command: list[str | Path] = [core_python(), SCRIPT, INTEGRATION.parent]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = [line for line in done.stderr.splitlines() if "MCP server" in line]
    return json.loads(done.stdout.splitlines()[-1]), lines


def test_a_restart_of_the_server_disturbs_nobody(ran: tuple[dict[str, Any], list[str]]) -> None:
    """An update takes less than the time after which the owner is told."""
    assert ran[0]["told"][:2] == [[], []]


def test_a_server_that_stays_away_is_a_repair(ran: tuple[dict[str, Any], list[str]]) -> None:
    """With the reason, and how long it has been."""
    assert ran[0]["told"][2] == ["server_away_one"]
    assert ran[0]["facts"] == {
        "reachable": False,
        "reason": "it does not answer",
        "seconds_away": 120,
    }


def test_the_repair_is_gone_when_the_server_is_back(
    ran: tuple[dict[str, Any], list[str]],
) -> None:
    """By itself."""
    assert ran[0]["told"][3] == []
    assert ran[0]["now"]["reachable"]


def test_the_log_gets_one_line(ran: tuple[dict[str, Any], list[str]]) -> None:
    """Core's log belongs to everybody."""
    assert len(ran[1]) == 1
