"""Scenes and old groups: their members stand in their states, the rest only in files."""

from collections.abc import Mapping
from typing import Any

import msgspec

from .document import Document, Known, Reading, Source, touches

_LEFT_OUT = {
    "scene": "only its members are known here, not the states they get",
    "group": "",
}


class MembersReader:
    """Reads the members that the states of a domain name."""

    def __init__(self, domain: str, *announced: str) -> None:
        """Take the domain, and the types of the events that say that it was loaded anew."""
        self._domain = domain
        self.events = (
            frozenset({*announced, "entity_registry_updated"}) if announced else frozenset()
        )

    def owns(self, document: Document) -> bool:
        """Tell whether a document is of this domain."""
        return document.kind == self._domain

    def concerned(self, event: Mapping[str, Any], /) -> bool:
        """Tell whether an event is about this domain."""
        return "entity_id" not in event or touches(event, (self._domain,))

    async def read(self, source: Source, _known: Known, /) -> Reading:
        """Make a document of each entity that has members."""
        return Reading(
            [
                document
                for entity_id in source.entity_ids(self._domain)
                if (document := self._document(source, entity_id)) is not None
            ]
        )

    def _document(self, source: Source, entity_id: str) -> Document | None:
        state = source.states.get(entity_id)
        attributes = state.attributes if state else {}
        members = attributes.get("entity_id")
        entry = source.registries.entities.get(entity_id)
        if not isinstance(members, list) or (
            entry and entry.platform not in ("homeassistant", "group")
        ):
            return None  # a scene that a device keeps has no members to tell
        storage_id = attributes.get("id") or (entry.unique_id if entry else entity_id)
        name = source.name_of(entity_id)
        raw = msgspec.json.encode({"name": name, "entities": members})
        return Document(
            self._domain, str(storage_id), name, raw, entity_id, _LEFT_OUT[self._domain]
        )
