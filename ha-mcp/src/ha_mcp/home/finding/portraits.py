"""What each thing of a home is called, where it belongs, and what its body says."""

import re
from collections.abc import Container, Iterable, Iterator
from typing import Any, Final

from msgspec import Struct

from ..bodies import Bodies, Document
from ..kinds import FLOW_HELPERS, kind_of_domain
from ..registries import Registries
from ..rows import EntityEntry
from ..states import States
from .synonyms import CLASSES, DOMAINS, KINDS
from .words import indexed, spellings

_SYNONYMS: Final = {"domain": DOMAINS, "class": CLASSES, "type": KINDS}
_FLOW_HELPERS: Final = frozenset(FLOW_HELPERS)
_NO_WORD: Final = re.compile(r"[0-9]{5,}|[0-9a-f]{16,}|.{33,}")  # keys, hashes, encoded blobs
_ENTITY_ID: Final = re.compile(r"[a-z_]+\.[a-z0-9_]+")


class Thing(Struct, gc=False):
    """A row of the index; ``row`` is what it was made from, to see when that changed."""

    type: str
    id: str
    name: str
    aliases: tuple[str, ...]  # folded, for comparing; its name is folded when that is asked
    size: int  # words in its name
    shy: str = ""  # hidden, disabled, config, diagnostic: left out unless asked for
    row: Any = None
    document: tuple[str, str] | None = None

    def is_called(self, texts: Container[str]) -> bool:
        """Tell whether one of these folded texts is its whole name, or an alias."""
        return any(one in texts for one in self.aliases) or any(
            one in texts for one in spellings(self.name)
        )


class Portrait(Struct):
    """A thing, the texts it is found by, and the contexts it belongs to (``area:kitchen``)."""

    thing: Thing
    names: list[str]
    others: list[str]
    contexts: list[str]
    body: Document | None = None


class Portraits:
    """Makes portraits from the live home."""

    def __init__(self, states: States, registries: Registries, bodies: Bodies) -> None:
        """Take what knows the home."""
        self._states = states
        self._registries = registries
        self._bodies = bodies

    def entity(self, entity_id: str) -> Portrait:
        """Portray an entity, with or without a state, with or without a registry entry."""
        state = self._states.get(entity_id)
        entry = self._registries.entities.get(entity_id)
        name = self._registries.name_of(entity_id, state.name if state else None)
        names = [name, *self._registries.aliases.get(entity_id, ())]
        domain, _, object_id = entity_id.partition(".")
        document = self._bodies.of_entity(entity_id)
        kind = _kind_of_entity(domain, entry)
        contexts = ["type:entity", f"type:{kind}", f"domain:{domain}"]
        if state is not None and state.device_class:
            contexts.append(f"class:{state.device_class}")
        if entry is not None:
            contexts.append(f"platform:{entry.platform}")
            contexts += self._places(entry)
        aliases = _folded(names[1:])
        thing = Thing(kind, entity_id, name, aliases, _size(name), _shyness(entry), entry)
        if document is not None:
            thing.document = document.key
        return Portrait(thing, names, [object_id], contexts, document)

    def device(self, device_id: str) -> Portrait:
        """Portray a device."""
        device = self._registries.devices[device_id]
        name = device.shown_name
        others = [one for one in (device.model, device.manufacturer, device.name) if one]
        area = self._registries.area_of_device(device_id)
        contexts = ["type:device", *self._of_area(area), *_labels(device.labels)]
        shy = "disabled" if device.disabled_by else ""
        thing = Thing("device", device_id, name, (), _size(name), shy, device)
        return Portrait(thing, [name], others, contexts)

    def area(self, area_id: str) -> Portrait:
        """Portray an area."""
        area = self._registries.areas[area_id]
        contexts = [f"area:{area_id}", *self._of_floor(area.floor_id), *_labels(area.labels)]
        return _named("area", area_id, [area.name, *area.aliases], contexts, area)

    def floor(self, floor_id: str) -> Portrait:
        """Portray a floor."""
        floor = self._registries.floors[floor_id]
        contexts = [f"floor:{floor_id}"]
        return _named("floor", floor_id, [floor.name, *floor.aliases], contexts, floor)

    def label(self, label_id: str) -> Portrait:
        """Portray a label."""
        label = self._registries.labels[label_id]
        portrait = _named("label", label_id, [label.name], [f"label:{label_id}"], label)
        portrait.others.append(label.description or "")
        return portrait

    def document(self, document: Document) -> Portrait:
        """Portray something configured that has no entity, such as a dashboard."""
        portrait = _named(document.kind, document.id, [document.name], [], document)
        portrait.thing.document = document.key
        portrait.body = document
        return portrait

    def context_texts(self, context: str) -> list[str]:
        """Return the texts that mean a context."""
        sort, _, name = context.partition(":")
        registries = self._registries
        match sort:
            case "area" if area := registries.areas.get(name):
                texts = [area.name, *area.aliases, name]
            case "floor" if floor := registries.floors.get(name):
                texts = [floor.name, *floor.aliases, name]
            case "label" if label := registries.labels.get(name):
                texts = [label.name, name]
            case "device" if device := registries.devices.get(name):
                texts = [device.shown_name]
            case "domain" | "class" | "type":
                texts = [name, *_SYNONYMS[sort].get(name, "").split()]
            case "platform":
                texts = [name]
            case _:
                texts = []  # it is gone
        return [] if context == "type:entity" else texts

    def _places(self, entry: EntityEntry) -> Iterator[str]:
        """Yield the contexts that come from the device, the area, the floor and the labels."""
        registries = self._registries
        device = registries.devices.get(entry.device_id or "")
        area_id = entry.area_id or registries.area_of_device(entry.device_id)
        yield from self._of_area(area_id)
        if device is not None:
            yield f"device:{device.id}"
        area = registries.areas.get(area_id or "")
        inherited = (*(device.labels if device else ()), *(area.labels if area else ()))
        yield from _labels((*entry.labels, *inherited))

    def _of_area(self, area_id: str | None) -> Iterator[str]:
        area = self._registries.areas.get(area_id or "")
        if area is not None:
            yield f"area:{area.area_id}"
            yield from self._of_floor(area.floor_id)

    def _of_floor(self, floor_id: str | None) -> Iterator[str]:
        if floor_id in self._registries.floors:
            yield f"floor:{floor_id}"


def body_words(document: Document) -> set[str]:
    """Return the words in a body: those of its texts, and of the entity ids among its keys."""
    found: set[str] = set()
    for text in {*_texts(document.body)}:
        found.update(indexed(text))
    return {word for word in found if not _NO_WORD.fullmatch(word)}


def _texts(body: Any) -> Iterator[str]:
    if isinstance(body, str):
        yield body
    elif isinstance(body, list):
        for item in body:
            yield from _texts(item)
    elif isinstance(body, dict):
        for key, value in body.items():
            if _ENTITY_ID.fullmatch(key):
                yield key
            yield from _texts(value)


def _named(kind: str, thing_id: str, names: list[str], contexts: list[str], row: Any) -> Portrait:
    thing = Thing(kind, thing_id, names[0], _folded(names[1:]), _size(names[0]), "", row)
    return Portrait(thing, names, [thing_id], [f"type:{kind}", *contexts])


def _kind_of_entity(domain: str, entry: EntityEntry | None) -> str:
    kind = kind_of_domain(domain)
    if kind != "entity" or entry is None or entry.config_entry_id is None:
        return kind
    return "helper" if entry.platform in _FLOW_HELPERS or entry.platform == "group" else kind


def _shyness(entry: EntityEntry | None) -> str:
    if entry is None:
        return ""
    if entry.disabled_by:
        return "disabled"
    return "hidden" if entry.hidden_by else entry.entity_category or ""


def _labels(labels: Iterable[str]) -> Iterator[str]:
    return (f"label:{label}" for label in dict.fromkeys(labels))


def _folded(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for name in names for one in spellings(name)))


def _size(name: str) -> int:
    return max(1, len(spellings(name)[0].split()))
