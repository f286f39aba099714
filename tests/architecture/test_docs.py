"""The documents tell the truth: what can be met is explained, and what is named exists."""

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest
import yaml

from ha_mcp import problems
from ha_mcp.problems import Problem

REPOSITORY: Final = Path(__file__).resolve().parents[2]
SERVER: Final = REPOSITORY / "ha-mcp"
LINK: Final = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
TOOL: Final = re.compile(r"`(ha_[a-z_]+)`")


def documents() -> list[Path]:
    """List the documents of this repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "*.md"]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return [REPOSITORY / name for name in listed.stdout.split("\0") if name]


def codes() -> set[str]:
    """Collect the codes of all problems."""
    kinds = (kind for kind in vars(problems).values() if isinstance(kind, type))
    return {kind.code for kind in kinds if issubclass(kind, Problem)}


def tool_files() -> set[str]:
    """Collect the names of the tools: a file is a tool."""
    files = (SERVER / "src" / "ha_mcp" / "tools").glob("*/[!_]*.py")
    return {f"ha_{file.stem.removeprefix('ha_')}" for file in files}


def test_every_problem_code_is_explained() -> None:
    """A code is what people search for."""
    text = (SERVER / "DOCS.md").read_text(encoding="utf-8")

    assert [code for code in sorted(codes()) if f"| `{code}` |" not in text] == []


def test_every_toolset_is_named() -> None:
    """A folder of tools is a toolset."""
    text = (SERVER / "DOCS.md").read_text(encoding="utf-8")
    folders = (SERVER / "src" / "ha_mcp" / "tools").glob("[!_.]*/")

    assert [one.name for one in folders if f"*{one.name.replace('_', ' ')}*" not in text] == []


def test_every_option_is_explained_under_its_own_heading() -> None:
    """As it is spelled in the app's description."""
    text = (SERVER / "DOCS.md").read_text(encoding="utf-8")
    described = yaml.safe_load((SERVER / "config.yaml").read_text(encoding="utf-8"))

    assert [name for name in described["schema"] if f"### `{name}`" not in text] == []


@pytest.mark.parametrize("document", ["DOCS.md", "CHANGELOG.md"])
def test_every_tool_is_named_and_no_other(document: str) -> None:
    """A tool that is promised and missing is worse than one that is missing."""
    text = (SERVER / document).read_text(encoding="utf-8")

    assert set(TOOL.findall(text)) == tool_files()


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.name)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    """In a clone, and in the store's pages."""
    targets = LINK.findall(document.read_text(encoding="utf-8"))
    relative = [target.partition("#")[0] for target in targets if "://" not in target]

    assert [name for name in relative if name and not (document.parent / name).exists()] == []
