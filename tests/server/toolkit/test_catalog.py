"""Discovery is strict: a module without its tool stops the server, not only the tool."""

import importlib
import itertools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from ha_mcp.problems import NotFound
from ha_mcp.toolkit import Catalog, Profile

TOOL = '''
from ha_mcp.toolkit import Profile, Risk, tool

@tool(title="T", risk=Risk.READ{more})
async def {name}() -> str:
    """{about}"""
    return ""
'''

type Package = Callable[[dict[str, str]], ModuleType]

_NUMBERS = itertools.count()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    """Make packages of tools from their files."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)

    def make(files: dict[str, str]) -> ModuleType:
        name = f"tools_{next(_NUMBERS)}"
        for path, text in {"__init__.py": "", **files}.items():
            file = tmp_path / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return importlib.import_module(name)

    yield make
    for name in set(sys.modules) - before:
        del sys.modules[name]


def written(name: str, about: str = "Do it.", more: str = "") -> str:
    """Write the module of a tool."""
    return TOOL.format(name=name, about=about, more=more)


def test_every_module_is_a_tool_and_they_are_listed_in_order(package: Package) -> None:
    """A file whose name begins with an underscore belongs to the package itself."""
    catalog = Catalog.discover(
        package(
            {
                "rooms/__init__.py": "",
                "rooms/set.py": written("ha_set"),
                "rooms/_words.py": "x = 1",
                "get.py": written("ha_get"),
            }
        )
    )

    assert [tool.name for tool in catalog] == ["ha_get", "ha_set"]
    assert len(catalog) == 2


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"get.py": ""}, r"get must define one documented tool, ha_get"),
        ({"get.py": written("ha_other")}, r"get must define one documented tool, ha_get"),
        ({"get.py": written("ha_get", "")}, r"get must define one documented tool, ha_get"),
        (
            {"get.py": written("ha_get") + written("ha_more")},
            r"get must define one documented tool, ha_get",
        ),
        (
            {
                "a/__init__.py": "",
                "a/get.py": written("ha_get"),
                "b/__init__.py": "",
                "b/get.py": written("ha_get"),
            },
            r"b\.get defines ha_get, which another module has already",
        ),
    ],
    ids=["nothing", "another name", "undocumented", "two", "twice"],
)
def test_a_module_that_is_not_one_tool_stops_everything(
    package: Package, files: dict[str, str], sentence: str
) -> None:
    """A missing tool is a mistake, not a mode."""
    with pytest.raises(TypeError, match=sentence):
        Catalog.discover(package(files))


def test_a_profile_is_offered_what_says_so(package: Package) -> None:
    """It is written on the tool; whatever is not is left out."""
    heard = written("ha_hear", more=", shown={Profile.VOICE: []}")
    catalog = Catalog.discover(package({"hear.py": heard, "set.py": written("ha_set")}))

    assert [tool.name for tool in catalog.seen_by(Profile.VOICE)] == ["ha_hear"]


def test_an_unknown_tool_is_named_with_the_nearest(package: Package) -> None:
    """Whoever speaks the protocol turns it into its error."""
    catalog = Catalog.discover(package({"get_state.py": written("ha_get_state")}))

    assert catalog.get("ha_get_state").name == "ha_get_state"
    with pytest.raises(NotFound) as caught:
        catalog.get("ha_get_sate")
    assert caught.value.details["similar"] == ["ha_get_state"]
