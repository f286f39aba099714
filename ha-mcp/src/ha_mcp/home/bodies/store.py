"""All bodies, by kind and id: read once, read again when events say so."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from ..kinds import STORED_HELPERS
from ..registries import Registries
from ..states import States
from ..wire import Core, Rest
from .collections import energy, helpers, persons, pipelines
from .configured import ConfiguredReader
from .dashboards import DashboardReader
from .document import Document, Reader, Reading, Source, Unread
from .flow_helpers import FlowHelperReader
from .members import MembersReader

type DocumentListener = Callable[[Document | None, Document | None], None]  # old, new

_READERS: Final[Mapping[str, tuple[Reader, ...]]] = {
    "automations": (ConfiguredReader("automation", "automation_reloaded"),),
    "scripts": (ConfiguredReader("script", "service_registered", "service_removed"),),
    "scenes": (MembersReader("scene", "scene_reloaded"),),
    "dashboards": (DashboardReader(),),
    "lists": (
        *(helpers(domain) for domain in STORED_HELPERS),
        FlowHelperReader(),
        MembersReader("group"),
        persons(),
        pipelines(),
        energy(),
    ),
}

PARTS: Final = tuple(_READERS)
"""What is read, and made stale, together; ``lists`` are changed without an event."""


class Bodies:
    """The documents of a home; listeners hear of each change as (old, new)."""

    def __init__(
        self, core: Core, states: States, registries: Registries, rest: Rest | None = None
    ) -> None:
        """Take the wires and what is known already; nothing is read before ``refresh``."""
        self._source = Source(core, rest, states, registries)
        self._documents: dict[tuple[str, str], Document] = {}
        self._by_entity: dict[str, Document] = {}
        self._listeners: list[DocumentListener] = []
        self._unread: dict[Reader, list[Unread]] = {}
        self._lists = asyncio.Lock()

    @staticmethod
    def events(part: str) -> frozenset[str]:
        """Return the types of the events that make a part stale."""
        return frozenset().union(*(reader.events for reader in _READERS[part]))

    @property
    def complete(self) -> bool:
        """Whether everything was read once."""
        return all(reader in self._unread for part in _READERS.values() for reader in part)

    @property
    def unread(self) -> list[Unread]:
        """What could not be read, and why."""
        return [one for unread in self._unread.values() for one in unread]

    async def refresh(self, part: str, events: Iterable[Mapping[str, Any]] | None = None) -> None:
        """Read a part again, whole; given the data of events, only if one of them concerns it."""
        readers = _READERS[part]
        if events is not None:
            told = list(events)
            readers = tuple(
                one for one in readers if one not in self._unread or any(map(one.concerned, told))
            )
        readings = await asyncio.gather(
            *(reader.read(self._source, self._documents) for reader in readers)
        )
        for reader, reading in zip(readers, readings, strict=True):
            self._replace(reader, reading)
            self._unread[reader] = reading.unread

    async def refresh_all(self) -> None:
        """Read everything."""
        await asyncio.gather(*map(self.refresh, PARTS))

    async def refresh_unannounced(self) -> None:
        """Read again what changes without an event, and for the first time what was not yet read.

        A few milliseconds.
        """
        async with self._lists:
            await asyncio.gather(*(self.refresh(part, ()) for part in PARTS if part != "lists"))
            await self.refresh("lists")

    def get(self, kind: str, document_id: str) -> Document | None:
        """Return a document, or None."""
        return self._documents.get((kind, document_id))

    def of_entity(self, entity_id: str) -> Document | None:
        """Return the document behind an entity, or None."""
        return self._by_entity.get(entity_id)

    def of_kind(self, kind: str) -> list[Document]:
        """Return the documents of one kind."""
        return [one for one in self._documents.values() if one.kind == kind]

    def listen(self, listener: DocumentListener) -> Callable[[], None]:
        """Call the listener at each change; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def __iter__(self) -> Iterator[Document]:
        """Iterate over all documents."""
        return iter(tuple(self._documents.values()))

    def __len__(self) -> int:
        """Count them."""
        return len(self._documents)

    def _replace(self, reader: Reader, reading: Reading) -> None:
        found = {document.key: document for document in reading.documents}
        for key, old in list(self._documents.items()):
            if key not in found and reader.owns(old):
                self._put(old, None)
        for key, new in found.items():
            before = self._documents.get(key)
            if before != new:
                self._put(before, new)

    def _put(self, old: Document | None, new: Document | None) -> None:
        if old is not None:
            del self._documents[old.key]
            if old.entity_id:
                self._by_entity.pop(old.entity_id, None)
        if new is not None:
            self._documents[new.key] = new
            if new.entity_id:
                self._by_entity[new.entity_id] = new
        for listener in tuple(self._listeners):
            listener(old, new)
