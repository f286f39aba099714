"""What was changed, by whom and why: kept on disk before and after each write."""

from .bounds import Bounds
from .journal import Journal, Unwritable
from .notes import Note, Notes
from .rows import Change, Entry, Filter, Image, Intent, Status, number_of

__all__ = [
    "Bounds",
    "Change",
    "Entry",
    "Filter",
    "Image",
    "Intent",
    "Journal",
    "Note",
    "Notes",
    "Status",
    "Unwritable",
    "number_of",
]
