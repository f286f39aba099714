"""Tags: NFC stickers and QR codes. When one was last scanned comes back with it."""

from typing import Final

from ...home import Home
from ..entities import Entities
from ..kind import Facts, FieldLine
from ._stored import Spec, StoredKind

_FIELDS: Final = (
    FieldLine("name", "text", required=True),
    FieldLine("description", "text"),
)


def tag_kind(home: Home, entities: Entities) -> StoredKind:
    """Return the driver of tags."""
    return StoredKind(
        home,
        entities,
        Spec(
            facts=Facts("tag", "Tag", "what is written on the tag; a new one gets a random one"),
            prefix="tag",
            fields=_FIELDS,
            example={"name": "Bed side"},
            id_field="tag_id",
            empty={"description": ""},
            ties=("last_scanned", "device_id"),
            about=lambda row: f"scanned {row['last_scanned']}" if row.get("last_scanned") else "",
            platform="tag",
            notes="Automations: {trigger: tag, tag_id: <the id>}.",
        ),
    )
