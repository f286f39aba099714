"""What protects a house, and which actions and bodies move it or stop it."""

from .administrators import for_administrators
from .guards import Guards

__all__ = ["Guards", "for_administrators"]
