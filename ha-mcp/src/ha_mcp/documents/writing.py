"""Carrying out a plan: the intent into the journal, the write, the read-back, the receipt."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from ..home import Home
from ..journal import Image, Intent, Journal, Unwritable
from ..problems import Conflict, Problem, TimedOut, Unreachable
from .diff import Difference, difference, same, stat
from .drafts import Draft, Look, Plan, image_of
from .etags import etag_of
from .kind import Body, Finding, Kind, Snapshot
from .logbook import note_in_logbook
from .reading import Document, Reader
from .successors import Successors
from .written import Written

_MOMENT: Final = 0.25  # seconds for which a look counts


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one call wrote."""

    change: str  # the id in the journal; empty when there was nothing to write
    written: tuple[Written, ...]
    advice: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What one call would write; the id applies exactly that."""

    id: str  # empty when there are errors
    plan: Plan


class Writer:
    """Writes plans, one after the other."""

    def __init__(
        self, home: Home, kinds: Mapping[str, Kind], reader: Reader, journal: Journal
    ) -> None:
        """Take the home's logbook, the drivers, what reads back, and what remembers."""
        self._home = home
        self._kinds = kinds
        self._reader = reader
        self._journal = journal
        self._lock = asyncio.Lock()  # of all kinds: removing an area changes what is in it
        self._writes = 0  # that have ended

    def look(self) -> Look:
        """Return that a plan begins to look at its documents now."""
        return Look(self._home.now(), self._writes, self._home.mirror.heard)

    async def write(self, plan: Plan, client: str, why: str) -> Receipt:
        """Write a plan whose documents are still as it saw them.

        They are read again, unless the plan read them a moment ago and since then nothing was
        written here and Home Assistant announced no change: some moment lies between every look
        and the write that follows it.

        Raises Conflict before anything is written, Unwritable when the journal cannot take the
        intent, and the problem of the first document that cannot be written: those before it
        stay written, the rest is left alone.
        """
        async with self._lock:
            if not await self._saw_just_now(plan.look):
                for draft in plan.drafts:
                    await self._unchanged(draft)
            try:
                return await self._carry_out(plan, client, why)
            finally:
                self._writes += 1

    async def _saw_just_now(self, look: Look | None) -> bool:
        if look is None or look.writes != self._writes:
            return False
        try:
            await self._home.core.command("ping")  # what was announced before its answer is heard
        except Problem:
            return False  # while nothing is heard, what is kept here can be looked at
        if look.heard != self._home.mirror.heard:
            return False
        return 0 <= self._home.now() - look.at < _MOMENT

    async def _unchanged(self, draft: Draft) -> None:
        if not draft.id:
            return
        now = await self._reader.if_there(draft.kind, draft.id)
        was = draft.before.body if draft.before else {}
        if not _as_it_was(now, draft):
            found = difference(was, now.snapshot.body if now else {})
            raise Conflict(
                f"The {draft.kind} {draft.id!r} changed meanwhile ({stat(found)}): nothing written",
                hint="Read it again and decide anew",
                what=draft.kind,
                which=draft.id,
                document=True,
            )

    async def _carry_out(self, plan: Plan, client: str, why: str) -> Receipt:
        intents = [
            Intent(one.kind, one.id, one.name, image_of(one.before), image_of(one.after))
            for one in plan.drafts
        ]
        number = await self._journal.intend(client, plan.verb, why, intents, plan.undoes)
        written: list[Written] = []
        notes: list[str] = list(plan.notes)
        following = False
        today = Successors(())
        for position, planned in enumerate(plan.drafts):
            after = today.snapshot(planned.after)
            draft = planned if after is planned.after else replace(planned, after=after)
            try:
                now, document_id = await self._one(draft, following=following)
            except Problem as problem:
                await self._note_failure(number, position, draft, problem)
                raise _told(problem, draft, number, written) from problem
            found = now.snapshot if now else None
            name = (found.name if found else "") or draft.name
            try:
                is_ = image_of(found)
                await self._journal.done(
                    number, position, document_id, name, is_,
                    as_intended=_is_intended(is_, intents[position].after),
                )  # fmt: skip
            except Unwritable:
                notes.append("written, but the journal could not be completed: its disk is full")
            if draft.id and document_id != draft.id:
                today.add(draft.kind, draft.id, document_id)
            following = following or self._kinds[draft.kind].facts.followed
            forms = self._kinds[draft.kind].facts.forms
            written.append(_written(draft, now, document_id, name, forms))
        await note_in_logbook(self._home, plan, client, written)
        return Receipt(f"c{number}", tuple(written), tuple(plan.advice), tuple(notes))

    async def _one(self, draft: Draft, *, following: bool) -> tuple[Document | None, str]:
        """Write one document and read it back; one that has followed another is only read."""
        kind, document_id = self._kinds[draft.kind], draft.id
        mark = ""
        if draft.after is None:
            await kind.remove(draft.id, draft.before or Snapshot({}))
        elif draft.before is None:
            document_id = await kind.create(draft.after, draft.id or None)
        elif not (following and await self._is_so(draft)):
            beside = kind.facts.beside
            _, mark = await asyncio.gather(
                kind.update(document_id, draft.after, draft.before),
                _marked(draft.after, beside),  # while Core saves
            )
        try:
            return await self._read_back(draft, document_id, mark), document_id
        except Problem as problem:
            raise Unreachable(
                f"it was sent and could not be read back ({problem.message})", sent=True
            ) from problem

    async def _is_so(self, draft: Draft) -> bool:
        now = await self._reader.by_id(draft.kind, draft.id)
        beside = self._kinds[draft.kind].facts.beside
        return draft.after is not None and now.etag == etag_of(draft.after.body, beside)

    async def _read_back(self, draft: Draft, document_id: str, mark: str) -> Document | None:
        if draft.after is not None:
            now = await self._reader.by_id(draft.kind, document_id, draft.after)
            return _sharing(_with_untold(now, draft.after), draft.after.body, mark)
        if await self._reader.if_there(draft.kind, draft.id) is not None:
            raise Conflict("it is still there")
        return None

    async def _note_failure(
        self, number: int, position: int, draft: Draft, problem: Problem
    ) -> None:
        """Note what became of a write that failed: it may have been applied, or a part of it."""
        if _maybe_applied(problem):
            return  # the intent stays: whoever undoes it looks first
        now = await self._reader.if_there(draft.kind, draft.id) if draft.id else None
        was = image_of(draft.before)
        is_ = image_of(now.snapshot) if now else None
        if is_ == was:
            await self._journal.failed(number, position, problem.message)
        else:
            problem.message = f"{problem.message}; a part was written, c{number} takes it back"
            await self._journal.done(number, position, draft.id, draft.name, is_)


def _as_it_was(now: Document | None, draft: Draft) -> bool:
    """Tell whether a document is as the plan saw it."""
    if now is None or draft.before is None:
        return now is None and draft.before is None
    was = draft.before.body
    return same(now.snapshot.body, was) or now.etag == etag_of(was, now.beside)


def _with_untold(now: Document, wanted: Snapshot) -> Document:
    """Keep what was written and Home Assistant does not tell: nobody else will."""
    told = now.snapshot.told
    if told is None:
        return now
    untold = {key: value for key, value in wanted.body.items() if key not in told}
    body = {**untold, **now.snapshot.body}
    return replace(now, snapshot=replace(now.snapshot, body=body, partial=""))


async def _marked(wanted: Snapshot, beside: frozenset[str]) -> str:
    return etag_of(wanted.body, beside)


def _sharing(now: Document, wanted: Body, mark: str) -> Document:
    """Let a document that is just what was wanted share its body: what follows compares less."""
    if not same(now.snapshot.body, wanted):
        return now
    return replace(now, snapshot=replace(now.snapshot, body=wanted), mark=mark)


def _is_intended(now: Image | None, intended: Image | None) -> bool:
    """Tell whether an image is surely the one that was intended."""
    if now is None or intended is None:
        return now is intended
    return now["body"] is intended["body"] and now == intended


def _written(
    draft: Draft, now: Document | None, document_id: str, name: str, forms: frozenset[str]
) -> Written:
    before = draft.before.body if draft.before else {}
    after = now.snapshot.body if now else {}
    wanted = {
        key: value
        for key, value in (draft.after.body if draft.after else {}).items()
        if key not in forms
    }
    dropped = {one.path: one.old for one in draft.differences if one.sign == "-"}
    unlike = tuple(
        one
        for one in difference(wanted, after)
        if one.sign != "+" or (one.path in dropped and same(dropped[one.path], one.new))
    )  # what Home Assistant adds by itself are defaults; what is still there was not removed
    asked = draft.id if draft.id != document_id else ""
    etag = now.etag if now else ""
    shown = stat(_made(draft, before, after)) if now else "removed"
    return Written(draft.kind, document_id, name, etag, shown, asked, unlike)


def _made(draft: Draft, before: Body, after: Body) -> list[Difference]:
    """Return what has changed: mostly just what was drafted, which is known."""
    wanted = draft.after.body if draft.after else {}
    return draft.differences if not difference(wanted, after) else difference(before, after)


def _maybe_applied(problem: Problem) -> bool:
    """Tell whether it is unknown: a kind may have sent a part before it lost the connection."""
    return isinstance(problem, (TimedOut, Unreachable)) and not isinstance(problem, Unwritable)


def _told(problem: Problem, draft: Draft, number: int, written: list[Written]) -> Problem:
    """Say what is known of a write that did not come to its end."""
    done = f" Written before it: {', '.join(one.id for one in written)} (c{number})."
    message = f"{problem.message}.{done}" if written else problem.message
    if _maybe_applied(problem):
        return Unreachable(
            f"Whether the {draft.kind} {draft.id or draft.name!r} was written is not known:"
            f" {message}",
            hint=f"Read it; the journal has what was intended as c{number}",
            sent=True,
            what=draft.kind,
            which=draft.id,
            document=True,
        )
    problem.message = message
    return problem
