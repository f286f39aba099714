"""Groups of YAML and of the action group.set: read only. New groups are helpers."""

from collections.abc import Sequence
from typing import Final

from ...home import Home
from ...problems import NotFound
from ..kind import Described, Facts, FieldLine, Listed, Snapshot
from ._kept import ReadOnly

_FIELDS: Final = (
    FieldLine("name", "text"),
    FieldLine("entities", "list of entity ids"),
    FieldLine("all", "true", about="on only when all are"),
    FieldLine("icon", "text"),
)


class GroupKind(ReadOnly):
    """The driver of old groups."""

    facts = Facts("group", "Old group", "its entity id", creates=False, removes=False)
    fixed = (
        "groups of this old sort stand in configuration.yaml or are forgotten at the next start;"
        " a helper of the variant group/light, group/switch, … can be edited"
    )

    def __init__(self, home: Home) -> None:
        """Take the home."""
        self._home = home

    async def all(self) -> Sequence[Listed]:
        """Return all."""
        return [
            Listed(one.entity_id, one.name or one.entity_id, one.state, one.entity_id)
            for one in self._home.states
            if one.domain == "group"
        ]

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one."""
        state = self._home.states.get(document_id)
        if state is None or state.domain != "group":
            raise NotFound(f"There is no group {document_id!r}", what="group", which=document_id)
        told = state.attributes
        body = {"name": state.name, "entities": list(told.get("entity_id", []))}
        body |= {key: told[key] for key in ("all", "icon") if told.get(key)}
        return Snapshot(body, state.name or document_id, fixed=self.fixed)

    async def describe(self, _variant: str, /) -> Described:
        """Tell what is shown of one."""
        example = {"name": "All lights", "entities": ["light.hall", "light.kitchen"]}
        return Described(_FIELDS, example, f"Read only: {self.fixed}.")
