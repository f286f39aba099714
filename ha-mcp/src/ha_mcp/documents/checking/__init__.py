"""Checks of bodies that Core does not make: pure functions of a body and the home."""

from .bodies import looked_at

__all__ = ["looked_at"]
