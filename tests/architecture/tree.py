"""The source as the tests of this folder look at it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "ha-mcp" / "src" / "ha_mcp"


def modules(folder: Path = PACKAGE) -> list[Path]:
    """Return every Python file below a folder."""
    return sorted(file for file in folder.rglob("*.py") if "node_modules" not in file.parts)


@cache
def parsed(file: Path) -> ast.Module:
    """Return what a file says."""
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def part_of(file: Path) -> str:
    """Return the part of the product a file belongs to: a folder or a module at the top."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(file: Path) -> Iterator[str]:
    """Yield the parts of the product that a file imports."""
    here = file.relative_to(PACKAGE).parent.parts
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.ImportFrom):
            if node.level:
                base = here[: len(here) - node.level + 1]
                path = [*base, *(node.module or "").split(".")] if node.module else [*base]
            elif (node.module or "").split(".")[0] == "ha_mcp":
                path = (node.module or "").split(".")[1:]
            else:
                continue
            yield from [path[0]] if path else [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from (
                alias.name.split(".")[1] for alias in node.names if alias.name.startswith("ha_mcp.")
            )
