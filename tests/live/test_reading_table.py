"""The table of what reads is held against the source of Core itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ha_mcp.ha.reading import COMMANDS
from lab.environments import core_python

pytestmark = pytest.mark.live

NAME = re.compile(r'"([a-z_0-9]+(?:/[a-z_0-9]+)*)"')
# What a handler calls when it changes something; collections have handlers without a name.
CHANGING = re.compile(
    r"async_(save|delay_save|schedule_save|write|create\w*|delete\w*|remove_\w+|set_\w+|fire\w*"
    r"|call|reload|dismiss\w*|ignore\w*|install|update_(entry|item|entity|device|user)\w*)\("
)
LOOKED_AT = {"media_player/search_media": "async_set_context("}  # of the request, not the home
FEW_COLLECTIONS = 20  # commands of the table whose handlers are made by a collection


def handlers(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the names and the source of every decorated handler of a WebSocket command."""
    for file in root.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        if "websocket_command" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                decorators = [
                    ast.get_source_segment(text, one) or "" for one in node.decorator_list
                ]
                names = {name for one in decorators for name in NAME.findall(one)}
                for name in names:
                    yield name, ast.get_source_segment(text, node) or ""


def test_no_handler_of_a_reading_command_changes_anything() -> None:
    """A command that sounds like reading may mark what was read."""
    package = next(core_python().parent.parent.glob("lib/python3*/site-packages/homeassistant"))
    known: set[str] = set()
    changing: dict[str, str] = {}
    for name, source in handlers(package):
        if name in COMMANDS:
            known.add(name)
            found = CHANGING.search(source)
            if found and LOOKED_AT.get(name) != found[0]:
                changing[name] = found[0]

    assert changing == {}
    assert len(known) > 100
    assert len(COMMANDS - known) <= FEW_COLLECTIONS
    assert all(
        one.endswith(("/list", "/get", "/resources", "/common_control")) for one in COMMANDS - known
    )
