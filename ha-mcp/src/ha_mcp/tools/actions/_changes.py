"""What is worth saying about the difference between two states."""

from collections.abc import Mapping
from typing import Any

from ...home import State

_NOISE = {
    "access_token", "attribution", "color_temp", "current", "entity_picture", "friendly_name",
    "hs_color", "icon", "last_triggered", "media_position_updated_at", "supported_color_modes",
    "supported_features", "xy_color", "mode", "id", "color_mode",
}  # fmt: skip
_MOST_ATTRIBUTES = 4
_LONGEST = 60


def difference(before: State | None, after: State | None) -> tuple[str, str]:
    """Return what was and what is: the state, and the attributes that differ."""
    if before is None or after is None:
        return before.shown if before else "", after.shown if after else "gone"
    old, new = before.attributes, after.attributes
    names = [name for name in {**old, **new} if _tells(name, old, new)][:_MOST_ATTRIBUTES]
    return _said(before, old, names), _said(after, new, names)


def _tells(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    value = new.get(name, old.get(name))
    return name not in _NOISE and old.get(name) != new.get(name) and len(str(value)) <= _LONGEST


def _said(state: State, attributes: Mapping[str, Any], names: list[str]) -> str:
    told = [
        f"{name} {_shown(name, attributes[name])}"
        for name in names
        if attributes.get(name) is not None
    ]
    return " ".join([state.shown, *told])


def _shown(name: str, value: Any) -> str:
    if name == "brightness" and isinstance(value, int):
        return f"{round(value / 2.55)} %"
    if isinstance(value, list):
        return "/".join(str(one) for one in value)
    return str(value)
