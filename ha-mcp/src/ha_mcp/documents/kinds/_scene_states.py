"""The states in a scene: taken from now, and spelled as Home Assistant stores them.

People and models say ``brightness_pct: 40`` and ``position: 30``; a scene has the attributes of the
states themselves (``brightness: 102``, ``current_position: 30``).
"""

from collections.abc import Mapping
from typing import Any, Final

from ...home import State
from ...problems import Invalid
from ..kind import Body

_COLOURS: Final = {
    "color_temp": "color_temp_kelvin",
    "hs": "hs_color",
    "rgb": "rgb_color",
    "rgbw": "rgbw_color",
    "rgbww": "rgbww_color",
    "xy": "xy_color",
}
_RESTORED: Final[Mapping[str, tuple[str, ...]]] = {
    "climate": (
        "temperature",
        "target_temp_high",
        "target_temp_low",
        "humidity",
        "preset_mode",
        "fan_mode",
        "swing_mode",
        "swing_horizontal_mode",
    ),
    "cover": ("current_position", "current_tilt_position"),
    "fan": ("percentage", "preset_mode", "oscillating", "direction"),
    "humidifier": ("humidity", "mode"),
    "light": ("brightness", "effect", "color_mode"),
    "media_player": ("volume_level", "is_volume_muted", "source", "sound_mode"),
    "vacuum": ("fan_speed",),
    "valve": ("current_position",),
    "water_heater": ("temperature", "operation_mode", "away_mode"),
}
"""The attributes that Core gives back when a scene is turned on."""

_UNKNOWN: Final = ("unavailable", "unknown")
_FULL: Final = {"brightness_pct": ("brightness", 255), "volume_pct": ("volume_level", 1)}
_SAME: Final = {"position": "current_position", "tilt_position": "current_tilt_position"}
_PERCENT: Final = 100


def taken(state: State) -> Body | None:
    """Return a state as a scene keeps it; None for what is not known now."""
    if state.state in _UNKNOWN:
        return None
    now = state.attributes
    wanted = _RESTORED.get(state.domain, ())
    if state.domain == "light" and (colour := _COLOURS.get(str(now.get("color_mode")))):
        wanted = (*wanted, colour)
    kept = {key: now[key] for key in wanted if now.get(key) is not None}
    return {"state": state.state, **kept}


def spelled(entity_id: str, value: Any) -> Any:
    """Return a state of a scene with Core's attributes; raises Invalid for a bad percentage."""
    if not isinstance(value, dict):
        return value
    covers = entity_id.startswith(("cover.", "valve."))
    body: Body = {}
    for key, said in value.items():
        if key in _FULL:
            name, full = _FULL[key]
            share = _percent(entity_id, key, said) / _PERCENT * full
            body[name] = round(share) if full > 1 else share
        elif covers and key in _SAME:
            body[_SAME[key]] = said
        else:
            body[key] = said
    return body if "state" in body else {"state": _implied(entity_id, body), **body}


def _percent(entity_id: str, key: str, said: Any) -> float:
    text = str(said).removesuffix("%").strip()
    try:
        share = float(text)
    except ValueError:
        share = -1
    if not 0 <= share <= _PERCENT:
        raise Invalid(
            f"{key} of {entity_id} is {said!r}, not a percentage from 0 to 100",
            what="body field",
            which="scene",
        )
    return share


def _implied(entity_id: str, body: Body) -> str:
    """Return the state that attributes mean: Core wants one in every scene."""
    position = body.get("current_position")
    if entity_id.startswith(("cover.", "valve.")) and position is not None:
        return "open" if position else "closed"
    if entity_id.startswith(("light.", "fan.")):
        return "off" if body.get("brightness") == 0 or body.get("percentage") == 0 else "on"
    raise Invalid(
        f"{entity_id} needs a state in the scene",
        hint='Give {"state": "on", …} with the attributes that go with it',
        what="body field",
        which="scene",
    )
