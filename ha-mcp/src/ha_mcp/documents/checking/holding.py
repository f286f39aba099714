"""Conditions that Home Assistant accepts and that can never hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ...home import Home
from ..kind import Body, Finding
from .firing import impossible_state, missing_zone
from .parts import CONDITION, TRIGGER, Part, texts_of
from .values import is_no_number

_ALL: Final = "all"
_DAYS: Final = "weekday"


@dataclass(frozen=True, slots=True)
class _Demand:
    """What a condition demands of one value."""

    path: str
    of: tuple[str, str]  # an entity and its attribute
    states: frozenset[str] | None = None
    above: float | None = None
    below: float | None = None


def never_holds(home: Home, part: Part) -> Iterator[Finding]:
    """Yield why a single condition can never hold."""
    body = part.body
    if body.get("condition") == "state" and "attribute" not in body:
        wanted = texts_of(body.get("state"))
        for entity_id in texts_of(body.get("entity_id")):
            said = [impossible_state(home, entity_id, one) for one in wanted if "." not in one]
            if said and len(said) == len(wanted) and all(said):
                yield Finding(f"{part.path}/state", f"{said[0]}; so this never holds")
    if body.get("condition") == "numeric_state":
        yield from _numbers(home, part)
    yield from missing_zone(home, part.path, body, "holds")
    if isinstance(options := body.get("options"), dict):
        yield from missing_zone(home, f"{part.path}/options", options, "holds")


def contradictions(body: Body, parts: Sequence[Part]) -> Iterator[Finding]:
    """Yield what cannot hold at the same time: in a body, and after its own triggers."""
    yield from _unknown_triggers(parts)
    yield from _among([*_fired(body), *_demands(body.get("conditions"), "/conditions")])
    for part in parts:
        if part.sort != CONDITION:
            continue
        if part.body.get("condition") == "and":
            yield from _among(
                list(_demands(part.body.get("conditions"), f"{part.path}/conditions"))
            )
        if "and" in part.body:
            yield from _among(list(_demands(part.body["and"], f"{part.path}/and")))


def _numbers(home: Home, part: Part) -> Iterator[Finding]:
    body = part.body
    if "attribute" not in body and "value_template" not in body:
        for entity_id in texts_of(body.get("entity_id")):
            if is_no_number(home, entity_id):
                message = f"the state of {entity_id} is never a number, so this never holds"
                yield Finding(f"{part.path}/entity_id", message)
    above, below = _number(body.get("above")), _number(body.get("below"))
    if above is not None and below is not None and above >= below:
        yield Finding(f"{part.path}/above", "no number is above it and below the other")


def _unknown_triggers(parts: Sequence[Part]) -> Iterator[Finding]:
    """Conditions on the id of a trigger that no trigger has."""
    triggers = [part for part in parts if part.sort == TRIGGER]
    if not any(part.path.startswith("/triggers/") for part in triggers):
        return  # a script has none
    ids = {str(part.body["id"]) for part in triggers if "id" in part.body}
    ids |= {str(at) for at in range(len(triggers))}
    for part in parts:
        if part.sort == CONDITION and part.body.get("condition") == "trigger":
            wanted = texts_of(part.body.get("id"))
            if wanted and not ids.intersection(wanted):
                message = f"no trigger has the id {wanted[0]!r}, so this never holds"
                yield Finding(f"{part.path}/id", message)


def _fired(body: Body) -> Iterator[_Demand]:
    """Yield what is true because the only trigger fired."""
    triggers = body.get("triggers")
    if not isinstance(triggers, list) or len(triggers) != 1 or not isinstance(triggers[0], dict):
        return
    only = triggers[0]
    ids, to = texts_of(only.get("entity_id")), texts_of(only.get("to"))
    if only.get("trigger") == "state" and len(ids) == 1 and to and "attribute" not in only:
        yield _Demand("/triggers/0/to", (ids[0], ""), frozenset(to))


def _demands(value: Any, path: str) -> Iterator[_Demand]:
    """Yield what a list of conditions demands, all of which have to hold."""
    for at, one in enumerate(value if isinstance(value, list) else [value]):
        if not isinstance(one, dict) or one.get("enabled") is False:
            continue
        here = f"{path}/{at}" if isinstance(value, list) else path
        attribute = str(one.get("attribute", ""))
        ids = texts_of(one.get("entity_id"))
        if one.get("condition") == "state" and one.get("match", _ALL) == _ALL:
            states = texts_of(one.get("state"))
            if states and not any("." in state for state in states):
                for entity_id in ids:
                    yield _Demand(here, (entity_id, attribute), frozenset(states))
        elif one.get("condition") == "numeric_state" and "value_template" not in one:
            above, below = _number(one.get("above")), _number(one.get("below"))
            for entity_id in ids:
                yield _Demand(here, (entity_id, attribute), None, above, below)
        elif one.get("condition") == "time" and texts_of(one.get(_DAYS)):
            yield _Demand(here, (_DAYS, ""), frozenset(texts_of(one[_DAYS])))


def _among(demands: Sequence[_Demand]) -> Iterator[Finding]:
    for at, later in enumerate(demands):
        for earlier in demands[:at]:
            if earlier.of == later.of and _excludes(earlier, later):
                message = f"{later.of[0]} cannot be this and what {earlier.path} says"
                yield Finding(later.path, f"{message}, so this never holds")
                break


def _excludes(one: _Demand, other: _Demand) -> bool:
    if one.states is not None and other.states is not None:
        return one.states.isdisjoint(other.states)
    lowest = max((x.above for x in (one, other) if x.above is not None), default=None)
    highest = min((x.below for x in (one, other) if x.below is not None), default=None)
    return lowest is not None and highest is not None and lowest >= highest


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value)
