"""A tool is declared by one typed, documented function."""

from typing import Any, TypedDict

import pytest

from ha_mcp.toolkit import Profile, Risk, tool


class Home:
    """What a tool needs."""


class Place(TypedDict, total=False):
    """An argument with parts."""

    room: str
    floor: str


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


def test_a_profile_sees_fewer_arguments() -> None:
    """Its clients read less; what they send besides is understood as ever."""
    declared = tool(title="T", risk=Risk.ACT, shown={Profile.VOICE: ["name"]})(ha_lamp.function)

    seen = declared.seen_by(Profile.VOICE)

    assert seen.contract()["inputSchema"] == {
        "type": "object",
        "properties": {"name": {"type": "string"}},
        "required": ["name"],
        "additionalProperties": False,
    }
    assert "bright" in declared.contract()["inputSchema"]["properties"]
    assert seen.fields.check({"name": "desk", "bright": "7"}) == {"name": "desk", "bright": 7}


async def ha_go(place: Place | None = None, **rest: Any) -> str:
    """Go somewhere."""
    return f"{place} {rest}"


def test_a_profile_sees_a_part_of_an_object_on_its_own() -> None:
    """Of a tool that understands it there: flat is easier for small models."""
    seen = tool(title="T", risk=Risk.ACT, shown={Profile.VOICE: ["place.room"]})(ha_go)

    assert seen.seen_by(Profile.VOICE).contract()["inputSchema"]["properties"] == {
        "room": {"type": "string"}
    }


@pytest.mark.parametrize(
    ("function", "shown", "wrong"),
    [
        (ha_lamp.function, ["bright"], "would be hidden: name"),
        (ha_lamp.function, ["name", "dim"], "no argument dim"),
        (ha_lamp.function, ["name", "name.first"], r"no argument name\.first"),
        (ha_go, ["place.street"], r"no argument place\.street"),
    ],
    ids=["a required one hidden", "unknown", "a part of a closed tool", "an unknown part"],
)
def test_a_view_that_cannot_be_stops_the_server(
    function: Any, shown: list[str], wrong: str
) -> None:
    """At its start, not at a call."""
    with pytest.raises(TypeError, match=wrong):
        tool(title="T", risk=Risk.ACT, shown={Profile.VOICE: shown})(function)
