"""What Home Assistant's own voice and chat agents are offered: few tools, flat, none to configure.

``UPDATE_CONTRACTS=1`` writes the list anew: the difference is what has to be reviewed.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ha_mcp import tools
from ha_mcp.toolkit import Catalog, Profile, Risk
from lab.tokens import count

CONTRACT = Path(__file__).with_name("voice.json")
ALL = Catalog.discover(tools)
VOICE = ALL.seen_by(Profile.VOICE)
MOST_TOKENS = 1_000  # small models with little context read it at every sentence that is spoken


def listed() -> list[dict[str, Any]]:
    """Return the list as it is offered."""
    return [tool.contract() for tool in VOICE]


def test_the_list_is_the_committed_one() -> None:
    """It is an interface that agents' prompts build on."""
    if os.environ.get("UPDATE_CONTRACTS"):
        text = json.dumps(listed(), indent=2, ensure_ascii=False)
        CONTRACT.write_text(f"{text}\n", encoding="utf-8")

    assert json.loads(CONTRACT.read_text(encoding="utf-8")) == listed()


def test_nothing_configures_or_removes() -> None:
    """Whoever can speak in the house could use it."""
    assert {tool.risk for tool in VOICE} == {Risk.READ, Risk.ACT}


def test_the_list_is_short() -> None:
    """In tokens, which is what a local model counts."""
    assert count(json.dumps(listed(), ensure_ascii=False, separators=(",", ":"))) <= MOST_TOKENS


@pytest.mark.parametrize("tool", list(VOICE), ids=lambda tool: tool.name)
def test_arguments_are_flat(tool: Any) -> None:
    """Small models fill nested objects badly, and Home Assistant converts each schema."""
    arguments = tool.contract()["inputSchema"]["properties"].values()
    inner = [one["items"] for one in arguments if "items" in one]

    assert [one for one in [*arguments, *inner] if "properties" in one] == []


def test_what_is_lifted_out_of_the_target_is_taken_where_it_is_shown() -> None:
    """The tool that acts understands its target's ids beside it."""
    acting = VOICE.get("ha_call_action")
    given = {"action": "light.turn_on", "area_id": ["kitchen"], "entity_id": ["light.desk"]}

    assert acting.fields.check(given) == given
