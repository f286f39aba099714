"""The plan of the large home: what is in it, decided by a seed, so that answers can be known.

Its nasty features are those of real homes: same names in different rooms, names in four scripts,
`_2` suffixes, areas that only a device has, hidden, disabled, diagnostic, unavailable and orphaned
entities, batteries that run low.
"""

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

SEED: Final = 20261104
DEVICES: Final = 1200
_PER_AREA: Final = 38


@dataclass(frozen=True)
class Area:
    """A room, with the id that Core makes of its name."""

    id: str
    name: str
    floor: str
    aliases: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


FLOORS: Final = {"cellar": -1, "ground_floor": 0, "first_floor": 1, "second_floor": 2, "outside": 3}
FLOOR_NAMES: Final = {
    "cellar": "Cellar",
    "ground_floor": "Ground floor",
    "first_floor": "First floor",
    "second_floor": "Second floor",
    "outside": "Outside",
}
AREAS: Final = (
    Area("boiler_room", "Boiler room", "cellar", labels=("technical",)),
    Area("wine_cellar", "Wine cellar", "cellar"),
    Area("laundry_room", "Laundry room", "cellar", ("utility room",)),
    Area("workshop", "Workshop", "cellar"),
    Area("storage_room", "Storage room", "cellar"),
    Area("kitchen", "Kitchen", "ground_floor", labels=("family",)),
    Area("living_room", "Living room", "ground_floor", ("lounge", "salon"), ("family",)),
    Area("dining_room", "Dining room", "ground_floor", labels=("family",)),
    Area("hallway", "Hallway", "ground_floor", ("entrance",)),
    Area("guest_toilet", "Guest toilet", "ground_floor", ("powder room",)),
    Area("pantry", "Pantry", "ground_floor"),
    Area("garage", "Garage", "ground_floor", ("carport",)),
    Area("conservatory", "Conservatory", "ground_floor", ("Wintergarten",)),
    Area("bedroom", "Bedroom", "first_floor", ("master bedroom",), ("quiet",)),
    Area("dressing_room", "Dressing room", "first_floor"),
    Area("bathroom", "Bathroom", "first_floor", ("Bad",)),
    Area("buro", "Büro", "first_floor", ("home office",)),
    Area("kids_room_mia", "Kids room Mia", "first_floor", ("nursery",), ("quiet",)),
    Area("kids_room_leo", "Kids room Leo", "first_floor", (), ("quiet",)),
    Area("guest_room", "Guest room", "first_floor"),
    Area("gallery", "Gallery", "first_floor", ("landing",)),
    Area("studio", "Studio", "second_floor"),
    Area("library", "Library", "second_floor"),
    Area("kuche_oben", "Küche oben", "second_floor", ("kitchenette",)),
    Area("detskaia", "Детская", "second_floor"),
    Area("shu_fang", "书房", "second_floor"),
    Area("sauna", "Sauna 🧖", "second_floor"),
    Area("garden", "Garden", "outside", ("yard",)),
    Area("terrace", "Terrace", "outside"),
    Area("pool", "Pool", "outside", (), ("technical",)),
)
LABELS: Final = (
    *("Technical", "Family", "Quiet", "Critical", "Holiday lights", "Energy saver", "Night"),
    *("Guests", "Security", "Battery", "Summer", "Winter", "Test", "Cleaning", "Heating", "Water"),
    *("Pets", "Media", "Zigbee", "Old", "Rented", "Solar", "Voice", "Outdoor", "Do not touch"),
)


@dataclass(frozen=True)
class Part:
    """One entity of a sort of device."""

    domain: str
    name: str | None = None
    device_class: str | None = None
    unit: str | None = None
    low: float = 0
    high: float = 100
    category: str | None = None
    enabled: bool = True
    visible: bool = True
    state_class: str | None = "measurement"


def _diagnostic(name: str, unit: str, low: float, high: float, device_class: str | None) -> Part:
    return Part("sensor", name, device_class, unit, low, high, "diagnostic")


_BATTERY: Final = _diagnostic("Battery", "%", 2, 100, "battery")
_SIGNAL: Final = _diagnostic("Signal strength", "dBm", -95, -30, "signal_strength")
_UPTIME: Final = Part("sensor", "Uptime", "duration", "s", 0, 900_000, "diagnostic", enabled=False)
_FIRMWARE: Final = Part("update", "Firmware", "firmware", category="config")
_IDENTIFY: Final = Part("button", "Identify", "identify", category="config")
_TEMPERATURE: Final = Part("sensor", "Temperature", "temperature", "°C", 12, 27)
_HUMIDITY: Final = Part("sensor", "Humidity", "humidity", "%", 30, 70)
_POWER: Final = Part("sensor", "Power", "power", "W", 0, 2200)


@dataclass(frozen=True)
class Sort:
    """A sort of device: how often it is found, what it is called, what it consists of."""

    weight: int
    names: tuple[str, ...]
    parts: tuple[Part, ...]
    maker: str


SORTS: Final = (
    Sort(
        8,
        (
            *("Ceiling Light", "Floor Lamp", "Table Lamp", "Wall Light", "LED Strip", "Pendant"),
            *("Spot 1", "Spot 2", "Spot 3", "Spot 4", "Reading Lamp", "Mirror Light"),
        ),
        (
            Part("light"),
            _SIGNAL,
            Part("select", "Power-on behavior", category="config"),
            Part("number", "Transition", unit="s", high=10, category="config"),
            _FIRMWARE,
            _IDENTIFY,
        ),
        "Hue",
    ),
    Sort(
        5,
        ("Motion", "Motion Door", "Motion Corner", "Motion Window", "Presence"),
        (
            Part("binary_sensor", None, "motion"),
            Part("sensor", "Illuminance", "illuminance", "lx", 0, 900),
            _TEMPERATURE,
            _BATTERY,
            _SIGNAL,
            _FIRMWARE,
        ),
        "Aqara",
    ),
    Sort(
        4,
        ("Window", "Window Left", "Window Right", "Roof Window", "Skylight"),
        (Part("binary_sensor", None, "window"), _BATTERY, _SIGNAL, _UPTIME),
        "Aqara",
    ),
    Sort(
        2,
        ("Door", "Door Terrace", "Cabinet"),
        (Part("binary_sensor", None, "door"), _BATTERY, _SIGNAL, _UPTIME),
        "Aqara",
    ),
    Sort(
        6,
        (
            *("Plug", "Plug TV", "Plug Desk", "Plug Heater", "Plug Charger", "Plug Fan"),
            *("Outlet", "Outlet Left", "Outlet Right"),
        ),
        (
            Part("switch", None, "outlet"),
            _POWER,
            Part("sensor", "Energy", "energy", "kWh", 0, 4000, state_class="total_increasing"),
            Part("sensor", "Voltage", "voltage", "V", 226, 239, "diagnostic"),
            Part("sensor", "Current", "current", "A", 0, 9),
            _SIGNAL,
            _UPTIME,
        ),
        "Shelly",
    ),
    Sort(
        3,
        ("Radiator", "Radiator Window", "Floor Heating"),
        (
            Part("climate"),
            _TEMPERATURE,
            Part("sensor", "Valve opening", unit="%"),
            Part("binary_sensor", "Window open", "window", visible=False),
            _BATTERY,
            Part("number", "Offset", "temperature", "°C", -5, 5, "config"),
        ),
        "Eurotronic",
    ),
    Sort(
        3,
        ("Climate", "Air", "Weather Sensor", "Thermometer"),
        (
            _TEMPERATURE,
            _HUMIDITY,
            Part("sensor", "Pressure", "atmospheric_pressure", "hPa", 990, 1030),
            Part("sensor", "Carbon dioxide", "carbon_dioxide", "ppm", 400, 1900),
            _BATTERY,
            _SIGNAL,
        ),
        "Netatmo",
    ),
    Sort(
        2,
        ("Blind", "Blind Left", "Blind Right", "Curtain"),
        (Part("cover", None, "blind"), _POWER, _SIGNAL, _FIRMWARE, _IDENTIFY),
        "Somfy",
    ),
    Sort(
        1,
        ("Speaker", "TV", "Soundbar"),
        (Part("media_player", None, "speaker"), Part("switch", "Night mode"), _FIRMWARE),
        "Sonos",
    ),
    Sort(
        1,
        ("Smoke Detector", "Smoke Detector Door"),
        (Part("binary_sensor", None, "smoke"), _BATTERY, Part("binary_sensor", "Fault", "problem")),
        "Bosch",
    ),
    Sort(
        1,
        ("Fan", "Ventilation"),
        (Part("fan"), Part("sensor", "Speed", unit="rpm", high=1800), _FIRMWARE),
        "Blauberg",
    ),
    Sort(
        1,
        ("Lock",),
        (Part("lock"), Part("binary_sensor", "Jammed", "problem"), _BATTERY, _FIRMWARE),
        "Nuki",
    ),
)


@dataclass(frozen=True)
class Entity:
    """An entity as the integration of the large home makes it."""

    unique_id: str
    entity_id: str
    part: Part
    value: float
    on: bool
    available: bool
    known: bool


@dataclass(frozen=True)
class Device:
    """A device with its entities."""

    id: str
    name: str
    maker: str
    area: str | None
    entities: tuple[Entity, ...]
    renamed: str | None = None
    labels: tuple[str, ...] = ()


@dataclass
class Plan:
    """Everything that hangs on devices; bodies are made from it."""

    devices: list[Device] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)

    def entities(self, *domains: str) -> list[tuple[Device, Entity]]:
        """Return the enabled entities of these domains with their devices, in a fixed order."""
        return [
            (device, entity)
            for device in self.devices
            for entity in device.entities
            if entity.part.enabled and (not domains or entity.part.domain in domains)
        ]

    def low_batteries(self, below: float) -> list[str]:
        """Return the batteries under a level whose value is known."""
        return [
            entity.entity_id
            for _, entity in self.entities("sensor")
            if entity.part.device_class == "battery"
            and entity.available
            and entity.known
            and entity.value < below
        ]


def make_plan() -> Plan:
    """Return the plan: always the same one."""
    return _Maker(random.Random(SEED)).make()


class _Maker:
    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._taken: set[str] = set()

    def make(self) -> Plan:
        plan = Plan()
        for area, sort, name in self._wanted():
            plan.devices.append(self._device(len(plan.devices), area, sort, name))
        plan.orphans = [f"sensor.removed_device_{number}" for number in range(60)]
        return plan

    def _wanted(self) -> Iterator[tuple[Area | None, Sort, str]]:
        """Give every area its devices, and the rest to none."""
        for area in AREAS:
            yield from ((area, sort, name) for sort, name in self._some(_PER_AREA))
        rest = DEVICES - _PER_AREA * len(AREAS)
        yield from ((None, sort, name) for sort, name in self._some(rest))

    def _some(self, count: int) -> Iterator[tuple[Sort, str]]:
        """Choose sorts by weight; every area has two lights and a motion sensor."""
        used: Counter[int] = Counter()
        always = [0, 0, 1]
        weights = [sort.weight for sort in SORTS]
        chosen = self._dice.choices(range(len(SORTS)), weights, k=count - len(always))
        for index in [*always, *chosen]:
            names = SORTS[index].names
            around, number = divmod(used[index], len(names))
            used[index] += 1
            yield SORTS[index], names[number] + (f" {around + 1}" if around else "")

    def _device(self, number: int, area: Area | None, sort: Sort, name: str) -> Device:
        # One in five is named as if there were only one room.
        bare = area is None or self._dice.random() < 0.2
        full = name if bare or area is None else f"{area.name} {name}"
        slug = _slug(name) if bare or area is None else f"{area.id}_{_slug(name)}"
        gone = self._dice.random() < 0.05
        entities = tuple(
            self._entity(f"{number}-{index}", slug, part, gone=gone)
            for index, part in enumerate(sort.parts)
        )
        return Device(
            id=f"device-{number}",
            name=full,
            maker=sort.maker,
            area=area.id if area else None,
            entities=entities,
            renamed=f"{full} (renamed)" if number % 60 == 59 else None,
            labels=(_slug(LABELS[number % len(LABELS)]),) if number % 12 == 0 else (),
        )

    def _entity(self, unique_id: str, slug: str, part: Part, *, gone: bool) -> Entity:
        wanted = f"{part.domain}.{slug}" + (f"_{_slug(part.name)}" if part.name else "")
        entity_id = wanted
        for number in itertools.count(2):
            if entity_id not in self._taken:
                break
            entity_id = f"{wanted}_{number}"
        self._taken.add(entity_id)
        return Entity(
            unique_id=unique_id,
            entity_id=entity_id,
            part=part,
            value=round(self._dice.uniform(part.low, part.high), 1),
            on=self._dice.random() < 0.3,
            available=not gone,
            known=self._dice.random() > 0.02,
        )


def _slug(name: str) -> str:
    return name.lower().replace("-", "_").replace(" ", "_")
