"""What only Core can tell of a body: what a target can do, and what a template listens to."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from ...home import Home
from ...problems import Forbidden, Invalid, Rejected
from ..kind import Body, Finding
from ..platforms import CONDITIONS, TRIGGERS, Platforms
from .parts import CONDITION, TRIGGER, Part, is_open

_MOST: Final = 10
_MOST_NAMED: Final = 5
_SORTS: Final = {TRIGGER: TRIGGERS, CONDITION: CONDITIONS}


async def asked(home: Home, parts: Sequence[Part]) -> list[Finding]:
    """Return the triggers and conditions that nothing in their target can make true."""
    platforms = Platforms(home.core)
    targets = [part for part in parts if _key(part) and _is_settled(part.body.get("target"))]
    templates = [
        part for part in parts if part.sort == TRIGGER and part.body.get("trigger") == "template"
    ]
    found = await asyncio.gather(
        *(_fitting(platforms, part) for part in targets[:_MOST]),
        *(_listening(home, part) for part in templates[:_MOST]),
    )
    return [one for one in found if one is not None]


def _key(part: Part) -> str:
    """Return the key of a purpose-specific trigger or condition."""
    said = part.body.get(part.sort)
    return said if isinstance(said, str) and "." in said and not is_open(said) else ""


async def _fitting(platforms: Platforms, part: Part) -> Finding | None:
    key = _key(part)
    try:
        fitting = await platforms.fitting(_SORTS[part.sort], part.body["target"])
    except Invalid:
        return None  # Core says what is wrong with it when it validates the whole
    if fitting is None or key in fitting:
        return None
    domain = key.partition(".")[0]
    others = sorted(fitting, key=lambda one: (not one.startswith(domain), one))
    shown = f"; it has: {', '.join(others[:_MOST_NAMED])}" if others else ""
    consequence = "fires" if part.sort == TRIGGER else "holds"
    message = f"nothing in this target has {key} now, so this never {consequence}{shown}"
    return Finding(f"{part.path}/target", message)


async def _listening(home: Home, part: Part) -> Finding | None:
    template = part.body.get("value_template")
    if not isinstance(template, str) or template.startswith("!input "):
        return None
    try:
        rendered = await home.templates.render(template)
    except (Forbidden, Rejected):
        return None  # a mistake that Core finds, or a variable that only a run has
    if rendered.entities or rendered.domains or rendered.everything or rendered.time:
        return None
    path = f"{part.path}/value_template"
    return Finding(path, "nothing that it reads ever changes, so this never fires")


def _is_settled(target: Any) -> bool:
    """Tell whether a target is known before it runs."""
    if isinstance(target, str):
        return False
    if isinstance(target, dict):
        return bool(target) and all(map(_is_settled_value, target.values()))
    return False


def _is_settled_value(value: Any) -> bool:
    if isinstance(value, str):
        return not is_open(value)
    if isinstance(value, list):
        return all(map(_is_settled_value, value))
    return _is_body(value)


def _is_body(value: Any) -> bool:
    body: Body = value if isinstance(value, dict) else {}
    return all(map(_is_settled_value, body.values()))
