"""The states and registries of a part of the home."""

from collections.abc import Callable, Iterable, Iterator

import msgspec
from msgspec.structs import replace

from ..registries import Registries
from ..rows import Area, DeviceEntry, State
from ..states import StateListener, States
from .bounds import Inside


class StillStates(States):
    """States as they were: whoever listens to them hears nothing."""

    def __init__(self, rows: Iterable[State]) -> None:
        """Take the rows."""
        super().__init__()
        self._by_id = {row.entity_id: row for row in rows}


class PartOfStates(StillStates):
    """The states inside; those who listen hear of the changes inside, and see the newest."""

    def __init__(self, whole: States, inside: Inside) -> None:
        """Take all states and what is inside."""
        self._whole = whole
        self._inside = inside
        super().__init__(cleaned(state, inside) for state in whole if state.entity_id in inside)

    def still(self) -> States:
        """Return a copy that follows nothing: for what would listen longer than a call."""
        return StillStates(self)

    def listen(self, listener: StateListener) -> Callable[[], None]:
        """Call the listener at each change inside; returns what ends that."""

        def hear(old: State | None, new: State | None) -> None:
            row = new or old
            if row is None or row.entity_id not in self._inside:
                return
            before = self._by_id.pop(row.entity_id, None)
            after = cleaned(new, self._inside) if new is not None else None
            if after is not None:
                self._by_id[row.entity_id] = after
            listener(before, after)

        return self._whole.listen(hear)


def cleaned(state: State, inside: Inside) -> State:
    """Return a state without the attributes, or parts of them, that name entities outside."""
    if not inside.names_outside(state.raw_attributes):
        return state
    kept = inside.without_outside(state.attributes)
    return replace(state, raw_attributes=msgspec.json.encode(kept))


def part_of_registries(whole: Registries, inside: Inside) -> Registries:
    """Return the entries inside, and the devices, places and labels they have."""
    part = Registries()
    part.entities = {one: entry for one, entry in whole.entities.items() if one in inside}
    part.aliases = {one: names for one, names in whole.aliases.items() if one in inside}
    part.devices = dict(_devices(whole, inside))
    areas = {whole.area_of(one) for one in part.entities} | inside.bounds.areas
    part.areas = {one: _area(row, inside) for one, row in whole.areas.items() if one in areas}
    floors = {row.floor_id for row in part.areas.values()}
    part.floors = {one: row for one, row in whole.floors.items() if one in floors}
    labels = inside.bounds.labels.union(*(whole.labels_of(one) for one in part.entities))
    part.labels = {one: row for one, row in whole.labels.items() if one in labels}
    return part


def _devices(whole: Registries, inside: Inside) -> Iterator[tuple[str, DeviceEntry]]:
    """Yield the devices that have an entity inside; each is where it is by itself."""
    ids = {entry.device_id for one, entry in whole.entities.items() if one in inside}
    for device_id in ids & whole.devices.keys():
        device = whole.devices[device_id or ""]
        area_id = whole.area_of_device(device_id)
        yield device.id, replace(device, area_id=area_id, parent_device_id=None)


def _area(row: Area, inside: Inside) -> Area:
    """Return an area without the sensors that were chosen for it and are outside."""
    temperature, humidity = row.temperature_entity_id, row.humidity_entity_id
    return replace(
        row,
        temperature_entity_id=temperature if temperature in inside else None,
        humidity_entity_id=humidity if humidity in inside else None,
    )
