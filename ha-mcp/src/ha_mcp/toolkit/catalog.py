"""Which tools there are: every module of the tools package, strictly."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Self

from ..problems import NotFound
from .profile import Profile
from .tool import Tool


class Catalog:
    """The tools of this server, by name, in a stable order."""

    def __init__(self, tools: Mapping[str, Tool]) -> None:
        """Take the tools; the order of listing is alphabetical."""
        self._tools = dict(sorted(tools.items()))

    @classmethod
    def discover(cls, package: ModuleType) -> Self:
        """Import every module of the package; each must hold one documented tool of its name.

        Modules whose name begins with an underscore are the package's own. Raises TypeError for
        a module without its tool: one image has one version, so that is a mistake, not a mode.
        """
        found: dict[str, Tool] = {}
        for path in _modules(package):
            tool = _only_tool(importlib.import_module(path))
            if tool.name in found:
                raise TypeError(f"{path} defines {tool.name}, which another module has already")
            found[tool.name] = tool
        return cls(found)

    def seen_by(self, profile: Profile) -> Self:
        """Return the tools that a profile offers, with the arguments it shows."""
        offered = (tool for tool in self if profile in tool.views)
        return type(self)({tool.name: tool.seen_by(profile) for tool in offered})

    def get(self, name: str) -> Tool:
        """Return the tool; raises NotFound with the nearest names."""
        tool = self._tools.get(name)
        if tool is None:
            raise NotFound.naming("tool", name, self._tools)
        return tool

    def __iter__(self) -> Iterator[Tool]:
        """Iterate over the tools in the order they are listed."""
        return iter(self._tools.values())

    def __len__(self) -> int:
        """Count them."""
        return len(self._tools)


def _only_tool(module: ModuleType) -> Tool:
    name = f"ha_{module.__name__.rpartition('.')[2]}"
    match [one for one in vars(module).values() if isinstance(one, Tool)]:
        case [tool] if tool.name == name and tool.description:
            return tool
    raise TypeError(f"{module.__name__} must define one documented tool, {name}")


def _modules(package: ModuleType) -> Iterator[str]:
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not info.ispkg and not info.name.rpartition(".")[2].startswith("_"):
            yield info.name
