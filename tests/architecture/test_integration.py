"""The integration is what Home Assistant's own checker, hassfest, would let through."""

import ast
import json
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

FOLDER: Final = (
    Path(__file__).resolve().parents[2] / "webhook-proxy" / "custom_components" / "ha_mcp_proxy"
)
MANIFEST: Final = json.loads((FOLDER / "manifest.json").read_text())
TEXTS: Final = json.loads((FOLDER / "translations" / "en.json").read_text())
SOURCES: Final = sorted(FOLDER.rglob("*.py"))
# What Core itself brings; voluptuous is Core's own under that name.
CORES: Final = {"aiohttp", "homeassistant", "multidict", "voluptuous", "yarl"}
MARK: Final = re.compile(r"<[^>]+>")


def test_the_manifest_is_in_order() -> None:
    """Domain and name first, the others by the alphabet."""
    names = list(MANIFEST)

    assert names[:2] == ["domain", "name"]
    assert names[2:] == sorted(names[2:])


def test_the_manifest_has_what_a_custom_integration_needs() -> None:
    """Without a version Core does not load it at all."""
    assert MANIFEST.keys() >= {"codeowners", "documentation", "integration_type", "iot_class"}
    assert MANIFEST["domain"] == FOLDER.name
    assert MANIFEST["config_flow"] is True
    assert re.fullmatch(r"\d+\.\d+\.\d+", MANIFEST["version"])
    assert MANIFEST["integration_type"] == "service"
    assert MANIFEST["iot_class"] == "local_push"


def test_it_installs_nothing() -> None:
    """Core's environment is shared by all integrations."""
    assert MANIFEST["requirements"] == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_it_imports_only_what_core_brings(source: Path) -> None:
    """And the standard library, and itself."""
    foreign = set(imported(source)) - CORES - set(sys.stdlib_module_names)

    assert foreign == set()


def test_every_dependency_that_is_imported_is_declared() -> None:
    """Core sets them up first."""
    text = "\n".join(source.read_text() for source in SOURCES)
    used = set(re.findall(r"from homeassistant\.components import (\w+)", text))
    platforms = {"system_health", "repairs"}  # ask for us when they are there

    assert used - platforms <= set(MANIFEST["dependencies"])


def test_the_texts_are_sorted_and_free_of_markup() -> None:
    """As hassfest wants them."""
    assert sorted_keys(TEXTS)
    assert [text for text in strings(TEXTS) if MARK.search(text)] == []


def test_every_issue_has_its_texts() -> None:
    """An issue without texts is an empty line under Repairs."""
    source = (FOLDER / "issues.py").read_text()
    keys = set(re.findall(r'^_?[A-Z_]+: Final = "(\w+)"$', source, re.MULTILINE))

    assert keys == TEXTS["issues"].keys()


def test_every_end_and_error_of_the_flow_has_its_text() -> None:
    """Core adds a few of its own."""
    source = (FOLDER / "config_flow.py").read_text() + (FOLDER / "probe.py").read_text()
    ends = set(re.findall(r'reason="(\w+)"', source)) | {
        "already_configured",
        "reconfigure_successful",
    }
    steps = set(re.findall(r'step_id="(\w+)"', source))

    assert ends == TEXTS["config"]["abort"].keys()
    assert steps == TEXTS["config"]["step"].keys()
    assert set(re.findall(r'"(cannot_connect|invalid_url|not_mcp)"', source)) == set(
        TEXTS["config"]["error"]
    )


def test_it_has_an_icon() -> None:
    """Square, and a size that Home Assistant shows sharply."""
    head = (FOLDER / "brand" / "icon.png").read_bytes()[:24]
    width, height = struct.unpack(">II", head[16:24])

    assert head[1:4] == b"PNG"
    assert width == height
    assert width >= 128


def imported(source: Path) -> Iterator[str]:
    """Name the packages that a module imports, itself excepted."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield str(node.module).partition(".")[0]


def sorted_keys(tree: Any) -> bool:
    """Tell whether every mapping of a tree is in order."""
    if not isinstance(tree, dict):
        return True
    return list(tree) == sorted(tree) and all(sorted_keys(branch) for branch in tree.values())


def strings(tree: Any) -> Iterator[str]:
    """Yield every text of a tree."""
    if isinstance(tree, dict):
        for branch in tree.values():
            yield from strings(branch)
    else:
        yield tree
