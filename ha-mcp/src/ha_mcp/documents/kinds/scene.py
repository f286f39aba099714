"""Scenes of ``scenes.yaml``, with their entity's area, labels and category; others read only."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from ...home import Home
from ...home.rows import EntityEntry
from ...problems import Invalid
from .. import etags
from ..entities import SIDE, Entities
from ..kind import Body, Described, Facts, FieldLine, Finding, Listed, Snapshot
from ._files import Items, own_id, refuse_unknown
from ._scene_states import spelled, taken

_PLATFORM: Final = "homeassistant"
_FIELDS: Final = (
    FieldLine("name", "text", required=True),
    FieldLine("entities", "object", about="{light.hall: {state: on, brightness_pct: 40}, …}"),
    FieldLine("snapshot", "object", about="{area} or {entity_ids}: as they are now; entities win"),
    FieldLine("icon", "text", about="mdi:…"),
    FieldLine("metadata", "object", about="of the editor: {light.hall: {entity_only: true}}"),
    FieldLine("area", "id or name"),
    FieldLine("labels", "list of ids or names"),
    FieldLine("category", "id or name"),
)
_KEYS: Final = tuple(field.name for field in _FIELDS)
_EXAMPLE: Final[Body] = {
    "name": "Film night",
    "entities": {
        "light.living_room": {"state": "on", "brightness_pct": 20},
        "cover.living_room": {"state": "closed"},
        "media_player.tv": "on",
    },
}
_NOTES: Final = (
    "Attributes are those of the state: brightness (0 to 255, or brightness_pct), rgb_color,"
    " color_temp_kelvin, current_position, temperature, percentage, volume_level, source, …"
)
_SETTABLE: Final = frozenset(
    {
        "alarm_control_panel", "climate", "cover", "fan", "humidifier", "input_boolean",
        "input_datetime", "input_number", "input_select", "input_text", "light", "lock",
        "media_player", "number", "remote", "select", "siren", "switch", "text", "vacuum",
        "valve", "water_heater",
    }
)  # fmt: skip
"""The domains that a snapshot of an area takes."""


class SceneKind:
    """The driver of scenes."""

    facts = Facts(
        name="scene",
        title="Scene",
        id_about="Home Assistant's unique id, not the entity id; a new one gets a number",
    )

    def __init__(self, home: Home, entities: Entities) -> None:
        """Take the home."""
        self._home = home
        self._entities = entities
        self._items = Items(home, entities, "scene", _PLATFORM)

    async def all(self) -> Sequence[Listed]:
        """Return every scene, those that integrations make too."""
        return self._items.all()

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one; of those in other places Core tells the members alone."""
        found = await self._items.read(document_id)
        if not found.fixed:
            return replace(found, body=own_id(found.body, None))
        entity_id = self._items.entity_of(document_id)
        state = self._home.states.get(entity_id)
        members = list(state.attributes.get("entity_id", [])) if state else []
        body = {"name": found.name, "members": members, **found.body}
        maker = self._maker(entity_id)
        fixed = f"the integration {maker} makes it" if maker else found.fixed
        return replace(found, body=body, fixed=fixed, partial="what it does to its members")

    async def prepare(
        self, wanted: Snapshot, document_id: str | None, _before: Snapshot | None, /
    ) -> Snapshot:
        """Return it with the states of now under those that are given."""
        body = own_id(etags.copied(wanted.body), document_id)
        refuse_unknown(self.facts.name, body, _KEYS, ("name",))
        given = body.get("entities", {})
        if not isinstance(given, dict):
            raise Invalid(
                "entities is an object with a state for each entity id",
                what="body field",
                which="scene",
            )
        states = self._now(body.pop("snapshot", None))
        states |= {entity_id: spelled(entity_id, value) for entity_id, value in given.items()}
        if not states:
            raise Invalid("A scene needs entities, or a snapshot", what="body field", which="scene")
        side = await self._entities.prepared(body, "scene")
        own = {key: value for key, value in body.items() if key not in SIDE}
        return Snapshot({**own, "entities": states, **side}, str(body["name"]))

    def id_for(self, _wanted: Snapshot, /) -> str:
        """Return the time in milliseconds, as Home Assistant's own editor does."""
        return str(int(self._home.now() * 1000))

    async def check(self, _wanted: Snapshot, _before: Snapshot | None, /) -> Sequence[Finding]:
        """Find nothing: Core checks when it stores."""
        return ()

    async def look_ahead(self, document_id: str, /) -> None:
        """Look at what will be replaced while that is planned."""
        await self._items.look_ahead(document_id)

    async def create(self, wanted: Snapshot, document_id: str | None, /) -> str:
        """Make a new one."""
        new_id = document_id or self.id_for(wanted)
        await self._items.write(new_id, wanted.body)
        return new_id

    async def update(self, document_id: str, wanted: Snapshot, _before: Snapshot, /) -> None:
        """Replace one."""
        await self._items.write(document_id, wanted.body)

    async def remove(self, document_id: str, _before: Snapshot, /) -> None:
        """Remove one."""
        await self._items.remove(document_id)

    async def describe(self, _variant: str, /) -> Described:
        """Tell what a scene is made of."""
        return Described(_FIELDS, _EXAMPLE, _NOTES)

    def _now(self, asked: Any) -> Body:
        """Return the states of what a snapshot is taken of."""
        if asked is None:
            return {}
        if not isinstance(asked, dict) or len(asked.keys() & {"area", "entity_ids"}) != len(asked):
            raise Invalid(
                "snapshot takes area, entity_ids, or both", what="body field", which="scene"
            )
        ids = [self._home.names.entity(str(one)) for one in _texts(asked.get("entity_ids"))]
        for area in _texts(asked.get("area")):
            ids += self._in_area(self._home.names.area(str(area)))
        states = (self._home.states.get(entity_id) for entity_id in ids)
        return {one.entity_id: now for one in states if one and (now := taken(one)) is not None}

    def _in_area(self, area_id: str) -> list[str]:
        registries = self._home.registries
        return [
            state.entity_id
            for state in self._home.states
            if state.domain in _SETTABLE
            and registries.area_of(state.entity_id) == area_id
            and not _is_aside(registries.entities.get(state.entity_id))
        ]

    def _maker(self, entity_id: str) -> str:
        entry = self._home.registries.entities.get(entity_id)
        return entry.platform if entry and entry.platform != _PLATFORM else ""


def _is_aside(entry: EntityEntry | None) -> bool:
    """Tell whether an entity is hidden or a setting: nobody means it with the area."""
    return entry is not None and bool(entry.hidden_by or entry.entity_category)


def _texts(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
