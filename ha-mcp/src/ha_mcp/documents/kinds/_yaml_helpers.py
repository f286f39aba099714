"""Helpers that stand in YAML: read from what their entities tell, never edited here."""

from collections.abc import Collection
from typing import Final

from ...home import Home
from ...home.kinds import STORED_HELPERS
from ...home.rows import State
from ..kind import Listed, Snapshot

_FIXED: Final = "it stands in YAML: configuration.yaml, a package or another included file"
_PARTIAL: Final = "what its entity does not show"


class YamlHelpers:
    """The helpers whose entities say that they are not editable."""

    def __init__(self, home: Home) -> None:
        """Take the home."""
        self._home = home

    def all(self) -> list[Listed]:
        """Return those of all types."""
        return [
            Listed(
                self._id(state),
                self._home.names.name(state.entity_id),
                f"{state.domain} in YAML",
                state.entity_id,
            )
            for state in self._home.states
            if state.domain in STORED_HELPERS and _is_yaml(state)
        ]

    def get(self, document_id: str, fields: Collection[str]) -> Snapshot | None:
        """Return one with the fields that its entity shows; None when there is none."""
        for state in self._home.states:
            if (
                state.domain in STORED_HELPERS
                and _is_yaml(state)
                and self._id(state) == document_id
            ):
                break
        else:
            return None
        shown = {key: value for key, value in state.attributes.items() if key in fields}
        name = self._home.names.name(state.entity_id)
        body = {"name": name, **shown}
        return Snapshot(body, name, state.domain, fixed=_FIXED, partial=_PARTIAL)

    def _id(self, state: State) -> str:
        entry = self._home.registries.entities.get(state.entity_id)
        unique_id = entry.unique_id if entry else None
        return f"{state.domain}.{unique_id or state.entity_id.partition('.')[2]}"


def _is_yaml(state: State) -> bool:
    return state.attributes.get("editable") is False
