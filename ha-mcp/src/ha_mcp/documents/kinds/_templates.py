"""Templates in bodies that Core stores without looking at them: does it understand them?"""

import asyncio
from collections.abc import Iterator
from typing import Any, Final

from ...home import Home
from ...problems import Rejected
from ..diff import pointer
from ..kind import Body, Finding

_SIGNS: Final = ("{{", "{%")
_MOST: Final = 20
_SYNTAX: Final = "TemplateSyntaxError"


async def uncompiled(home: Home, wanted: Body, before: Body) -> list[Finding]:
    """Return the templates that came in and that Core cannot even read.

    What only fails when it runs, for a variable that a card or trigger brings, is not looked at.
    """
    known = {text for _, text in _templates(before, "")}
    new = [(path, text) for path, text in _templates(wanted, "") if text not in known]
    found = await asyncio.gather(*(_looked_at(home, path, text) for path, text in new[:_MOST]))
    return [finding for finding in found if finding is not None]


async def _looked_at(home: Home, path: str, template: str) -> Finding | None:
    try:
        await home.templates.render(template)
    except Rejected as problem:
        if _SYNTAX in problem.message:
            return Finding(path, problem.message, error=True)
    return None


def _templates(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if any(sign in value for sign in _SIGNS):
            yield path, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _templates(one, pointer(path, key))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            if one is None:
                continue
            yield from _templates(one, pointer(path, at))
