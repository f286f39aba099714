"""The store of documents: read, preview, write, undo; the same for every kind."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from ..home import Home, Reference, Referring, Span
from ..journal import Bounds, Change, Filter, Journal, Notes
from ..problems import Invalid, NotFound
from .checks import Checks
from .drafts import Draft, Plan
from .entities import Entities
from .flows import Flows, undoable
from .inside import Inside, Within
from .kind import Described, Facts, Finding, Kind, Listed
from .kinds.entity_id import ENTITY_ID, EntityIdKind
from .lasting import Lasting
from .loading import Loading, kinds_at
from .planning import Planner, Wish
from .reading import Document, Reader
from .remembering import Remembered
from .renaming import Renamer, Renaming
from .undoing import Undoer
from .using import BESIDE, users_of
from .writing import Preview, Receipt, Writer

_LOOK_BACK: Final = 200  # changes


class Store:
    """Everything that can be configured in one home."""

    def __init__(
        self, home: Home, journal: Journal, kinds: Mapping[str, Kind], remembered: Remembered
    ) -> None:
        """Take the home, the journal, the kinds by name, and what notes say."""
        self._home = home
        self._journal = journal
        ids = EntityIdKind(home, Entities(home))
        every = Loading(lambda: {**kinds, ENTITY_ID: ids})
        self._reader = Reader(every, journal)
        self._planner = Planner(self._reader, Checks(home))
        self._undoer = Undoer(self._reader, self._planner, journal)
        self._renamer = Renamer(home, self._reader, ids)
        self._inside = Inside(home, self._reader)
        self._writer = Writer(home, every, self._reader, journal)
        self._lasting = Lasting()
        self.flows = Flows(home, journal)
        self.remembered = remembered

    async def end(self) -> None:
        """Wait for the writes that still run."""
        await self._lasting.end()

    async def lasting[T](self, work: Coroutine[Any, Any, T]) -> T:
        """Carry something out to its end, whatever happens to the caller meanwhile."""
        return await self._lasting.run(work)

    def facts(self, kind: str) -> Facts:
        """Return what is true of every document of a kind."""
        return self._reader.kind(kind).facts

    async def all(self, kind: str) -> Sequence[Listed]:
        """Return every document of a kind."""
        return await self._reader.kind(kind).all()

    async def inside(self, kind: str, parent: str, span: Span | None) -> Within:
        """Return those inside a parent or in a time; raises Invalid, NotFound with the nearest."""
        return await self._inside.of(kind, parent, span)

    async def get(self, kind: str, document_id: str) -> Document:
        """Read one, by id or exact name; raises NotFound with the nearest."""
        return await self._reader.get(kind, document_id)

    async def describe(self, kind: str, variant: str = "") -> Described:
        """Tell what a body of a kind looks like."""
        return await self._reader.kind(kind).describe(variant)

    async def plan_set(self, kind: str, wishes: Sequence[Wish], *, may_shrink: bool) -> Plan:
        """Plan to create or change documents of one kind."""
        drafts = [await self._planner.set(kind, one, may_shrink=may_shrink) for one in wishes]
        _refuse_twice(drafts)
        return Plan("set", tuple(drafts), notes=self._warnings(kind))

    async def plan_remove(self, kind: str, document_ids: Sequence[str], etag: str = "") -> Plan:
        """Plan to remove documents of one kind."""
        if etag and len(document_ids) != 1:
            raise Invalid("An etag belongs to one id", what="argument", which="etag")
        drafts = [await self._planner.remove(kind, one, etag) for one in document_ids]
        _refuse_twice(drafts)
        return Plan("remove", tuple(drafts), notes=self._warnings(kind))

    async def plan_rename(self, renames: Mapping[str, str]) -> Renaming:
        """Plan to give entities new ids, in the registry and wherever they are named."""
        return await self._renamer.plan(renames)

    async def plan_undo(self, numbers: Sequence[int]) -> Plan:
        """Plan to take changes back; raises Conflict when something changed since."""
        changes, notes = undoable([await self._journal.change(one) for one in numbers])
        plan = await self._undoer.plan(changes)
        return replace(plan, notes=(*plan.notes, *notes))

    async def preview(self, plan: Plan, client: str) -> Preview:
        """Keep a plan for an hour; one with errors has no id, since it cannot be applied."""
        if plan.errors or not plan.drafts:
            return Preview("", plan)
        return Preview(await self._journal.keep_preview(client, plan.stored()), plan)

    async def users(self, draft: Draft) -> list[Reference]:
        """Return every place that names the document of a draft."""
        return await users_of(self._home, draft)

    async def referring(self, kind: str, text: str) -> Referring:
        """Return every place that names a document of a kind the home's index does not know."""
        document = await self._reader.get(kind, text)
        await self._home.bodies.refresh_unannounced()
        found = list(BESIDE[kind](self._home, document.id))
        missed = self._home.bodies.unread
        return Referring(kind, document.id, document.snapshot.name, found, {}, missed)

    async def apply(self, verb: str, preview_id: str, client: str, why: str) -> Receipt:
        """Write exactly what a preview of this client showed; raises NotFound, Conflict."""
        plan = Plan.restored(await self._journal.preview(client, preview_id))
        if plan.verb != verb:
            raise Invalid(
                f"The preview {preview_id!r} is one to {plan.verb}, not to {verb}",
                what="preview",
                which=preview_id,
            )
        receipt = await self.write(plan, client, why)
        await self._journal.drop_preview(preview_id)
        return receipt

    async def set(self, kind: str, wishes: Sequence[Wish], client: str, why: str) -> Receipt:
        """Create or change documents of one kind at once, which takes one look at each."""
        look = self._writer.look()
        plan, _ = await asyncio.gather(
            self.plan_set(kind, wishes, may_shrink=False),
            self._reader.look_ahead(kind, [one.id for one in wishes]),
        )
        return await self.write(replace(plan, look=look), client, why)

    async def write(self, plan: Plan, client: str, why: str) -> Receipt:
        """Write a plan, whatever happens to the caller meanwhile; raises Invalid for its errors."""
        if plan.errors:
            raise Invalid(
                "Nothing was written: " + "; ".join(map(_sentence, plan.errors)),
                what="body",
                which=plan.errors[0].path,
                similar=list(plan.errors[0].similar),
            )
        changing = tuple(one for one in plan.drafts if one.differences or not one.after)
        if not changing:
            return Receipt("", (), tuple(plan.advice), (*plan.notes, "nothing to change"))
        plan = Plan(plan.verb, changing, plan.undoes, plan.notes, plan.look)
        return await self._lasting.run(self._writer.write(plan, client, why))

    async def change(self, number: int) -> Change:
        """Return one change of the journal with what was before and after."""
        return await self._journal.change(number)

    async def last_change(self, client: str) -> Change:
        """Return the last change of a client that can be taken back; raises NotFound."""
        found, _ = await self._journal.changes(Filter(client=client), 0, _LOOK_BACK)
        for change in found:
            if change.counts:
                return change
        raise NotFound("There is no change of this client to take back", what="change")

    async def changes(self, wanted: Filter, start: int, limit: int) -> tuple[list[Change], int]:
        """Return a page of changes, newest first, and how many there are."""
        return await self._journal.changes(wanted, start, limit)

    async def seen(self, most: int) -> tuple[list[str], list[str]]:
        """Return the kinds there are changes of, and who made any, the latest of them first."""
        return await self._journal.seen(most)

    def _warnings(self, kind: str) -> tuple[str, ...]:
        no_undo = self.facts(kind).no_undo
        return (no_undo,) if no_undo else ()


@asynccontextmanager
async def opened(home: Home, folder: Path, *, days: float = 30) -> AsyncIterator[Store]:
    """Open the store of a home whose journal is kept in a folder, each change for so many days."""
    journal = Journal(folder / "journal.db", Bounds(days), home.now)
    notes = Notes(folder / "notes.db")
    store = Store(home, journal, kinds_at(home, notes), Remembered(home, notes))
    try:
        yield store
    finally:
        await store.end()
        await journal.close()
        await notes.close()


def _refuse_twice(drafts: Sequence[Draft]) -> None:
    ids = [one.id for one in drafts if one.id]
    twice = next((one for one in ids if ids.count(one) > 1), None)
    if twice is not None:
        raise Invalid(f"{twice} is named twice in one call", what="argument", which=twice)


def _sentence(finding: Finding) -> str:
    return f"{finding.path}: {finding.message}" if finding.path else finding.message
