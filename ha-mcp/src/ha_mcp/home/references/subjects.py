"""What is meant by an id or a name, and which other ids mean it too: its device, area, labels."""

from collections.abc import Collection, Iterator
from typing import Final

from msgspec import Struct

from ...problems import Invalid, NotFound
from ..bodies import Bodies, Document
from ..finding.words import plain
from ..names import Names
from ..registries import Registries
from ..states import States

SORTS: Final = ("entity", "device", "area", "floor", "label")
"""What bodies name by ids of the registries."""


class Subject(Struct):
    """What is looked for: ids and names that mean it, each with how."""

    sort: str
    id: str
    name: str
    direct: frozenset[str]  # ids, and for templates names
    through: dict[tuple[str, str], str] = {}  # (sort, id) → through its area Kitchen


class Subjects:
    """Resolves what references are asked for."""

    def __init__(
        self, states: States, registries: Registries, bodies: Bodies, names: Names
    ) -> None:
        """Take what there is."""
        self._states = states
        self._registries = registries
        self._bodies = bodies
        self._names = names

    def exists(self, sort: str, thing_id: str) -> bool:
        """Tell whether there is such a thing; without a sort, whether any registry has the id."""
        if sort == "entity":
            return thing_id in self._states or thing_id in self._registries.entities
        if sort == "dashboard":
            return self._bodies.get("dashboard", thing_id) is not None
        sorts = (sort,) if sort else SORTS[1:]
        return any(thing_id in self._rows(one) for one in sorts)

    def one(self, text: str, kind: str | None) -> Subject:
        """Return the thing; raises NotFound with the nearest, Invalid when it may be several."""
        found = [*self._by_id(text, kind)] or [*self._by_name(text, kind)]
        if len(found) == 1:
            return found[0]
        if found:
            raise Invalid(
                f"{text!r} means {len(found)} things",
                hint="Give the kind too",
                what="id",
                which=text,
                similar=[f"{one.name} ({one.sort}, {one.id})" for one in found],
            )
        if kind in (None, "entity", *SORTS) or "." in text:
            self._names.entity(text)  # raises NotFound with the nearest
        known = [one for document in self._bodies.of_kind(kind or "") for one in document.key[1:]]
        raise NotFound.naming(kind or "thing", text, known)

    def _by_id(self, text: str, kind: str | None) -> Iterator[Subject]:
        if kind == "blueprint":
            domain, _, rest = text.partition("/")  # its id has its domain before its path
            path = rest if domain in ("automation", "script", "template") else text
            yield Subject("blueprint", path, text, frozenset({path}))
        entity_id = text.lower()  # ids have no capitals, but those of some devices
        if kind in (None, "entity") and "." in entity_id and " " not in entity_id:
            yield self._entity(entity_id)
            return
        for sort in SORTS[1:]:
            row_id = text if sort == "device" else entity_id
            if kind in (None, sort) and row_id in self._rows(sort):
                yield self._registered(sort, row_id)
        for document in self._bodies:
            if kind in (None, document.kind) and text in (document.id, document.entity_id):
                yield self._document(document)

    def _by_name(self, text: str, kind: str | None) -> Iterator[Subject]:
        resolve = {
            "area": self._names.area,
            "floor": self._names.floor,
            "label": self._names.label,
            "device": self._names.device,
        }
        for sort, resolved in resolve.items():
            if kind in (None, sort):
                try:
                    yield self._registered(sort, resolved(text))
                except NotFound:
                    continue
        for document in self._bodies:
            if kind in (None, document.kind) and plain(document.name) == plain(text):
                yield self._document(document)
        if kind in (None, "entity"):
            yield from self._entity_by_name(text)

    def _entity_by_name(self, text: str) -> Iterator[Subject]:
        try:
            entity_id = self._names.entity(text)
        except NotFound:
            return
        if self._bodies.of_entity(entity_id) is None:  # else its document is there already
            yield self._entity(entity_id)

    def _entity(self, entity_id: str) -> Subject:
        registries, entry = self._registries, self._registries.entities.get(entity_id)
        through: dict[tuple[str, str], str] = {}
        if entry is not None:
            device = registries.devices.get(entry.device_id or "")
            area = registries.areas.get(registries.area_of(entity_id) or "")
            if device is not None:
                through["device", device.id] = f"through its device {device.shown_name}"
            if area is not None:
                through |= self._through_area(area.area_id)
            for label_id in registries.labels_of(entity_id):
                through |= self._through_label(label_id)
        name = self._names.name(entity_id)
        return Subject("entity", entity_id, name, frozenset({entity_id}), through)

    def _through_area(self, area_id: str) -> dict[tuple[str, str], str]:
        area = self._registries.areas[area_id]
        through = {("area", one): f"through its area {area.name}" for one in (area_id, area.name)}
        floor = self._registries.floors.get(area.floor_id or "")
        if floor is not None:
            for one in (floor.floor_id, floor.name):
                through["floor", one] = f"through its floor {floor.name}"
        return through

    def _through_label(self, label_id: str) -> dict[tuple[str, str], str]:
        label = self._registries.labels.get(label_id)
        name = label.name if label else label_id
        return {("label", one): f"through its label {name}" for one in (label_id, name)}

    def _registered(self, sort: str, row_id: str) -> Subject:
        registries = self._registries
        through: dict[tuple[str, str], str] = {}
        match sort:
            case "device":
                name = registries.devices[row_id].shown_name
                area_id = registries.area_of_device(row_id)
                if area_id in registries.areas:
                    through = self._through_area(area_id)
                for label_id in registries.devices[row_id].labels:
                    through |= self._through_label(label_id)
            case "area":
                name = registries.areas[row_id].name
                through = {
                    key: how for key, how in self._through_area(row_id).items() if key[0] != "area"
                }
                for label_id in registries.areas[row_id].labels:
                    through |= self._through_label(label_id)
            case "floor":
                name = registries.floors[row_id].name
            case _:
                name = registries.labels[row_id].name
        return Subject(sort, row_id, name, frozenset({row_id, name}), through)

    def _document(self, document: Document) -> Subject:
        if document.entity_id is not None:
            return self._entity(document.entity_id)
        return Subject(document.kind, document.id, document.name, frozenset({document.id}))

    def _rows(self, sort: str) -> Collection[str]:
        registries = self._registries
        rows: dict[str, Collection[str]] = {
            "entity": registries.entities,
            "device": registries.devices,
            "area": registries.areas,
            "floor": registries.floors,
            "label": registries.labels,
        }
        return rows[sort]
