"""What in a body moves what protects the house: a lock, an alarm, a garage door, a restart."""

from collections.abc import Iterator
from typing import Final

from ...home import Home
from ..diff import pointer
from ..kind import Body, Finding
from .parts import STEP, Part

_OWN: Final = (
    "action", "service_template", "target", "data", "entity_id", "scene", "type", "domain",
    "device_id",
)  # fmt: skip
"""What a step itself does, without the steps in it."""


def guarded_step(home: Home, part: Part) -> Iterator[Finding]:
    """Yield why a step needs more care."""
    if part.sort != STEP:
        return
    own = {key: part.body[key] for key in _OWN if key in part.body}
    if reason := home.guards.guarded_body(own):
        where = next((key for key in ("action", "service_template", "scene") if key in own), "")
        path = pointer(part.path, where) if where else part.path
        yield Finding(path, f"this needs more care: {reason}")


def guarded_states(home: Home, states: Body) -> Iterator[Finding]:
    """Yield which states of a scene need more care."""
    for entity_id, said in states.items():
        if reason := home.guards.guarded_body({"entities": {entity_id: said}}):
            yield Finding(pointer("/entities", entity_id), f"this needs more care: {reason}")


def guarded_inputs(home: Home, body: Body) -> Iterator[Finding]:
    """Yield why what a blueprint is given needs more care: its steps are not told."""
    if "use_blueprint" not in body:
        return
    if reason := home.guards.guarded_body({"use_blueprint": body["use_blueprint"]}):
        yield Finding("/use_blueprint/input", f"this needs more care: {reason}")
