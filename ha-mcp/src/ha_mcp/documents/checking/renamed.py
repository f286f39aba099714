"""Keys and attributes that this Home Assistant has no more, or will not have for long.

What an action takes is learned from Core itself (``get_services``). The tables hold the rest, each
read in the source of Core 2026.11: ``helpers/config_validation.py`` (``SERVICE_SCHEMA``,
``EVENT_SCHEMA``: old names still taken), ``helpers/trigger/entity_trigger.py`` (behaviors that end
with 2027.1), ``components/light/const.py`` (no mireds, no white value), ``components/weather``
(forecasts are answered by an action, never an attribute), ``components/vacuum`` (no battery).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ...home import Home
from ...problems import Invalid, NotFound, nearest
from ..diff import pointer
from ..kind import Body, Finding
from .parts import STEP, TRIGGER, Part, is_open, texts_of

_STEP_KEYS: Final = {
    "service_template": "action",
    "data_template": "data",
    "event_data_template": "event_data",
}
_BEHAVIORS: Final = {"any": "each", "last": "all"}
_DATA: Final[Mapping[str, Mapping[str, str]]] = {
    "light": {
        "color_temp": "color_temp_kelvin, which is 1000000 divided by the mireds",
        "kelvin": "color_temp_kelvin",
        "white_value": "white",
    },
}
_ATTRIBUTES: Final[Mapping[str, Mapping[str, str]]] = {
    "light": {
        "color_temp": "color_temp_kelvin",
        "min_mireds": "max_color_temp_kelvin",
        "max_mireds": "min_color_temp_kelvin",
        "white_value": "rgbw_color",
    },
    "weather": {"forecast": "the action weather.get_forecasts"},
    "vacuum": {"battery_level": "the battery sensor of its device"},
}
_ASKED: Final = re.compile(
    r"(?:state_attr|is_state_attr)\(\s*['\"]([a-z0-9_]+)\.[a-z0-9_]+['\"]\s*,\s*['\"]([a-z0-9_]+)['\"]"
)


def renamed(home: Home, part: Part) -> Iterator[Finding]:
    """Yield what a part calls by a name of yesterday."""
    if part.sort == STEP:
        yield from _step(home, part)
    elif part.sort == TRIGGER:
        yield from _behavior(part)
    if part.sort != STEP:
        yield from _attribute(home, part)


def renamed_in_text(path: str, text: str) -> Iterator[Finding]:
    """Yield the attributes a template asks for that entities do not have any more."""
    for domain, attribute in _ASKED.findall(text):
        today = _ATTRIBUTES.get(domain, {}).get(attribute)
        if today is not None:
            yield Finding(path, f"a {domain} has no attribute {attribute} any more: use {today}")


def renamed_in_states(states: Body) -> Iterator[Finding]:
    """Yield the attributes of a scene that Home Assistant does not set any more."""
    for entity_id, said in states.items():
        gone = _DATA.get(entity_id.partition(".")[0], {})
        for key in said if isinstance(said, dict) else ():
            if key in gone:
                where = pointer(pointer("/entities", entity_id), key)
                message = f"{key} does not exist any more: use {gone[key]}"
                yield Finding(where, message, error=True)


def _step(home: Home, part: Part) -> Iterator[Finding]:
    for old, today in _STEP_KEYS.items():
        if old in part.body:
            yield Finding(pointer(part.path, old), f"is called {today} today")
    data = part.body.get("data")
    if isinstance(data, dict) and "entity_id" in data and "target" not in part.body:
        yield Finding(f"{part.path}/data/entity_id", "belongs into target today")
    if "entity_id" in part.body and "action" in part.body:
        yield Finding(f"{part.path}/entity_id", "belongs into target today")
    action_id = part.body.get("action")
    if isinstance(action_id, str) and not is_open(action_id) and isinstance(data, dict):
        yield from _data(home, part, action_id, data)


def _data(home: Home, part: Part, action_id: str, data: Body) -> Iterator[Finding]:
    """Compare the data of an action with what Core says that it takes."""
    try:
        action = home.actions.one(action_id)
    except (NotFound, Invalid):
        return  # it is a finding of its own
    if action.takes_anything:
        return
    gone = _DATA.get(action.domain, {})
    for key in data:
        if key in action.fields or key in ("entity_id", "device_id", "area_id", "metadata"):
            continue
        where = pointer(f"{part.path}/data", key)
        if key in gone:
            message = f"{action_id} has no {key} any more: use {gone[key]}"
            yield Finding(where, message, error=True)
        else:
            similar = tuple(nearest(key, action.fields, limit=3))
            yield Finding(where, f"{action_id} names no field {key!r}", similar=similar)


def _behavior(part: Part) -> Iterator[Finding]:
    options = part.body.get("options")
    behavior = options.get("behavior") if isinstance(options, dict) else None
    if isinstance(behavior, str) and behavior in _BEHAVIORS:
        message = f"{behavior!r} ends with 2027.1: use {_BEHAVIORS[behavior]!r}"
        yield Finding(f"{part.path}/options/behavior", message)


def _attribute(home: Home, part: Part) -> Iterator[Finding]:
    attribute = part.body.get("attribute")
    if not isinstance(attribute, str):
        return
    for entity_id in texts_of(part.body.get("entity_id")):
        state = home.states.get(entity_id)
        if state is None or attribute in state.attributes:
            continue
        today = _ATTRIBUTES.get(state.domain, {}).get(attribute)
        path = f"{part.path}/attribute"
        if today is not None:
            yield Finding(path, f"{entity_id} has no {attribute} any more: use {today}")
        elif similar := nearest(attribute, _names(state.attributes), limit=1):
            yield Finding(
                path, f"{entity_id} has no attribute {attribute!r} now", similar=tuple(similar)
            )


def _names(attributes: Mapping[str, Any]) -> list[str]:
    return [str(one) for one in attributes]
