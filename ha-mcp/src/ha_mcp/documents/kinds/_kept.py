"""What is the same for documents that are always there, and for those that are only read."""

from collections.abc import Sequence

from ...problems import Unsupported
from ..kind import Facts, Finding, Snapshot


class Kept:
    """Documents that are neither made nor removed here."""

    facts: Facts
    fixed = "it is always there"  # why

    def id_for(self, _wanted: Snapshot, /) -> str:
        """Return nothing: none is made."""
        return ""

    async def check(self, _wanted: Snapshot, _before: Snapshot | None, /) -> Sequence[Finding]:
        """Find nothing: Core checks when it stores."""
        return ()

    async def create(self, _wanted: Snapshot, _document_id: str | None, /) -> str:
        """Refuse."""
        raise self.refusal()

    async def remove(self, _document_id: str, _before: Snapshot, /) -> None:
        """Refuse."""
        raise self.refusal()

    def refusal(self) -> Unsupported:
        """Return the problem of whoever tries."""
        return Unsupported(f"{self.facts.title}: not possible here, {self.fixed}")


class ReadOnly(Kept):
    """Documents that are only read."""

    async def prepare(
        self, _wanted: Snapshot, _document_id: str | None, _before: Snapshot | None, /
    ) -> Snapshot:
        """Refuse."""
        raise self.refusal()

    async def update(self, _document_id: str, _wanted: Snapshot, _before: Snapshot, /) -> None:
        """Refuse."""
        raise self.refusal()
