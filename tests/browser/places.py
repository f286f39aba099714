"""Where a client is led to, and what it can ask there once it is let in."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Place:
    """An address for assistants, and the home behind it."""

    url: str
    home: str
    asks_where: bool
    """Whether the person first has to say where their home is."""
    tool: str
    arguments: dict[str, Any]
    words: str
