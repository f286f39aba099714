"""Triggers that Home Assistant accepts and that can never fire."""

from collections.abc import Iterator
from typing import Any, Final

from ...home import Home
from ..kind import Body, Finding
from .parts import Part, is_open, texts_of
from .values import is_no_number, never, states_of

_MOST_STATES: Final = 8
_PLACED: Final = ("person", "device_tracker")
_TIMED: Final = ("timestamp", "uptime")


def never_fires(home: Home, part: Part) -> Iterator[Finding]:
    """Yield why a trigger can never fire; entities that do not exist are found elsewhere."""
    match part.body.get("trigger"):
        case "state":
            yield from _state(home, part)
        case "numeric_state":
            yield from _numeric_state(home, part)
        case "time":
            yield from _time(home, part)
        case "zone":
            yield from missing_zone(home, part.path, part.body, "fires")
            yield from _placed(home, part)
        case _:
            options = part.body.get("options")
            if isinstance(options, dict):
                yield from missing_zone(home, f"{part.path}/options", options, "fires")


def impossible_state(home: Home, entity_id: str, wanted: str) -> str:
    """Say that an entity never has a state, with those it has; empty when it may."""
    if not never(home, entity_id, wanted):
        return ""
    possible = states_of(home, entity_id)
    if possible is None:
        return f"{entity_id} is never {wanted!r}: its state is a number"
    shown = sorted(possible - {"unavailable", "unknown"})
    more = " …" if len(shown) > _MOST_STATES else ""
    return f"{entity_id} is never {wanted!r}, but: {', '.join(shown[:_MOST_STATES])}{more}"


def _state(home: Home, part: Part) -> Iterator[Finding]:
    body = part.body
    if "attribute" in body:
        return
    for key in ("to", "from"):
        wanted = texts_of(body.get(key))
        if key == "to" and len(wanted) == 1 and wanted == texts_of(body.get("from")):
            yield Finding(f"{part.path}/to", "is the same as from, so this never fires")
            return
        for entity_id in texts_of(body.get("entity_id")):
            said = [impossible_state(home, entity_id, one) for one in wanted]
            if said and all(said):
                yield Finding(f"{part.path}/{key}", f"{said[0]}; so this never fires")


def _numeric_state(home: Home, part: Part) -> Iterator[Finding]:
    body = part.body
    if "attribute" in body or "value_template" in body:
        return
    for entity_id in texts_of(body.get("entity_id")):
        if is_no_number(home, entity_id):
            message = f"the state of {entity_id} is never a number, so this never fires"
            yield Finding(f"{part.path}/entity_id", message)
    if _none_between(body):
        yield Finding(f"{part.path}/above", "no number is above it and below the other")


def _none_between(body: Body) -> bool:
    above, below = body.get("above"), body.get("below")
    return isinstance(above, (int, float)) and isinstance(below, (int, float)) and above >= below


def _time(home: Home, part: Part) -> Iterator[Finding]:
    for path, one in _times(part.body.get("at"), f"{part.path}/at"):
        state = home.states.get(one)
        if state is None:
            similar = tuple(home.states.similar(one, 3))
            message = f"there is no entity {one!r}, so this never fires"
            yield Finding(path, message, similar=similar)
        elif state.domain == "sensor" and state.device_class not in _TIMED:
            message = f"{one} is no sensor of the class timestamp, so this never fires"
            yield Finding(path, message)


def _times(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield the entities whose state is a time to fire at."""
    for at, one in enumerate(value if isinstance(value, list) else [value]):
        here = f"{path}/{at}" if isinstance(value, list) else path
        if isinstance(one, dict):
            yield from _times(one.get("entity_id"), f"{here}/entity_id")
        elif isinstance(one, str) and "." in one and not is_open(one):
            yield here, one


def missing_zone(home: Home, path: str, body: Body, verb: str) -> Iterator[Finding]:
    """Yield the zones that do not exist: nobody comes, goes or is there."""
    for zone in texts_of(body.get("zone")):
        if zone not in home.states:
            similar = tuple(home.states.similar(zone, 3))
            message = f"there is no zone {zone!r}, so this never {verb}"
            yield Finding(f"{path}/zone", message, similar=similar)


def _placed(home: Home, part: Part) -> Iterator[Finding]:
    for entity_id in texts_of(part.body.get("entity_id")):
        state = home.states.get(entity_id)
        if state and state.domain not in _PLACED and "latitude" not in state.attributes:
            message = f"{entity_id} has no place, so this never fires"
            yield Finding(f"{part.path}/entity_id", message)
