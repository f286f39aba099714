"""What a kind is: the driver of one sort of document.

A kind is one file in ``kinds/`` with one class that fits ``Kind``, and a line in its ``__init__``.
It translates between a body and Home Assistant, and nothing else: etags, conflicts, patches,
previews, the journal, read-back and undo are the same for all and done around it.

The rules a kind keeps:

- ``get`` returns the body in the form ``prepare`` gives to what is wanted: today's key names, ids
  instead of names, no empty ``area``, ``labels``, ``category``. Both are compared byte by byte.
- ``prepare`` raises Invalid or NotFound for what can never be right; whatever is only doubtful is
  a Finding of ``check``. Neither changes anything.
- ``create`` and ``update`` return when Home Assistant has *loaded* the document, not only stored
  it, and touch no other document. ``create`` under an id that is given keeps that id where Home
  Assistant allows it, and returns the id it has; ``ties`` are made again.
- ``ties`` is what Home Assistant forgets with a document: who was in that area, who bore that
  label. It is read by ``get``, is no part of the body or the etag, and comes back at undo.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

type Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document at one time: as it is, or as somebody wants it."""

    body: Body
    name: str = ""
    variant: str = ""  # the type of a helper
    ties: Body = field(default_factory=dict)
    fixed: str = ""  # why it cannot be edited here; empty when it can
    partial: str = ""  # what Home Assistant does not tell of it
    told: frozenset[str] | None = None  # the keys it tells, when that is not all


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list of a kind."""

    id: str
    name: str
    about: str = ""  # a few words: state, type, place
    entity_id: str = ""  # the entity it makes, where it makes one


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a body that the caller should know; an error stops the write."""

    path: str  # JSON Pointer
    message: str
    error: bool = False
    similar: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of a body."""

    name: str
    type: str
    required: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """What a body of a kind looks like."""

    fields: Sequence[FieldLine]
    example: Body  # one minimal complete body
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of every document of a kind."""

    name: str
    title: str
    id_about: str  # what an id looks like and where it comes from
    new_id: str = r"[\w./:-]{1,100}"  # the ids that new ones may be given
    creates: bool = True
    removes: bool = True
    beside: frozenset[str] = frozenset()  # keys of bodies that the etag leaves out
    apart: frozenset[str] = frozenset()  # maps of yes and no that Core adds to: each is its own
    no_undo: str = ""  # what cannot be taken back, said in previews and receipts
    variants: tuple[str, ...] = ()  # the types a new one has to choose from
    forms: frozenset[str] = frozenset()  # keys that only say how to make the rest; never read back
    loose: bool = False  # kept here: it may name what is not there any more
    followed: bool = False  # others change by themselves when one of these does


class Kind(Protocol):
    """The driver of one sort of document. Everything raises Problems."""

    @property
    def facts(self) -> Facts:
        """What is true of every document of this kind."""
        ...

    async def all(self) -> Sequence[Listed]:
        """Return every document, those that cannot be edited here too."""
        ...

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one from Home Assistant itself; raises NotFound."""
        ...

    async def prepare(
        self, wanted: Snapshot, document_id: str | None, before: Snapshot | None, /
    ) -> Snapshot:
        """Return what is wanted in the form ``get`` returns; raises Invalid, NotFound."""
        ...

    def id_for(self, wanted: Snapshot, /) -> str:
        """Return the id a new one will have; empty where Home Assistant chooses."""
        ...

    async def check(self, wanted: Snapshot, before: Snapshot | None, /) -> Sequence[Finding]:
        """Have Home Assistant look at a prepared body without storing it."""
        ...

    async def create(self, wanted: Snapshot, document_id: str | None, /) -> str:
        """Make a new one and return its id; raises Conflict when the id is taken."""
        ...

    async def update(self, document_id: str, wanted: Snapshot, before: Snapshot, /) -> None:
        """Make an existing one what is wanted."""
        ...

    async def remove(self, document_id: str, before: Snapshot, /) -> None:
        """Remove one."""
        ...

    async def describe(self, variant: str, /) -> Described:
        """Tell what a body looks like, from this very Home Assistant where it can tell."""
        ...
