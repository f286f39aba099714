"""What is looked at in a body that runs: an automation, a script, a scene, a helper's template."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import orjson

from ...home import Home
from ...home.references.walk import texts
from ..brought import brought_in
from ..kind import Body, Finding
from .asking import asked
from .firing import never_fires
from .guards import guarded_inputs, guarded_states, guarded_step
from .helpers import helper_for
from .holding import contradictions, never_holds
from .native import native
from .parts import CONDITION, TRIGGER, Part, is_open, parts_of
from .renamed import renamed, renamed_in_states, renamed_in_text

_RUN: Final = ("automation", "script", "blueprint")


async def looked_at(
    home: Home, kind: str, variant: str, wanted: Body, before: Body
) -> list[Finding]:
    """Return what a write brings in, errors first; what was there before is not this caller's."""
    parts, parts_before = (list(parts_of(kind, body)) for body in (wanted, before))
    new, old = _apart(parts, parts_before)
    found = [
        *_found(home, kind, variant, wanted, parts),
        *_in_texts(brought_in(before, wanted)[1]),
        *_in_parts(home, new),
    ]
    if found and before:
        known = {one.message for one in _found(home, kind, variant, before, parts_before)}
        known |= {one.message for one in _in_texts(before)}
        known |= {one.message for one in _in_parts(home, old)}
        found = [one for one in found if one.message not in known]
    found += await asked(home, new)
    return sorted(found, key=lambda one: not one.error)


def _apart(wanted: list[Part], before: list[Part]) -> tuple[list[Part], list[Part]]:
    """Return the parts that only one of two bodies has; a large one is mostly the same."""
    one, other = ([_mark(part) for part in parts] for parts in (wanted, before))
    was, shall = set(other), set(one)
    new = [part for part, key in zip(wanted, one, strict=True) if key not in was]
    old = [part for part, key in zip(before, other, strict=True) if key not in shall]
    return new, old


def _mark(part: Part) -> bytes:
    said = (part.sort, part.body, part.text)
    return orjson.dumps(said, option=orjson.OPT_NON_STR_KEYS, default=str)


def _found(home: Home, kind: str, variant: str, body: Body, parts: list[Part]) -> Iterator[Finding]:
    """Yield what is found in a body as a whole."""
    if kind == "helper":
        yield from helper_for(variant, body)
    if kind == "scene" and isinstance(body.get("entities"), dict):
        yield from renamed_in_states(body["entities"])
        yield from guarded_states(home, body["entities"])
    if kind in _RUN:
        yield from contradictions(body, parts)
        yield from guarded_inputs(home, body)
    if kind == "automation":
        yield from _idle(body)


def _in_texts(body: Body) -> Iterator[Finding]:
    for path, _, text in texts(body):
        if is_open(text):
            yield from renamed_in_text(path, text)


def _in_parts(home: Home, parts: Sequence[Part]) -> Iterator[Finding]:
    for part in parts:
        yield from _in_part(home, part)


def _in_part(home: Home, part: Part) -> Iterator[Finding]:
    yield from renamed(home, part)
    yield from native(part)
    yield from guarded_step(home, part)
    if part.sort == TRIGGER:
        yield from never_fires(home, part)
    elif part.sort == CONDITION:
        yield from never_holds(home, part)


def _idle(body: Body) -> Iterator[Finding]:
    """Yield that nothing starts an automation by itself."""
    triggers: Any = body.get("triggers")
    if not isinstance(triggers, list):
        return
    if all(isinstance(one, dict) and one.get("enabled") is False for one in triggers):
        yield Finding("/triggers", "none is switched on, so it only runs when an action runs it")
