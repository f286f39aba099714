"""What a signature says of an argument beyond its type."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

type Schema = dict[str, Any]
type Check = Callable[[Any], Any]

_MOST_TEXT: Final = 262_144


@dataclass(frozen=True, slots=True)
class Field:
    """What a type cannot say about an argument."""

    about: str = ""
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    max_length: int = _MOST_TEXT  # checked, not published: no client can use it
    open: bool = False  # a typed object that lets further fields through
    reads: Check | None = None  # understands other shapes of the value, before it is checked

    def published(self) -> Schema:
        """Return the part of it that clients see."""
        shown = {
            "description": self.about or None,
            "pattern": self.pattern,
            "minimum": self.minimum,
            "maximum": self.maximum,
        }
        return {key: value for key, value in shown.items() if value is not None}
