"""Areas; the devices and entities in one come back with it."""

from typing import Final

from ...home import Home
from ..kind import Body, Facts, FieldLine
from . import _ties
from ._registry import RegistryKind, Spec

_FIELDS: Final = (
    FieldLine("name", "text", required=True),
    FieldLine("floor_id", "id or name of a floor"),
    FieldLine("aliases", "list of texts", about="other names people say"),
    FieldLine("labels", "list of ids or names"),
    FieldLine("icon", "text", about="mdi:…"),
    FieldLine("picture", "text", about="an address"),
    FieldLine("temperature_entity_id", "entity id", about="a temperature sensor"),
    FieldLine("humidity_entity_id", "entity id", about="a humidity sensor"),
)


def area_kind(home: Home) -> RegistryKind:
    """Return the driver of areas."""
    return RegistryKind(
        home,
        Spec(
            facts=Facts("area", "Area", "made by Home Assistant from the first name"),
            fields=_FIELDS,
            empty={
                "aliases": [],
                "floor_id": None,
                "humidity_entity_id": None,
                "icon": None,
                "labels": [],
                "picture": None,
                "temperature_entity_id": None,
            },
            example={"name": "Pantry", "aliases": ["Larder"]},
            ties=_ties.of_area,
            tie=_ties.into_area,
            named=_named,
            about=_about,
        ),
    )


def _named(home: Home, body: Body) -> Body:
    if body.get("floor_id"):
        body["floor_id"] = home.names.floor(str(body["floor_id"]))
    if body.get("labels"):
        body["labels"] = sorted({home.names.label(str(one)) for one in body["labels"]})
    return body


def _about(home: Home, row: Body) -> str:
    floor = home.registries.floors.get(row.get("floor_id") or "")
    return floor.name if floor else ""
