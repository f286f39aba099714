"""Who names what: the places in bodies that refer to a thing."""

from .reference import Reference
from .references import NOT_SEARCHED, References, Referring

__all__ = ["NOT_SEARCHED", "Reference", "References", "Referring"]
