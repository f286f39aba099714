"""Automations and scripts: Core gives the body of each by its entity id."""

import asyncio
from collections.abc import Mapping
from typing import Any

from msgspec import Raw, Struct

from ...problems import Forbidden, NotFound, Problem, Unreachable, Unsupported
from .document import Document, Known, Reading, Source, Unread, touches

_AT_ONCE = 500  # Core closes a connection with thousands of answers waiting


class _Body(Struct):
    config: Raw = Raw(b"null")


class ConfiguredReader:
    """Reads what ``<domain>/config`` tells; 200 of them take milliseconds."""

    def __init__(self, domain: str, *announced: str) -> None:
        """Take the domain, and the types of the events that say that it was loaded anew."""
        self._domain = domain
        self.events = frozenset({*announced, "entity_registry_updated"})

    def owns(self, document: Document) -> bool:
        """Tell whether a document is of this domain."""
        return document.kind == self._domain

    def concerned(self, event: Mapping[str, Any], /) -> bool:
        """Tell whether an event is about this domain: its registry, its services, its reload."""
        if "entity_id" in event:
            return touches(event, (self._domain,))
        return bool(event.get("domain", self._domain) == self._domain)

    async def read(self, source: Source, _known: Known, /) -> Reading:
        """Read all; the first one alone, since a token without admin rights may read none."""
        reading = Reading()
        entity_ids = [
            one
            for one in source.entity_ids(self._domain)
            if not self._skipped(source, one, reading)
        ]
        for chunk in (entity_ids[:1], *_chunks(entity_ids[1:])):
            try:
                found = await asyncio.gather(*(self._one(source, one) for one in chunk))
            except (Forbidden, Unsupported) as problem:
                if isinstance(problem, Forbidden):
                    reading.unread.append(Unread(self._domain, "", problem.message))
                return reading
            for one in found:
                reading.add(one)
        return reading

    def _skipped(self, source: Source, entity_id: str, reading: Reading) -> bool:
        entry = source.registries.entities.get(entity_id)
        if entry is None or entry.disabled_by is None:
            return False
        reason = "it is disabled, so Home Assistant has not loaded it"
        reading.unread.append(Unread(self._domain, str(entry.unique_id), reason))
        return True

    async def _one(self, source: Source, entity_id: str) -> Reading:
        entry = source.registries.entities.get(entity_id)
        storage_id = str(entry.unique_id) if entry and entry.unique_id else entity_id
        try:
            answer = await source.core.fetch(f"{self._domain}/config", _Body, entity_id=entity_id)
        except (Forbidden, Unsupported, Unreachable):
            raise
        except NotFound:
            return Reading()  # it went away meanwhile, and an event says so
        except Problem as problem:
            return Reading(unread=[Unread(self._domain, storage_id, problem.message)])
        raw = bytes(answer.config)
        if raw == b"null":
            return Reading(unread=[Unread(self._domain, storage_id, "it has no configuration")])
        name = source.name_of(entity_id)
        return Reading([Document(self._domain, storage_id, name, raw, entity_id)])


def _chunks(ids: list[str]) -> list[list[str]]:
    return [ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE)]
