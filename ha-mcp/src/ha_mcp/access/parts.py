"""Parts of a home as people write them: ``area:kitchen``, ``label:kids``, ``light.bed``."""

import re
from collections.abc import Sequence
from typing import Final

from ..problems import Invalid
from .grants import Only

ALL: Final = "all"
_PART: Final = re.compile(
    r"(?P<sort>area|label):(?P<id>[a-z0-9_]+)|(?P<entity>[a-z0-9_]+\.[a-z0-9_]+)"
)
_PARTS: Final = f"Name area:kitchen, label:kids, light.bed and such, or {ALL} for the whole home"


def only(parts: Sequence[str]) -> Only | None:
    """Read a part of the home, None being all of it; raises Invalid."""
    if not parts:
        raise Invalid("It has to be said which part of the home", hint=_PARTS)
    if list(parts) == [ALL]:
        return None
    read = [_PART.fullmatch(part) for part in parts]
    wrong = [part for part, found in zip(parts, read, strict=True) if found is None]
    if wrong:
        raise Invalid(
            f"{wrong[0]!r} is no part of a home",
            hint=_PARTS,
        )
    found = [one for one in read if one is not None]
    return Only(
        areas=frozenset(one["id"] for one in found if one["sort"] == "area"),
        labels=frozenset(one["id"] for one in found if one["sort"] == "label"),
        entities=frozenset(one["entity"] for one in found if one["entity"]),
    )


def in_words(part: Only | None) -> str:
    """Write a part of the home as it is read; nothing for all of it."""
    if part is None:
        return ""
    areas = [f"area:{one}" for one in sorted(part.areas)]
    labels = [f"label:{one}" for one in sorted(part.labels)]
    return " ".join([*areas, *labels, *sorted(part.entities)])
