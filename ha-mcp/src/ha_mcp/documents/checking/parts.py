"""The parts of a body that run: its triggers, conditions and steps, wherever they are nested."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ..diff import pointer
from ..kind import Body

TRIGGER: Final = "trigger"
CONDITION: Final = "condition"
STEP: Final = "step"
JOINED: Final = ("and", "or", "not")
_LISTS: Final = {
    "automation": (("triggers", TRIGGER), ("conditions", CONDITION), ("actions", STEP)),
    "script": (("sequence", STEP),),
}
_STEPS: Final = ("sequence", "then", "else", "default", "parallel")
_TEMPLATE: Final = ("{{", "{%", "{#")


@dataclass(frozen=True, slots=True)
class Part:
    """One trigger, condition or step; a condition written as a template has that text."""

    sort: str
    path: str
    body: Body
    text: str = ""


def parts_of(kind: str, body: Body) -> Iterator[Part]:
    """Yield every part of a body that is not switched off, the outer before the inner."""
    head = body.get("blueprint")
    if kind == "blueprint" and isinstance(head, dict):
        kind = str(head.get("domain", ""))
    for key, sort in _LISTS.get(kind, ()):
        yield from _each(body.get(key), f"/{key}", sort)


def texts_of(value: Any) -> list[str]:
    """Return one text, or several, as a list; without templates and inputs of blueprints."""
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str) and not is_open(one)]


def is_open(text: str) -> bool:
    """Tell whether a text is only known when it runs."""
    return any(sign in text for sign in _TEMPLATE) or text.startswith("!input ")


def _each(value: Any, path: str, sort: str) -> Iterator[Part]:
    if isinstance(value, list):
        for at, one in enumerate(value):
            yield from _part(one, pointer(path, at), sort)
    elif value is not None:
        yield from _part(value, path, sort)


def _part(value: Any, path: str, sort: str) -> Iterator[Part]:
    if isinstance(value, str) and sort == CONDITION:
        yield Part(sort, path, {}, value)
    if not isinstance(value, dict) or value.get("enabled") is False:
        return
    if sort == TRIGGER:
        yield from _trigger(value, path)
    elif sort == CONDITION or _is_condition(value):
        yield from _condition(value, path)
    else:
        yield Part(STEP, path, value)
        yield from _within(value, path)


def _trigger(value: Body, path: str) -> Iterator[Part]:
    if "triggers" in value:
        yield from _each(value["triggers"], pointer(path, "triggers"), TRIGGER)
    else:
        yield Part(TRIGGER, path, value)


def _condition(value: Body, path: str) -> Iterator[Part]:
    said = value.get("condition")
    if isinstance(said, str) and is_open(said):
        yield Part(CONDITION, path, value, said)
    else:
        yield Part(CONDITION, path, value)
    for key in ("conditions", *JOINED):
        if key in value:
            yield from _each(value[key], pointer(path, key), CONDITION)


def _within(step: Body, path: str) -> Iterator[Part]:
    """Yield what is in a step."""
    for key in _STEPS:
        if key in step:
            yield from _each(step[key], pointer(path, key), STEP)
    yield from _each(step.get("if"), pointer(path, "if"), CONDITION)
    yield from _each(step.get("wait_for_trigger"), pointer(path, "wait_for_trigger"), TRIGGER)
    if "choose" in step:
        yield from _choices(step["choose"], pointer(path, "choose"))
    repeat = step.get("repeat")
    if isinstance(repeat, dict):
        below = pointer(path, "repeat")
        for key in ("while", "until"):
            yield from _each(repeat.get(key), pointer(below, key), CONDITION)
        yield from _each(repeat.get("sequence"), pointer(below, "sequence"), STEP)


def _choices(value: Any, path: str) -> Iterator[Part]:
    for at, one in enumerate(value if isinstance(value, list) else [value]):
        if isinstance(one, dict):
            below = pointer(path, at) if isinstance(value, list) else path
            yield from _each(one.get("conditions"), pointer(below, "conditions"), CONDITION)
            yield from _each(one.get("sequence"), pointer(below, "sequence"), STEP)


def _is_condition(step: Body) -> bool:
    return "condition" in step or any(key in step for key in JOINED)
