"""A tool is declared by one typed, documented function."""

from typing import Any

import pytest

from ha_mcp.toolkit import Risk, tool


class Home:
    """What a tool needs."""


@tool(title="Lamp", risk=Risk.ACT, outside=True)
async def ha_lamp(home: Home, name: str, bright: int = 50) -> str:
    """Light a lamp.

    In the home.
    """
    return f"{type(home).__name__} {name} {bright}"


def test_clients_see_the_contract_and_not_what_the_server_gives() -> None:
    """The signature is the only place where it is written."""
    assert ha_lamp.contract() == {
        "name": "ha_lamp",
        "title": "Lamp",
        "description": "Light a lamp.\n\nIn the home.",
        "inputSchema": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "bright": {"type": "integer", "default": 50},
            },
            "required": ["name"],
            "additionalProperties": False,
        },
        "annotations": {
            "readOnlyHint": False,
            "destructiveHint": True,
            "idempotentHint": False,
            "openWorldHint": True,
        },
    }


@pytest.mark.parametrize("risk", list(Risk))
def test_only_what_reads_is_called_harmless(risk: Risk) -> None:
    """Clients ask their person by these hints."""
    declared = tool(title="T", risk=risk)(ha_lamp.function)

    reads = risk is Risk.READ
    assert declared.annotations() == {
        "readOnlyHint": reads,
        "destructiveHint": not reads,
        "idempotentHint": reads,
        "openWorldHint": False,
    }


async def test_a_tool_runs_with_what_it_needs_and_its_arguments() -> None:
    """Needs are found by their class."""
    assert await ha_lamp.run({Home: Home()}, {"name": "desk"}) == "Home desk 50"


async def test_an_open_tool_takes_what_else_is_sent() -> None:
    """But nothing in place of what it needs."""

    @tool(title="Open", risk=Risk.READ)
    async def ha_open(home: Home, value: Any = None, **rest: Any) -> list[Any]:
        """Take anything."""
        return [type(home).__name__, value, rest]

    arguments = ha_open.fields.check({"value": [1], "more": 2})
    assert await ha_open.run({Home: Home()}, arguments) == ["Home", [1], {"more": 2}]
    assert ha_open.contract()["inputSchema"] == {
        "type": "object",
        "properties": {"value": {}},
        "additionalProperties": True,
    }
