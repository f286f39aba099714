"""What is going to be written: a draft for each document, and the plan of one call."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

from .diff import Difference, difference
from .kind import Finding, Snapshot

_KEPT: Final = ("body", "name", "variant", "ties")


def image_of(snapshot: Snapshot | None) -> dict[str, Any] | None:
    """Return a snapshot as the journal keeps it."""
    if snapshot is None:
        return None
    return {name: value for name in _KEPT if (value := getattr(snapshot, name)) or name == "body"}


def snapshot_of(image: Mapping[str, Any] | None) -> Snapshot | None:
    """Return what the journal kept."""
    return None if image is None else Snapshot(**image)


@dataclass(frozen=True)
class Draft:
    """One document as it is and as it shall be; without ``after`` it is removed."""

    kind: str
    id: str  # empty while Home Assistant chooses it
    before: Snapshot | None
    after: Snapshot | None
    findings: tuple[Finding, ...] = ()

    @property
    def name(self) -> str:
        """How people call it."""
        shown = self.after or self.before
        return (shown.name if shown else "") or self.id

    @cached_property
    def differences(self) -> list[Difference]:
        """Where it changes."""
        return difference(
            self.before.body if self.before else {}, self.after.body if self.after else {}
        )

    def stored(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "kind": self.kind,
            "id": self.id,
            "before": image_of(self.before),
            "after": image_of(self.after),
        }

    @classmethod
    def restored(cls, data: Mapping[str, Any]) -> Self:
        """Return it from JSON."""
        return cls(
            data["kind"], data["id"], snapshot_of(data["before"]), snapshot_of(data["after"])
        )


@dataclass(frozen=True, slots=True)
class Look:
    """When a plan began to look at its documents."""

    at: float  # seconds since 1970
    writes: int  # ended here until then
    heard: int  # changes that Home Assistant announced until then


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything one call is going to write, in order."""

    verb: str  # set, remove, rename, undo
    drafts: tuple[Draft, ...]
    undoes: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    look: Look | None = None  # of a plan that is written as soon as it is made

    @property
    def errors(self) -> list[Finding]:
        """What stops it."""
        return [one for draft in self.drafts for one in draft.findings if one.error]

    @property
    def advice(self) -> list[Finding]:
        """What the caller should know."""
        return [one for draft in self.drafts for one in draft.findings if not one.error]

    def stored(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "verb": self.verb,
            "drafts": [one.stored() for one in self.drafts],
            "undoes": list(self.undoes),
        }

    @classmethod
    def restored(cls, data: Mapping[str, Any]) -> Self:
        """Return it from JSON."""
        drafts = tuple(Draft.restored(one) for one in data["drafts"])
        return cls(data["verb"], drafts, tuple(data["undoes"]))
