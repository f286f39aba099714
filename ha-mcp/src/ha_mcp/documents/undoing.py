"""The way back: from changes in the journal to drafts that restore what was before them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from ..journal import Change, Entry, Journal, Status
from ..problems import Conflict
from .diff import difference, stat, told
from .drafts import Draft, Plan, snapshot_of
from .etags import etag_of
from .kind import Body, Finding, Snapshot
from .planning import Planner
from .reading import Reader
from .successors import Successors, own_id, sides

_MOST_LINES = 8


class Undoer:
    """Plans to take changes back, the newest first."""

    def __init__(self, reader: Reader, planner: Planner, journal: Journal) -> None:
        """Take what reads, drafts and remembers."""
        self._reader = reader
        self._planner = planner
        self._journal = journal

    async def plan(self, changes: Sequence[Change]) -> Plan:
        """Plan to restore what was before these changes; one draft for each document.

        Raises Conflict when a document changed since, by somebody else or by a later change that
        is not taken back with it.
        """
        now: dict[tuple[str, str], Snapshot | None] = {}
        then: dict[tuple[str, str], Snapshot | None] = {}
        notes: list[str] = []
        today = Successors(await self._journal.became())
        for change in sorted(changes, key=lambda one: one.number, reverse=True):
            if change.undone_by is not None:
                notes.append(f"{change.id} was taken back already, by c{change.undone_by}")
                continue
            for entry in reversed(change.entries):
                if entry.status is Status.FAILED or not entry.document_id:
                    continue
                key = (entry.kind, today.of(entry.kind, entry.document_id))
                if key not in now:
                    now[key] = then[key] = await self._now(*key)
                apart = self._reader.kind(entry.kind).facts.apart
                step = _Step.of(change, entry, today).beside(then[key], apart)
                before = self._before(step, then[key])
                if self._applied(step, then[key], key[1]):
                    then[key] = before
        coming = frozenset(own_id(key[1]) for key, one in then.items() if one and not now[key])
        drafts = [
            await self._planner.restore(
                kind,
                document_id,
                now[kind, document_id],
                _denied(now[kind, document_id], wanted, self._reader.kind(kind).facts.apart),
                coming=coming,
            )
            for (kind, document_id), wanted in then.items()
            if _different(now[kind, document_id], wanted, frozenset())
        ]
        return Plan("undo", tuple(self._ordered(drafts)), _numbers(changes), tuple(notes))

    def _applied(self, step: "_Step", current: Snapshot | None, document_id: str) -> bool:
        """Tell whether a document is as the change left it; raises Conflict when it is neither."""
        change, entry, before, after = step.change, step.entry, step.before, step.after
        beside = self._untouched(step)
        if not _different(current, after, beside):
            return True
        if not _different(current, before, beside):
            return False
        facts = self._reader.kind(entry.kind).facts
        if entry.status is Status.INTENDED and _halfway(before, current, after, facts.beside):
            return True
        ours = difference(_body(before), _body(after))
        since = difference(_body(after), _body(current))
        raise Conflict(
            f"The {entry.kind} {document_id!r} changed after {change.id} ({stat(since)})."
            f" {change.id} did: {told(ours, _MOST_LINES)}; since then: {told(since, _MOST_LINES)}",
            hint="Take the later changes back with it, or change it by hand",
            what=entry.kind,
            which=document_id,
            document=True,
            did=ours,
            since=since,
        )

    def _before(self, step: "_Step", current: Snapshot | None) -> Snapshot | None:
        """Return what was before, with what the change left alone as it is now."""
        before = step.before
        if before is None or current is None:
            return before
        left = {key for key in self._untouched(step) if key in current.body}
        return replace(before, body={**before.body, **{key: current.body[key] for key in left}})

    def _untouched(self, step: "_Step") -> frozenset[str]:
        """Return the keys beside the etag that the change did not touch.

        Of something new they are none of its own doing: where it stands, whether it is on.
        """
        before, after = _body(step.before), _body(step.after)
        beside = self._reader.kind(step.entry.kind).facts.beside
        if step.before is None:
            return beside
        return frozenset(key for key in beside if before.get(key) == after.get(key))

    def _ordered(self, drafts: list[Draft]) -> list[Draft]:
        """Put back first what others may need or follow, then change, then remove."""

        def leads(one: Draft) -> bool:
            return self._reader.kind(one.kind).facts.followed

        if any(map(leads, drafts)):  # what is missing now comes back with them
            drafts = [replace(one, findings=_errors(one)) for one in drafts]
        ordered = sorted(
            drafts, key=lambda one: (one.before is not None, one.after is None, not leads(one))
        )
        made = [one for one in ordered if one.before is None]
        return [*_named_first(made), *ordered[len(made) :]]

    async def _now(self, kind: str, document_id: str) -> Snapshot | None:
        document = await self._reader.if_there(kind, document_id)
        return document.snapshot if document else None


@dataclass(frozen=True, slots=True)
class _Step:
    """One entry of a change, in the ids of today."""

    change: Change
    entry: Entry
    before: Snapshot | None
    after: Snapshot | None

    @classmethod
    def of(cls, change: Change, entry: Entry, today: Successors) -> Self:
        """Return it."""
        before, after = (today.snapshot(snapshot_of(one)) for one in (entry.before, entry.after))
        return cls(change, entry, before, after)

    def beside(self, current: Snapshot | None, apart: frozenset[str]) -> Self:
        """Return it with the entries of some maps that it left alone as they are now."""
        if not apart or not (self.before and self.after and current):
            return self
        was, became = {**self.before.body}, {**self.after.body}
        for key in apart:
            old, new = was.get(key, {}), became.get(key, {})
            own = {one for one in {**old, **new} if old.get(one) != new.get(one)}
            rest = {name: one for name, one in current.body.get(key, {}).items() if name not in own}
            was[key] = rest | {name: one for name, one in old.items() if name in own}
            became[key] = rest | {name: one for name, one in new.items() if name in own}
        return replace(
            self, before=replace(self.before, body=was), after=replace(self.after, body=became)
        )


def _named_first(made: Sequence[Draft]) -> list[Draft]:
    """Put an area, label or category before what names it; else the order stays."""
    left, ordered = list(made), list[Draft]()
    while left:
        waiting = {own_id(one.id) for one in left}
        free = [one for one in left if not sides(_body(one.after)) & (waiting - {own_id(one.id)})]
        following = (free or left)[0]
        left.remove(following)
        ordered.append(following)
    return ordered


def _different(one: Snapshot | None, other: Snapshot | None, beside: frozenset[str]) -> bool:
    if one is None or other is None:
        return one is not other
    return etag_of(one.body, beside) != etag_of(other.body, beside)


def _denied(
    now: Snapshot | None, wanted: Snapshot | None, apart: frozenset[str]
) -> Snapshot | None:
    """Return what is wanted with a no for each yes that was not there."""
    if now is None or wanted is None:
        return wanted
    body = {**wanted.body}
    for key in apart & now.body.keys():
        was = body.get(key, {})
        body[key] = was | {name: False for name in now.body[key] if name not in was}
    return replace(wanted, body=body)


def _halfway(
    before: Snapshot | None, now: Snapshot | None, after: Snapshot | None, beside: frozenset[str]
) -> bool:
    """Tell whether a write that was cut off explains how a document is: each key old or new."""
    if now is None:  # it was to be made anew under its id, and there was no time for it
        return before is not None and after is not None
    was, wanted = _body(before), _body(after)
    keys = {*was, *wanted, *now.body} - beside
    return all(now.body.get(key) in (was.get(key), wanted.get(key)) for key in keys)


def _body(snapshot: Snapshot | None) -> Body:
    return snapshot.body if snapshot else {}


def _errors(draft: Draft) -> tuple[Finding, ...]:
    return tuple(one for one in draft.findings if one.error)


def _numbers(changes: Sequence[Change]) -> tuple[int, ...]:
    return tuple(one.number for one in changes if one.undone_by is None)
