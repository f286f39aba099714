"""Entities that a body names where the shared checks do not look for them."""

import re
from collections.abc import Iterable
from typing import Any, Final

from ...home import Home
from ..kind import Finding

_ENTITY_ID: Final = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")

type Place = tuple[str, Any]  # JSON Pointer and what stands there


def unknown(home: Home, places: Iterable[Place], known: Iterable[Any] = ()) -> list[Finding]:
    """Return a finding for each entity that does not exist; what was there before is known.

    What does not look like an entity id is something else: a statistic, an engine, nothing.
    """
    before = {one for one in known if isinstance(one, str)}
    return [
        Finding(path, f"there is no entity {text!r}", similar=tuple(home.states.similar(text)))
        for path, text in places
        if isinstance(text, str)
        and text not in before
        and _ENTITY_ID.fullmatch(text)
        and text not in home.states
        and text not in home.registries.entities
    ]
