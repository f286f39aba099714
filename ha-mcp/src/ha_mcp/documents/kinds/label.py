"""Labels: marks that people put on entities, devices and areas; what bore one bears it again."""

from typing import Final

from ...home import Home
from ..kind import Body, Facts, FieldLine
from . import _ties
from ._registry import RegistryKind, Spec

_FIELDS: Final = (
    FieldLine("name", "text", required=True),
    FieldLine("color", "text", about="a name such as red, or #rrggbb"),
    FieldLine("description", "text"),
    FieldLine("icon", "text", about="mdi:…"),
)


def label_kind(home: Home) -> RegistryKind:
    """Return the driver of labels."""
    return RegistryKind(
        home,
        Spec(
            facts=Facts("label", "Label", "made by Home Assistant from the first name"),
            fields=_FIELDS,
            empty={"color": None, "description": None, "icon": None},
            example={"name": "Winter", "color": "red"},
            ties=_ties.of_label,
            tie=_ties.with_label,
            named=lambda _home, body: body,
            about=_about,
        ),
    )


def _about(_home: Home, row: Body) -> str:
    return row.get("description") or ""
