"""One configured thing with its body, and what a reader brings."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from ..registries import Registries
from ..states import States
from ..wire import Core, Rest


class Document(Struct, frozen=True, gc=False):
    """A configured thing; its body stays JSON until somebody wants it."""

    kind: str
    id: str  # as its storage knows it; an entity id where storage has none
    name: str
    raw: bytes
    entity_id: str | None = None
    partial: str = ""  # what Home Assistant does not tell of it
    version: float = 0.0  # when it was modified, where Home Assistant says so

    @property
    def key(self) -> tuple[str, str]:
        """Kind and id."""
        return self.kind, self.id

    @property
    def body(self) -> Any:
        """The body, decoded anew at each call."""
        return msgspec.json.decode(self.raw)


type Known = Mapping[tuple[str, str], Document]


class Unread(Struct, frozen=True):
    """Something that could not be read: one thing, or (without an id) a whole kind."""

    kind: str
    id: str
    reason: str


class Reading(Struct):
    """What a reader found, and what it could not read."""

    documents: list[Document] = []
    unread: list[Unread] = []

    def add(self, other: "Reading") -> None:
        """Take over what another reading found."""
        self.documents += other.documents
        self.unread += other.unread


class Source(Struct, frozen=True):
    """Where readers read from; without ``rest`` the options of flow helpers stay unread."""

    core: Core
    rest: Rest | None
    states: States
    registries: Registries

    def entity_ids(self, domain: str) -> list[str]:
        """Return the entities of a domain, those without a state included."""
        head = f"{domain}."
        known = dict.fromkeys(state.entity_id for state in self.states if state.domain == domain)
        known |= dict.fromkeys(one for one in self.registries.entities if one.startswith(head))
        return list(known)

    def by_unique_id(self, platform: str) -> dict[str, str]:
        """Return the entity ids of an integration by unique id."""
        return {
            str(entry.unique_id): entity_id
            for entity_id, entry in self.registries.entities.items()
            if entry.platform == platform
        }

    def name_of(self, entity_id: str) -> str:
        """Return the name people see."""
        state = self.states.get(entity_id)
        return self.registries.name_of(entity_id, state.name if state else None)


class Reader(Protocol):
    """Reads all documents of one or more kinds, or the few that events name."""

    @property
    def events(self) -> frozenset[str]:
        """The types of the events that make documents stale; empty when nothing announces it."""
        ...

    def owns(self, document: Document) -> bool:
        """Tell whether a document is of this reader."""
        ...

    async def read(self, source: Source, known: Known, /) -> Reading:
        """Read everything; what is known and unchanged may be taken over."""
        ...

    def concerned(self, event: Mapping[str, Any], /) -> bool:
        """Tell whether the data of one of its events makes anything stale."""
        ...


def touches(event: Mapping[str, Any], domains: Iterable[str]) -> bool:
    """Tell whether a registry event is about an entity of these domains, by its old or new id."""
    ids = (event.get("entity_id", ""), event.get("old_entity_id", ""))
    return any(str(one).partition(".")[0] in domains for one in ids)
