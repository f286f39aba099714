"""Persons, by what tells where they are; those of YAML are read only."""

from typing import Any, Final

from ...home import Home
from ..entities import Entities
from ..kind import Body, Facts, FieldLine
from ._stored import Spec, StoredKind

_FIELDS: Final = (
    FieldLine("name", "text", required=True),
    FieldLine("device_trackers", "list of entity ids", about="of the domain device_tracker"),
    FieldLine("user_id", "id of a user", about="who this person is when logged in"),
    FieldLine("picture", "text", about="an address"),
)


def person_kind(home: Home, entities: Entities) -> StoredKind:
    """Return the driver of persons."""
    return StoredKind(
        home,
        entities,
        Spec(
            facts=Facts("person", "Person", "made by Home Assistant from the first name"),
            prefix="person",
            fields=_FIELDS,
            example={"name": "Anna", "device_trackers": ["device_tracker.annas_phone"]},
            named_ids=True,
            empty={"device_trackers": [], "user_id": None, "picture": None},
            split=_split,
            about=lambda row: "can log in" if row.get("user_id") else "",
            platform="person",
            entities=("device_trackers",),
        ),
    )


def _split(answer: Any) -> tuple[list[Body], list[Body]]:
    return (answer["storage"], answer["config"]) if answer else ([], [])
