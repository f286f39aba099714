"""Floors; the areas on one come back with it."""

from typing import Final

from ...home import Home
from ..kind import Body, Facts, FieldLine
from . import _ties
from ._registry import RegistryKind, Spec

_FIELDS: Final = (
    FieldLine("name", "text", required=True),
    FieldLine("level", "whole number", about="0 is the ground"),
    FieldLine("aliases", "list of texts", about="other names people say"),
    FieldLine("icon", "text", about="mdi:…"),
)


def floor_kind(home: Home) -> RegistryKind:
    """Return the driver of floors."""
    return RegistryKind(
        home,
        Spec(
            facts=Facts("floor", "Floor", "made by Home Assistant from the first name"),
            fields=_FIELDS,
            empty={"aliases": [], "icon": None, "level": None},
            example={"name": "Attic", "level": 2},
            ties=_ties.of_floor,
            tie=_ties.onto_floor,
            named=lambda _home, body: body,
            about=_about,
        ),
    )


def _about(_home: Home, row: Body) -> str:
    return "" if row.get("level") is None else f"level {row['level']}"
