"""Imports point inward, and what is forbidden for good reasons does not come back quietly."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ha_mcp import tools
from ha_mcp.toolkit import Catalog

from .tree import PACKAGE, REPOSITORY, imported, modules, parsed, part_of

ALLOWED: dict[str, set[str]] = {
    "problems": set(),
    "ha": {"problems"},
    "home": {"problems"},
    "journal": {"problems"},
    "documents": {"home", "journal", "problems"},
    "toolkit": {"problems"},
    "access": {"problems", "toolkit"},
    "tools": {"documents", "home", "journal", "toolkit", "problems"},
    "web": {"_shared", "access", "toolkit", "problems"},
    "_shared": set(),
    # The modules at the top: options and the log, what app.py is made of, app.py, the run modes.
    "secret": {"problems"},
    "edge_options": {"problems"},
    "options": {"access", "edge_options", "problems", "secret"},
    "app_options": {"access", "edge_options", "options", "problems", "secret"},
    "edges": {"options", "web"},
    "oauth_options": {"edge_options", "options", "problems", "secret"},
    "masks": {"secret"},
    "narrowing": {"access", "documents", "home", "toolkit"},
    "secrets_file": {"secret"},
    "redact": {"masks", "secret"},
    "logs": {"options", "redact", "secret", "secrets_file"},
    "addresses": {"ha", "options"},
    "announcing": {"access", "addresses", "ha", "options", "problems", "redact", "secret"},
    "answering": {"home", "toolkit"},
    "assist": {"access", "app_options", "ha", "options", "problems", "secret", "web"},
    "remote": {"doctor", "problems", "secret"},
    "relays": {"_shared", "doctor", "ha", "options", "problems", "remote", "secret", "web"},
    "authorizing": {"access", "ha", "options", "secret", "web"},
    "rights": {"ha"},
    "private_urls": {"access", "secret"},
    "further": {"access", "options", "private_urls", "secret", "web"},
    "settling": {"home"},
    "visitors": {"ha"},
    "panel": {
        *("_shared", "access", "addresses", "doctor", "documents", "ha", "home", "journal"),
        *("masks", "options", "problems", "remote", "secret", "web"),
    },
    "app": {
        *("answering", "masks", "narrowing", "options", "rights", "secrets_file", "settling"),
        *("__version__", "documents", "ha", "home", "toolkit", "tools", "web"),
    },
    "doctor": {"_shared", "app_options", "ha", "options", "problems"},
    "many": {
        *("announcing", "answering", "app", "edges", "oauth_options", "secret"),
        *("_shared", "access", "documents", "ha", "home", "problems", "toolkit", "tools", "web"),
    },
    "commands": {
        *("access", "addresses", "app", "app_options", "documents", "ha", "home", "journal"),
        *("many", "oauth_options", "options", "problems"),
    },
    "modes": {
        *("announcing", "app", "app_options", "assist", "authorizing", "edges", "further", "ha"),
        *("logs", "many", "oauth_options", "options", "panel", "problems", "relays", "toolkit"),
        *("visitors", "web"),
    },
    "__main__": {"modes", "__version__"},
    "__init__": set(),
}
EXCEPTION = re.compile(r"#\s*(noqa|type:\s*ignore|pragma)\b.*")
REASONED = re.compile(
    r"#\s*(noqa: [A-Z0-9, ]+ - |type: ignore\[[a-z, -]+\] # |pragma: [a-z ]+ - )\S"
)
MOST_EXCEPTIONS = 15  # in the product; each new one raises this number in the same commit


@pytest.mark.parametrize("file", modules(), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_point_inward(file: Path) -> None:
    """Who knows whom is the design; a cycle is a finding, not a nuisance."""
    part = part_of(file)

    assert set(imported(file)) - {part} <= ALLOWED[part]


@pytest.mark.parametrize("file", modules(), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_nothing_is_imported_inside_a_function(file: Path) -> None:
    """A hidden import hides a cycle or a cost."""
    functions = [
        node
        for node in ast.walk(parsed(file))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    hidden = [
        inner.lineno
        for function in functions
        for inner in ast.walk(function)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
    ]

    assert hidden == []


def test_only_the_tools_know_the_names_of_tools() -> None:
    """A tool is renamed in one place."""
    names = re.compile(rf"\b({'|'.join(tool.name for tool in Catalog.discover(tools))})\b")
    elsewhere = [
        f"{file.relative_to(PACKAGE)}: {found[0]}"
        for file in PACKAGE.rglob("*")
        if file.suffix in {".py", ".md", ".html"} and part_of(file) != "tools"
        for found in names.finditer(file.read_text(encoding="utf-8"))
    ]

    assert elsewhere == []


def test_every_file_of_the_tools_is_a_tool() -> None:
    """A folder without __init__.py would be left out silently."""
    files = {file.stem for file in modules(PACKAGE / "tools") if not file.stem.startswith("_")}

    assert {f"ha_{stem}" for stem in files} == {tool.name for tool in Catalog.discover(tools)}


def test_only_one_place_catches_everything() -> None:
    """Who swallows mistakes hides them."""
    broad = [
        str(file.relative_to(PACKAGE))
        for file in modules()
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") == "Exception")
    ]

    assert broad == ["toolkit/stages/contain.py"]


def test_only_the_run_modes_read_the_environment() -> None:
    """Options are read once, and passed."""
    readers = {
        str(file.relative_to(PACKAGE))
        for file in modules()
        if "os.environ" in file.read_text(encoding="utf-8")
    }

    assert readers == {"__main__.py"}


def test_no_task_runs_unowned() -> None:
    """A task that nobody waits for fails in silence; a TaskGroup does not."""
    bare = [
        f"{file.relative_to(PACKAGE)}:{node.lineno}"
        for file in modules()
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Attribute)
        and node.attr == "create_task"
        and getattr(node.value, "id", "") == "asyncio"
    ]

    assert bare == []


def _exceptions(*folders: Path) -> Iterator[tuple[str, str]]:
    for file in (file for folder in folders for file in modules(folder)):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if found := EXCEPTION.search(line):
                yield f"{file.relative_to(REPOSITORY)}:{number}", found[0]


def test_every_exception_to_a_rule_has_its_reason_beside_it() -> None:
    """Else nobody dares to remove it."""
    folders = [REPOSITORY / name for name in ("ha-mcp/src", "scripts", "tests")]
    here = Path(__file__).relative_to(REPOSITORY)
    bare = [
        place
        for place, comment in _exceptions(*folders)
        if not REASONED.match(comment) and not place.startswith(f"{here}:")
    ]

    assert bare == []


def test_exceptions_are_few_and_there_is_none_in_the_tools() -> None:
    """Tools are what most people will write, and read."""
    assert list(_exceptions(PACKAGE / "tools")) == []
    assert len(list(_exceptions(PACKAGE))) <= MOST_EXCEPTIONS
