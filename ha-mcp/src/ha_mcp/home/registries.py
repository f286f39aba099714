"""The registries: entities, devices, areas, floors, labels; and what follows from them.

Aliases of entities are not in Core's list (2026.11), only in ``get_entries``; they arrive a
little later than the rest.
"""

import sys
from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct
from msgspec.structs import force_setattr

from .rows import Area, DeviceEntry, EntityEntry, Floor, Label
from .wire import Core

_ALIASES_AT_ONCE = 500
_NONE: Mapping[str, str] = {}
_COMMON = (
    *("entity_id", "platform", "area_id", "device_id", "config_entry_id"),
    *("disabled_by", "hidden_by", "entity_category", "original_name"),
)
_COMMON_OF_DEVICES = ("id", "area_id", "manufacturer", "model", "config_entry_id", "disabled_by")


class _Aliased(Struct):
    aliases: tuple[str | None, ...] = ()  # None stands for the computed name


class _Extended(EntityEntry, frozen=True, gc=False):
    """An entry as ``get_entries`` tells it."""

    aliases: tuple[str | None, ...] = ()


class Registries:
    """All registries of a home, by id."""

    def __init__(self) -> None:
        """Start empty."""
        self.entities: dict[str, EntityEntry] = {}
        self.devices: dict[str, DeviceEntry] = {}
        self.areas: dict[str, Area] = {}
        self.floors: dict[str, Floor] = {}
        self.labels: dict[str, Label] = {}
        self.aliases: dict[str, tuple[str, ...]] = {}  # by entity id, only where there are any

    async def fetch_entities(self, core: Core) -> None:
        """Fetch the entity registry, without aliases."""
        rows = await core.fetch("config/entity_registry/list", list[EntityEntry])
        for row in rows:
            _share(row, _COMMON)
            if not row.categories:
                force_setattr(row, "categories", _NONE)
        self.entities = {row.entity_id: row for row in rows}

    async def fetch_devices(self, core: Core) -> None:
        """Fetch the device registry."""
        rows = await core.fetch("config/device_registry/list", list[DeviceEntry])
        for row in rows:
            _share(row, _COMMON_OF_DEVICES)
        self.devices = {row.id: row for row in rows}

    async def fetch_areas(self, core: Core) -> None:
        """Fetch the areas."""
        rows = await core.fetch("config/area_registry/list", list[Area])
        self.areas = {row.area_id: row for row in rows}

    async def fetch_floors(self, core: Core) -> None:
        """Fetch the floors."""
        rows = await core.fetch("config/floor_registry/list", list[Floor])
        self.floors = {row.floor_id: row for row in rows}

    async def fetch_labels(self, core: Core) -> None:
        """Fetch the labels."""
        rows = await core.fetch("config/label_registry/list", list[Label])
        self.labels = {row.label_id: row for row in rows}

    async def patch_entities(self, core: Core, entity_ids: Iterable[str]) -> None:
        """Fetch these entries anew, with their aliases; forget those that are gone."""
        found = await core.fetch(
            "config/entity_registry/get_entries",
            dict[str, _Extended | None],
            entity_ids=list(entity_ids),
        )
        for entity_id, entry in found.items():
            if entry is None:
                self.entities.pop(entity_id, None)
                self.aliases.pop(entity_id, None)
                continue
            self.entities[entity_id] = msgspec.convert(entry, EntityEntry, from_attributes=True)
            self._put_aliases(entity_id, tuple(one for one in entry.aliases if one))

    async def fetch_aliases(self, core: Core, entity_ids: Iterable[str]) -> set[str]:
        """Fetch the aliases of these entities; return those whose aliases changed."""
        changed: set[str] = set()
        for chunk in _chunks(list(entity_ids)):
            found = await core.fetch(
                "config/entity_registry/get_entries",
                dict[str, _Aliased | None],
                entity_ids=chunk,
            )
            for entity_id, entry in found.items():
                new = tuple(one for one in entry.aliases if one) if entry else ()
                if new != self.aliases.get(entity_id, ()):
                    changed.add(entity_id)
                    self._put_aliases(entity_id, new)
        return changed

    def _put_aliases(self, entity_id: str, aliases: tuple[str, ...]) -> None:
        if aliases:
            self.aliases[entity_id] = aliases
        else:
            self.aliases.pop(entity_id, None)

    def area_of_device(self, device_id: str | None) -> str | None:
        """Return where a device is; a child device is where its parent is."""
        device = self.devices.get(device_id or "")
        if device is None:
            return None
        return device.area_id or self.area_of_device(device.parent_device_id)

    def area_of(self, entity_id: str) -> str | None:
        """Return the area an entity is in: its own, else its device's."""
        entry = self.entities.get(entity_id)
        if entry is None:
            return None
        return entry.area_id or self.area_of_device(entry.device_id)

    def labels_of(self, entity_id: str) -> Mapping[str, None]:
        """Return the labels that count for an entity: its own, its device's and its area's."""
        entry = self.entities.get(entity_id)
        if entry is None:
            return {}
        device = self.devices.get(entry.device_id or "")
        area = self.areas.get(self.area_of(entity_id) or "")
        own = (*entry.labels, *(device.labels if device else ()), *(area.labels if area else ()))
        return dict.fromkeys(own)

    def name_of(self, entity_id: str, friendly_name: str | None) -> str:
        """Return the name people see, also of an entity without a state."""
        if friendly_name:
            return friendly_name
        entry = self.entities.get(entity_id)
        if entry is None:
            return entity_id
        device = self.devices.get(entry.device_id or "")
        own = entry.name or entry.original_name
        if device and not entry.name:
            return " ".join(part for part in (device.shown_name, own) if part)
        return own or entity_id


def _share(row: EntityEntry | DeviceEntry, names: Iterable[str]) -> None:
    """Keep one copy of the texts that thousands of rows have in common: 2 MiB in a large home."""
    for name in names:
        text = getattr(row, name)
        if text is not None:
            force_setattr(row, name, sys.intern(text))


def _chunks(ids: list[str]) -> Iterable[list[str]]:
    return (ids[at : at + _ALIASES_AT_ONCE] for at in range(0, len(ids), _ALIASES_AT_ONCE))
