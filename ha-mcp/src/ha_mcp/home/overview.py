"""The home at a glance: how much of what there is, where, and what deserves a look."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from .registries import Registries
from .rows import State
from .states import States

OPENINGS: Final = {"door", "window", "garage_door", "opening", "garage", "gate"}
LOW_BATTERY: Final = 20
_GONE: Final = {"unavailable", "unknown"}
_RESTING: Final = {"off", "idle", "standby", "paused", "on", *_GONE}


_TOLD: Final[dict[str, Callable[[State], bool]]] = {  # worth naming one by one
    "lock": lambda state: state.state not in {"locked", *_GONE},
    "alarm_control_panel": lambda state: state.state not in _GONE,
    "person": lambda state: state.state not in _GONE,
    "media_player": lambda state: state.state not in _RESTING,
    "update": lambda state: state.state == "on",
    "sensor": lambda state: state.device_class == "battery" and _number(state.state) < LOW_BATTERY,
}


@dataclass(slots=True)
class AreaGlance:
    """One area: counts, and what is measured there."""

    entities: int = 0
    lights: int = 0
    lights_on: int = 0
    open: int = 0
    temperature: str | None = None
    humidity: str | None = None


@dataclass(slots=True)
class Glance:
    """The whole home."""

    domains: Counter[str] = field(default_factory=Counter)
    areas: dict[str | None, AreaGlance] = field(
        default_factory=dict
    )  # by area id; None: in no area
    lights_on: int = 0
    openings: int = 0
    open: list[State] = field(default_factory=list)  # doors, windows, covers of openings
    told: dict[str, list[State]] = field(default_factory=dict)  # by domain: see _TOLD
    unavailable: int = 0
    automations_off: int = 0


def glance(states: States, registries: Registries) -> Glance:
    """Look at every state once."""
    seen = Glance()
    for state in states:
        area = seen.areas.setdefault(registries.area_of(state.entity_id), AreaGlance())
        area.entities += 1
        seen.domains[state.domain] += 1
        seen.unavailable += state.state == "unavailable"
        _look(seen, area, state)
    _measure(seen, states, registries)
    return seen


def _look(seen: Glance, area: AreaGlance, state: State) -> None:
    match state.domain:
        case "light":
            area.lights += 1
            area.lights_on += state.state == "on"
            seen.lights_on += state.state == "on"
        case "binary_sensor":
            _opening(seen, area, state, "on")
        case "cover":
            _opening(seen, area, state, "open")
        case "automation":
            seen.automations_off += state.state == "off"
        case domain if domain in _TOLD and _TOLD[domain](state):
            seen.told.setdefault(domain, []).append(state)


def _opening(seen: Glance, area: AreaGlance, state: State, when_open: str) -> None:
    if state.device_class not in OPENINGS:
        return
    seen.openings += 1
    if state.state == when_open:
        area.open += 1
        seen.open.append(state)


def _measure(seen: Glance, states: States, registries: Registries) -> None:
    """Read the sensors the owner chose for an area."""
    for area_id, area in registries.areas.items():
        row = seen.areas.setdefault(area_id, AreaGlance())
        if chosen := states.get(area.temperature_entity_id or ""):
            row.temperature = chosen.shown
        if chosen := states.get(area.humidity_entity_id or ""):
            row.humidity = chosen.shown


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("inf")
