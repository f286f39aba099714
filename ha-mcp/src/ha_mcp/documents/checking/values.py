"""The states that an entity can have, as far as its domain or it itself tells.

The fixed ones are those of Core 2026.11: the ``State`` enumerations beside each domain's entity.
"""

from typing import Any, Final

from ...home import Home

_ALWAYS: Final = frozenset({"unavailable", "unknown"})
_ON_OFF: Final = frozenset({"on", "off"})
_SWITCHED: Final = (
    "automation", "binary_sensor", "calendar", "fan", "humidifier", "input_boolean", "light",
    "remote", "schedule", "script", "siren", "switch", "update",
)  # fmt: skip
_MOVING: Final = frozenset({"open", "closed", "opening", "closing"})
_FIXED: Final = {
    **dict.fromkeys(_SWITCHED, _ON_OFF),
    "alarm_control_panel": frozenset(
        {
            "disarmed", "armed_home", "armed_away", "armed_night", "armed_vacation",
            "armed_custom_bypass", "pending", "arming", "disarming", "triggered",
        }
    ),
    "cover": _MOVING,
    "lock": frozenset(
        {"locked", "unlocked", "locking", "unlocking", "jammed", "open", "opening"}
    ),
    "sun": frozenset({"above_horizon", "below_horizon"}),
    "timer": frozenset({"idle", "active", "paused"}),
    "valve": _MOVING,
}  # fmt: skip
_OPTIONS: Final = {
    "climate": "hvac_modes",
    "input_select": "options",
    "select": "options",
    "sensor": "options",
}
_NUMBERS: Final = frozenset({"counter", "input_number", "number"})


def states_of(home: Home, entity_id: str) -> frozenset[str] | None:
    """Return every state an entity can have; None when that is not known."""
    state = home.states.get(entity_id)
    if state is None:
        return None
    fixed = _FIXED.get(state.domain)
    if fixed is not None:
        return fixed | _ALWAYS
    options = state.attributes.get(_OPTIONS.get(state.domain, ""))
    if state.domain == "sensor" and state.device_class != "enum":
        return None
    if isinstance(options, list) and options:
        return frozenset(map(str, options)) | _ALWAYS
    return None


def is_no_number(home: Home, entity_id: str) -> bool:
    """Tell whether the state of an entity is surely never a number."""
    state = home.states.get(entity_id)
    if state is None or state.domain in _NUMBERS:
        return False
    possible = states_of(home, entity_id)
    if possible is not None:
        return not any(_is_number(one) for one in possible)
    return state.domain in ("device_tracker", "person", "weather", "media_player", "vacuum")


def is_number_only(home: Home, entity_id: str) -> bool:
    """Tell whether the state of an entity is surely a number, when it is known."""
    state = home.states.get(entity_id)
    if state is None:
        return False
    if state.domain in _NUMBERS:
        return True
    return state.domain == "sensor" and "state_class" in state.attributes


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def never(home: Home, entity_id: str, wanted: str) -> bool:
    """Tell whether an entity never has a state."""
    possible = states_of(home, entity_id)
    if possible is not None:
        return wanted not in possible
    return is_number_only(home, entity_id) and not _is_number(wanted) and wanted not in _ALWAYS
