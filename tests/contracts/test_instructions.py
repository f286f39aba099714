"""What a model is told of the whole server is short, and its beginning stands alone."""

import re
from importlib.resources import files

from ha_mcp import tools
from ha_mcp.toolkit import Catalog

TEXT = files(tools).joinpath("instructions.md").read_text(encoding="utf-8")


def test_the_instructions_are_short() -> None:
    """Clients cut them."""
    assert len(TEXT) <= 1_500


def test_the_first_paragraph_stands_alone() -> None:
    """Some clients show the first 512 characters and no more."""
    first = TEXT.partition("\n\n")[0]

    assert len(first) <= 512
    assert {"ha_search", "ha_call_action"} <= set(re.findall(r"\bha_\w+", first))


def test_only_tools_that_exist_are_named() -> None:
    """A model would call them."""
    assert set(re.findall(r"\bha_\w+", TEXT)) <= {tool.name for tool in Catalog.discover(tools)}
