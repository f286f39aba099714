"""The rows of the journal: a change, and in it one entry for each document it touches."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from ..problems import Invalid

_ID: Final = re.compile(r"c?(\d{1,15})")

type Image = dict[str, Any]  # a document as JSON holds it; the journal does not look inside


class Status(StrEnum):
    """How far a write came."""

    INTENDED = "intended"  # begun; whether it was applied is not known
    DONE = "done"
    FAILED = "failed"  # refused, so nothing changed


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to happen to one document; without ``before`` it is made."""

    kind: str
    document_id: str  # empty while Home Assistant chooses it
    name: str
    before: Image | None
    after: Image | None


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened to one document."""

    kind: str
    document_id: str
    name: str
    status: Status
    before: Image | None
    after: Image | None  # as read back; as intended while the status is INTENDED
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: everything that one call wrote."""

    number: int
    at: float  # seconds since 1970
    client: str
    verb: str  # set, remove, rename, undo
    why: str
    undoes: tuple[int, ...]  # numbers of the changes it took back
    undone_by: int | None
    entries: tuple[Entry, ...]

    @property
    def id(self) -> str:
        """How callers name it."""
        return f"c{self.number}"

    @property
    def wrote(self) -> bool:
        """Whether anything was, or may have been, written."""
        return any(one.status is not Status.FAILED for one in self.entries)

    @property
    def counts(self) -> bool:
        """Whether it is in force: it wrote something, and neither took back nor was taken back."""
        return self.verb != "undo" and self.undone_by is None and self.wrote

    @property
    def what(self) -> str:
        """What was done, in a few words."""
        if self.undoes:
            return f"undo of {' '.join(f'c{one}' for one in self.undoes)}"
        first = self.entries[0] if self.entries else None
        return "create" if first and self.verb == "set" and first.before is None else self.verb

    @property
    def outcome(self) -> str:
        """What a reader must know of its end; empty when it went well."""
        if self.undone_by is not None:
            return f"undone by c{self.undone_by}"
        states = {one.status for one in self.entries}
        if Status.INTENDED in states:
            return "not known whether it was applied"
        return "refused: nothing changed" if states == {Status.FAILED} else ""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which changes are wanted; what is None does not count."""

    kind: str | None = None
    client: str | None = None
    since: float | None = None  # seconds since 1970
    until: float | None = None


def number_of(text: str) -> int:
    """Return the number of the change that is named, such as c12; raises Invalid."""
    found = _ID.fullmatch(text.strip())
    if found is None:
        raise Invalid(f"{text!r} is no id of a change, such as c12", what="change", which=text)
    return int(found[1])
