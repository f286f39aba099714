"""One document after a write."""

from dataclasses import dataclass

from .diff import Difference


@dataclass(frozen=True, slots=True)
class Written:
    """One document after a write."""

    kind: str
    id: str
    name: str
    etag: str  # empty after a removal
    stat: str
    asked_id: str = ""
    unlike: tuple[Difference, ...] = ()  # where what is there is not what was wanted
