"""Triggers, conditions and actions, looked at by Core without storing them."""

import asyncio
import re
from typing import Any, Final

from ...home import Home
from ..diff import pointer
from ..kind import Body, Finding
from ..platforms import CONDITIONS, TRIGGERS, Platforms

_PLACED: Final = (
    re.compile(r"^(?P<what>.*) at '(?P<where>[^']*)'$"),
    re.compile(r"^(?P<what>.*?) @ data(?P<where>(?:\[[^\]]+\])+)"),  # older ones
)
_UNKNOWN: Final = re.compile(r"Invalid (?P<sort>trigger|condition) ['\"](?P<key>[^'\"]+)['\"]")
_STEP: Final = re.compile(r"[^.\[\]']+")
_SORTS: Final = {"trigger": TRIGGERS, "condition": CONDITIONS}
_MOST: Final = 20


async def validated(home: Home, parts: Body) -> list[Finding]:
    """Return what Core finds wrong; ``parts`` has triggers, conditions or actions.

    Core names the place, but for which of several triggers it is: they are asked about one by one.
    """
    given = {key: value for key, value in parts.items() if value}
    if not given:
        return []
    found: list[Finding] = []
    for key, message in (await _refused(home, given)).items():
        single = await _single(home, given[key]) if key == TRIGGERS else []
        found += single or [await _finding(home, f"/{key}", message)]
    return found


async def _single(home: Home, triggers: Any) -> list[Finding]:
    """Return the triggers that are refused by themselves."""
    if not isinstance(triggers, list):
        return []
    answers = await asyncio.gather(*(_refused(home, {TRIGGERS: [one]}) for one in triggers[:_MOST]))
    return [
        await _finding(home, f"/{TRIGGERS}/{at}", said[TRIGGERS])
        for at, said in enumerate(answers)
        if TRIGGERS in said
    ]


async def _refused(home: Home, parts: Body) -> dict[str, str]:
    answer = await home.core.command("validate_config", **parts)
    return {key: str(said["error"]) for key, said in answer.items() if not said["valid"]}


async def _finding(home: Home, path: str, error: str) -> Finding:
    message = " ".join(error.split())
    placed = next(filter(None, (one.match(message) for one in _PLACED)), None)
    if placed is not None:
        message = placed["what"]
        for key in _STEP.findall(placed["where"]):
            path = pointer(path, key)
    similar: tuple[str, ...] = ()
    if unknown := _UNKNOWN.search(message):
        similar = await Platforms(home.core).similar(_SORTS[unknown["sort"]], unknown["key"])
    return Finding(path, message, error=True, similar=similar)
