"""What a caller may do, as far as the tools have to know; whoever admits callers decides it."""

from typing import Protocol

from .risk import Risk


class Rights(Protocol):
    """What one caller was allowed."""

    @property
    def held(self) -> str:
        """The most it was allowed, in the words of whoever allowed it."""
        ...

    def allows(self, risk: Risk) -> bool:
        """Whether a call of this risk is covered."""
        ...

    def missing(self, risk: Risk) -> str:
        """Return what a call of this risk would need, in the same words."""
        ...


class Everything:
    """The rights of whoever owns the connection: a process on the owner's own machine."""

    held = "everything"

    def allows(self, risk: Risk) -> bool:
        """Allow it."""
        del risk
        return True

    def missing(self, risk: Risk) -> str:
        """Return nothing: none is missing."""
        del risk
        return ""
