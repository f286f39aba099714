"""Who names what: the places in bodies that refer to a thing."""

from .references import NOT_SEARCHED, Reference, References, Referring

__all__ = ["NOT_SEARCHED", "Reference", "References", "Referring"]
