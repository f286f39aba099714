"""Reading documents: by id or exact name, with the etag that a write has to show."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol, runtime_checkable

from ..home.finding.words import spellings
from ..journal import Journal
from ..problems import Invalid, NotFound, Problem
from .drafts import snapshot_of
from .etags import etag_of
from .kind import Kind, Listed, Snapshot
from .successors import Successors

_MOST_CANDIDATES = 8


@dataclass(frozen=True)
class Document:
    """A document as it was read."""

    kind: str
    id: str
    snapshot: Snapshot
    beside: frozenset[str] = frozenset()  # keys of the body that the etag leaves out
    mark: str = ""  # its etag, where that is known

    @cached_property
    def etag(self) -> str:
        """The mark that a write has to show."""
        return self.mark or etag_of(self.snapshot.body, self.beside)


@runtime_checkable
class Confirming(Protocol):
    """A kind whose bodies may be so large that reading back what was written is worth a short cut.

    The short cut is only not to decode what arrives: what is read is what Home Assistant has.
    """

    async def get_written(self, document_id: str, wanted: Snapshot, /) -> Snapshot:
        """Read one as ``get`` does; what is there as it is wanted may share the wanted body."""
        ...


@runtime_checkable
class LookingAhead(Protocol):
    """A kind that looks once more before it writes, at something slow: it may begin early."""

    async def look_ahead(self, document_id: str, /) -> None:
        """Look now at what a write would replace; raises nothing."""
        ...


class Reader:
    """Finds and reads documents of every kind."""

    def __init__(self, kinds: Mapping[str, Kind], journal: Journal) -> None:
        """Take the kinds by name, and the journal for what Home Assistant does not tell."""
        self._kinds = kinds
        self._journal = journal

    def kind(self, name: str) -> Kind:
        """Return a kind; raises NotFound with the nearest."""
        kind = self._kinds.get(name)
        if kind is None:
            raise NotFound.naming("kind", name, self._kinds)
        return kind

    async def get(self, kind: str, text: str) -> Document:
        """Read one document, named by id or exact name; raises NotFound with the nearest."""
        rows = await self.kind(kind).all()
        found = await self.find(kind, text, rows)
        if found is None:
            raise missing(kind, text, rows)
        return await self.by_id(kind, found)

    async def by_id(self, kind: str, document_id: str, written: Snapshot | None = None) -> Document:
        """Read one document by its id, perhaps as it was just written; raises NotFound."""
        driver = self.kind(kind)
        if written is not None and isinstance(driver, Confirming):
            snapshot = await driver.get_written(document_id, written)
        else:
            snapshot = await driver.get(document_id)
        if snapshot.told is not None:
            snapshot = await self._completed(kind, document_id, snapshot)
        return Document(kind, document_id, snapshot, driver.facts.beside)

    async def look_ahead(self, kind: str, document_ids: Iterable[str]) -> None:
        """Begin to look at what is to be written, where that takes a while."""
        driver = self._kinds.get(kind)
        if isinstance(driver, LookingAhead):
            await asyncio.gather(*map(driver.look_ahead, document_ids))

    async def if_there(self, kind: str, document_id: str) -> Document | None:
        """Read one document by its id; None when there is none."""
        try:
            return await self.by_id(kind, document_id)
        except NotFound:
            return None

    async def find(self, kind: str, text: str, rows: Sequence[Listed] | None = None) -> str | None:
        """Return the id of the document with this id, entity or name; None when there is none.

        Raises Invalid with the candidates when the name is that of several.
        """
        rows = await self.kind(kind).all() if rows is None else rows
        asked = text.strip() or _only(kind, rows)
        if any(asked == row.id for row in rows):
            return asked
        if any(asked.startswith(f"{row.id}/") for row in rows):
            return asked  # a part that the kind knows, such as one occurrence of a series
        today = (await self.successors()).of(kind, asked)
        if any(today == row.id for row in rows):
            return today
        found = [row for row in rows if asked.lower() == row.entity_id]
        found = found or [row for row in rows if _same(asked, row.name)]
        if len(found) > 1:
            raise Invalid(
                f"{len(found)} of the kind {kind} are named {text!r}",
                hint="Name one of them by its id",
                what=kind,
                which=text,
                similar=[f"{row.name} ({row.id})" for row in found[:_MOST_CANDIDATES]],
            )
        return found[0].id if found else None

    async def successors(self) -> Successors:
        """Return what became of documents that came back under another id."""
        try:
            return Successors(await self._journal.became())
        except Problem:
            return Successors(())  # a journal that cannot be read stops writes, not reads

    async def _completed(self, kind: str, document_id: str, snapshot: Snapshot) -> Snapshot:
        """Add what we wrote and Home Assistant does not tell."""
        kept = snapshot_of(await self._known(kind, document_id))
        known = (await self.successors()).snapshot(kept)
        told = snapshot.told or frozenset()
        if known is None:
            return snapshot
        untold = {key: value for key, value in known.body.items() if key not in told}
        return replace(snapshot, body={**untold, **snapshot.body}, partial="")

    async def _known(self, kind: str, document_id: str) -> dict[str, object] | None:
        try:
            return await self._journal.last_known(kind, document_id)
        except Problem:
            return None  # a journal that cannot be read stops writes, not reads


def _only(kind: str, rows: Sequence[Listed]) -> str:
    """Return the id of the one document of a kind; raises Invalid when there are others."""
    if len(rows) == 1:
        return rows[0].id
    raise Invalid("The id is missing", what=kind, which="", document=True)


def _same(one: str, other: str) -> bool:
    return not set(spellings(one)).isdisjoint(spellings(other))


def missing(kind: str, text: str, rows: Sequence[Listed]) -> NotFound:
    """Return the problem that there is no such document, with the nearest that are."""
    named = {name: row for row in rows for name in (row.id, row.name, row.entity_id) if name}
    nearest = NotFound.naming(kind, text, named)
    similar = dict.fromkeys(
        f"{named[one].name} ({named[one].id})" for one in nearest.details["similar"]
    )
    return NotFound(nearest.message, what=kind, which=text, document=True, similar=list(similar))
