"""Helpers that Core stores itself: their ids are ``<type>.<item id>``."""

import asyncio
from typing import Final

from ...home import Home
from ...home.kinds import STORED_HELPERS
from ...problems import Conflict, NotFound
from ..entities import SIDE, Entities
from ..kind import Body, Described, FieldLine, Listed, Snapshot
from ._collection import Collection
from ._files import refuse_unknown
from ._yaml_helpers import YamlHelpers

SCOPE: Final = "helpers"  # of the categories that people sort helpers into

_NAME = FieldLine("name", "text", required=True)
_ICON = FieldLine("icon", "text", about="mdi:…")
_SIDES = (
    FieldLine("area", "id or name"),
    FieldLine("labels", "list of ids or names"),
    FieldLine("category", "id or name"),
)
_UNIT = FieldLine("unit_of_measurement", "text")
_CLOCK_PARTS = 3
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_FIELDS: Final[dict[str, tuple[FieldLine, ...]]] = {
    "input_boolean": (FieldLine("initial", "true, false", about="at each start; else as it was"),),
    "input_button": (),
    "input_number": (
        FieldLine("min", "number", required=True),
        FieldLine("max", "number", required=True),
        FieldLine("initial", "number", about="at each start; else as it was"),
        FieldLine("step", "number"),
        FieldLine("mode", "slider, box"),
        _UNIT,
        FieldLine("device_class", "text"),
    ),
    "input_select": (
        FieldLine("options", "list of texts", required=True),
        FieldLine("initial", "text", about="at each start; else as it was"),
    ),
    "input_text": (
        FieldLine("min", "number", about="of characters"),
        FieldLine("max", "number", about="of characters, at most 255"),
        FieldLine("initial", "text", about="at each start; else as it was"),
        FieldLine("pattern", "text", about="a regular expression"),
        FieldLine("mode", "text, password"),
        _UNIT,
    ),
    "input_datetime": (
        FieldLine("has_date", "true, false"),
        FieldLine("has_time", "true, false"),
        FieldLine("initial", "text", about="at each start; else as it was"),
    ),
    "counter": (
        FieldLine("initial", "number"),
        FieldLine("step", "number"),
        FieldLine("minimum", "number"),
        FieldLine("maximum", "number"),
        FieldLine("restore", "true, false", about="keep the count over a restart"),
    ),
    "timer": (
        FieldLine("duration", "text", about="00:05:00"),
        FieldLine("restore", "true, false", about="run on after a restart"),
    ),
    "schedule": tuple(
        FieldLine(day, "list", about="{from: 08:00:00, to: 17:30:00, data}") for day in _DAYS
    ),
}
_EXAMPLES: Final[dict[str, Body]] = {
    "input_number": {"name": "Target", "min": 16, "max": 24, "step": 0.5},
    "input_select": {"name": "House mode", "options": ["Home", "Away"]},
    "input_datetime": {"name": "Wake up", "has_date": False, "has_time": True},
    "timer": {"name": "Laundry", "duration": "01:30:00"},
    "schedule": {"name": "Work", "monday": [{"from": "08:00:00", "to": "17:00:00"}]},
}


class StoredHelpers:
    """The driver of all types of stored helpers."""

    def __init__(self, home: Home, entities: Entities) -> None:
        """Take the home."""
        self._home = home
        self._entities = entities
        self._yaml = YamlHelpers(home)
        self._collections = {one: Collection(home, one) for one in STORED_HELPERS}

    async def all(self) -> list[Listed]:
        """Return the helpers of all types."""
        found = await asyncio.gather(*(one.rows() for one in self._collections.values()))
        stored = [
            Listed(f"{type_}.{row['id']}", row["name"], type_, self._entity(type_, row["id"]))
            for type_, rows in zip(self._collections, found, strict=True)
            for row in rows
        ]
        return stored + self._yaml.all()

    async def get(self, document_id: str) -> Snapshot:
        """Read one."""
        type_, _, item_id = document_id.partition(".")
        try:
            row = await self._collections[type_].row(item_id)
        except NotFound:
            found = self._yaml.get(document_id, {field.name for field in self.fields(type_)})
            if found is None:
                raise
            return found
        side = await self._entities.side(self._entity(type_, item_id), SCOPE)
        return Snapshot({**_plain(row), **side}, row["name"], type_)

    async def prepare(self, wanted: Snapshot) -> Snapshot:
        """Return it with ids for names; raises Invalid for a field of another type."""
        fields = self.fields(wanted.variant)
        known = tuple(field.name for field in fields)
        needed = tuple(field.name for field in fields if field.required)
        refuse_unknown(f"helper {wanted.variant}", wanted.body, known, needed)
        side = await self._entities.prepared(wanted.body, SCOPE)
        own = {key: value for key, value in wanted.body.items() if key not in SIDE}
        if "duration" in own:
            own["duration"] = _as_core_writes(str(own["duration"]))
        return Snapshot({**_plain(own), **side}, str(own["name"]), wanted.variant)

    async def create(self, wanted: Snapshot, document_id: str | None) -> str:
        """Make a new one."""
        collection = self._collections[wanted.variant]
        own = {key: value for key, value in wanted.body.items() if key not in SIDE}
        item_id = document_id.partition(".")[2] if document_id else ""
        async with self._entities.noticing():
            if item_id:
                new_id = await collection.create_as(item_id, own)
            else:
                new_id = await collection.create(own)
        if item_id and new_id != item_id:
            await collection.delete(new_id)
            raise Conflict(
                f"{document_id!r} cannot be the id of a new helper",
                hint="Leave the id out: Home Assistant makes it from the name",
                what="helper",
                which=document_id,
            )
        entity_id = self._entity(wanted.variant, new_id)
        await self._entities.write_side(entity_id, SCOPE, wanted.body)
        return f"{wanted.variant}.{new_id}"

    async def update(self, document_id: str, wanted: Snapshot) -> None:
        """Replace one."""
        type_, _, item_id = document_id.partition(".")
        own = {key: value for key, value in wanted.body.items() if key not in SIDE}
        await self._collections[type_].update(item_id, own)
        await self._entities.write_side(self._entity(type_, item_id), SCOPE, wanted.body)

    async def remove(self, document_id: str) -> None:
        """Remove one."""
        type_, _, item_id = document_id.partition(".")
        async with self._entities.noticing():
            await self._collections[type_].delete(item_id)

    def fields(self, type_: str) -> tuple[FieldLine, ...]:
        """Return the fields of a type."""
        return (_NAME, *_FIELDS[type_], _ICON, *_SIDES)

    def describe(self, type_: str) -> Described:
        """Tell the fields of a type."""
        return Described(self.fields(type_), _EXAMPLES.get(type_, {"name": "Guest mode"}))

    def _entity(self, type_: str, item_id: str) -> str:
        return self._entities.of(type_, item_id)


def _plain(row: Body) -> Body:
    return {key: value for key, value in row.items() if key != "id" and value is not None}


def _as_core_writes(duration: str) -> str:
    """Return ``00:05:00`` as ``0:05:00``."""
    parts = duration.split(":")
    if len(parts) != _CLOCK_PARTS or not all(one.isdecimal() for one in parts):
        return duration
    hours, minutes, seconds = map(int, parts)
    return f"{hours}:{minutes:02}:{seconds:02}"
