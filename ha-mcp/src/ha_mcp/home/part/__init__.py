"""A part of the home, for callers who were given no more of it.

What is not provably inside is not there: no state, no name, no body, no picture, no past. The
wire is narrowed, too, so that what reads Home Assistant by itself cannot look further.
"""

from .bounds import Bounds
from .home import PartOfHome

__all__ = ["Bounds", "PartOfHome"]
