"""Zones: places that people enter and leave. The home itself, and those of YAML, are read only."""

from typing import Final

from ...home import Home
from ..entities import Entities
from ..kind import Body, Facts, FieldLine
from ._stored import Row, Spec, StoredKind

_FIELDS: Final = (
    FieldLine("name", "text", required=True),
    FieldLine("latitude", "number", required=True, about="degrees"),
    FieldLine("longitude", "number", required=True, about="degrees"),
    FieldLine("radius", "number", about="metres; 100 unless said"),
    FieldLine("passive", "true, false", about="only for automations: nobody is shown as in it"),
    FieldLine("icon", "text", about="mdi:…"),
)
_KEYS: Final = tuple(field.name for field in _FIELDS[1:])
_ANEW: Final = (
    "Home Assistant cannot take the icon away from a zone, so the zone is removed and made anew"
    " under its id: for a moment it is not there"
)
_HOME: Final = "zone.home"
_FIXED: Final = {
    True: "the home's place is set in Settings > System > General",
    False: "it stands in configuration.yaml, which is where it is changed",
}


def zone_kind(home: Home, entities: Entities) -> StoredKind:
    """Return the driver of zones."""
    return StoredKind(
        home,
        entities,
        Spec(
            facts=Facts("zone", "Zone", "made by Home Assistant from the first name"),
            prefix="zone",
            fields=_FIELDS,
            example={"name": "School", "latitude": 52.37, "longitude": 4.9, "radius": 150},
            named_ids=True,
            sticky=frozenset({"icon"}),
            anew=_ANEW,
            defaults={"radius": 100, "passive": False},
            about=lambda row: "passive" if row.get("passive") else "",
            others=_others,
            platform="zone",
        ),
    )


def _others(home: Home) -> list[Row]:
    """Return the zones that Core has from elsewhere, under their entity ids."""
    stored = {one.entity_id for one in home.registries.entities.values() if one.platform == "zone"}
    return [
        _other(home, state.entity_id)
        for state in home.states
        if state.domain == "zone" and state.entity_id not in stored
    ]


def _other(home: Home, entity_id: str) -> Row:
    attributes = home.states.one(entity_id).attributes
    name = home.names.name(entity_id)
    said = {key: attributes[key] for key in _KEYS if attributes.get(key) is not None}
    body: Body = {"name": name, **said}
    return Row(entity_id, name, body, "read only", fixed=_FIXED[entity_id == _HOME])
