"""Who is where and bears what: read from the mirror, given back one by one."""

from ...home import Home
from ...problems import NotFound

type Ties = dict[str, list[str]]


def of_area(home: Home, area_id: str) -> Ties:
    """Return the devices and entities that are in an area by themselves."""
    registries = home.registries
    return _said(
        devices=[one.id for one in registries.devices.values() if one.area_id == area_id],
        entities=[one.entity_id for one in registries.entities.values() if one.area_id == area_id],
    )


def of_floor(home: Home, floor_id: str) -> Ties:
    """Return the areas of a floor."""
    areas = home.registries.areas.values()
    return _said(areas=[one.area_id for one in areas if one.floor_id == floor_id])


def of_label(home: Home, label_id: str) -> Ties:
    """Return what bears a label."""
    registries = home.registries
    return _said(
        devices=[one.id for one in registries.devices.values() if label_id in one.labels],
        entities=[one.entity_id for one in registries.entities.values() if label_id in one.labels],
        areas=[one.area_id for one in registries.areas.values() if label_id in one.labels],
    )


async def into_area(home: Home, area_id: str, ties: Ties) -> None:
    """Put devices and entities into an area."""
    for device_id in ties.get("devices", []):
        await _tell(home, "device", device_id=device_id, area_id=area_id)
    for entity_id in ties.get("entities", []):
        await _tell(home, "entity", entity_id=entity_id, area_id=area_id)


async def onto_floor(home: Home, floor_id: str, ties: Ties) -> None:
    """Put areas onto a floor."""
    for area_id in ties.get("areas", []):
        await _tell(home, "area", area_id=area_id, floor_id=floor_id)


async def with_label(home: Home, label_id: str, ties: Ties) -> None:
    """Give a label to devices, entities and areas, beside the labels they have."""
    registries = home.registries
    for device_id in ties.get("devices", []):
        device = registries.devices.get(device_id)
        await _tell(home, "device", device_id=device_id, labels=_with(device, label_id))
    for entity_id in ties.get("entities", []):
        entity = registries.entities.get(entity_id)
        await _tell(home, "entity", entity_id=entity_id, labels=_with(entity, label_id))
    for area_id in ties.get("areas", []):
        area = registries.areas.get(area_id)
        await _tell(home, "area", area_id=area_id, labels=_with(area, label_id))


def _with(row: object, label_id: str) -> list[str]:
    return sorted({*getattr(row, "labels", ()), label_id})


async def _tell(home: Home, registry: str, **fields: object) -> None:
    try:
        await home.core.command(f"config/{registry}_registry/update", **fields)
    except NotFound:
        return  # it is gone since then


def _said(**ties: list[str]) -> Ties:
    return {what: sorted(ids) for what, ids in ties.items() if ids}
