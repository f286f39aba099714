"""Triggers, conditions and actions, looked at by Core without storing them."""

import asyncio
import re
from typing import Any, Final

from ...home import Home
from ..diff import alike, pointer, same
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


async def validated(home: Home, parts: Body, sound: Body | None = None) -> list[Finding]:
    """Return what Core finds wrong; ``parts`` has triggers, conditions or actions.

    ``sound`` are parts that Core runs now: what stands there as well is not asked about, and in a
    long automation that is nearly all.
    Core names the place, but for which of several triggers it is: they are asked about one by one.
    """
    given = {key: value for key, value in parts.items() if value}
    coming = given if sound is None else _coming(sound, given)
    if not coming or (coming != given and not await _refused(home, coming)):
        return []
    found: list[Finding] = []
    for key, message in (await _refused(home, given)).items():
        single = await _single(home, given[key]) if key == TRIGGERS else []
        found += single or [await _finding(home, f"/{key}", message)]
    return found


def _coming(sound: Body, parts: Body) -> Body:
    """Return the parts that differ, and of lists the items from the first to the last that do."""
    found: Body = {}
    for key, new in parts.items():
        old = sound.get(key)
        if isinstance(old, list) and isinstance(new, list):
            head = alike(old, new)
            tail = alike(old[head:][::-1], new[head:][::-1])
            found[key] = new[head : len(new) - tail]
        elif not same(old, new):
            found[key] = new
    return {key: value for key, value in found.items() if value}


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
