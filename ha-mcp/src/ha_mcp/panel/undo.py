"""Taking a change back on the panel: first what that would do, then done exactly so."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

import orjson
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..documents import Finding, Plan
from ..journal import Change, Filter, number_of
from ..problems import Conflict, Disabled
from .changes import hiding, row_of
from .differences import Told, bounded, cut, of_draft
from .frame import Frame, Visit
from .paging import read_number
from .parts import Parts

_MOST_FINDINGS: Final = 10
_LONGEST: Final = 400  # characters of a finding or note
_LONGEST_NAME: Final = 64
_LOOK_BACK: Final = 500  # changes
_OPTION: Final = orjson.OPT_NON_STR_KEYS | orjson.OPT_SORT_KEYS


def undo_routes(frame: Frame, parts: Parts) -> Sequence[BaseRoute]:
    """Return the routes of the page that asks, and of its answer."""
    pages = _Undo(frame, parts)
    hide = parts.masks.hide
    asks, does = hiding(pages.show, hide), hiding(pages.take_back, hide)
    return [frame.route("/changes/{id}/undo", get=asks, post=does)]


class _Undo:
    def __init__(self, frame: Frame, parts: Parts) -> None:
        self._frame = frame
        self._home = parts.home
        self._store = parts.store
        self._hide = parts.masks.hide
        self._reads_only = parts.options.reads_only

    async def show(self, visit: Visit) -> Response:
        """Show what undo would do; nothing is written."""
        change, plan = await self._planned(visit)
        if isinstance(plan, Conflict):
            return await self._conflict(visit, change, plan)
        start = read_number(visit.query.get("from", "0"))
        return self._frame.page(
            visit,
            "undo.html",
            row=row_of(self._home, change, self._hide),
            shown=bounded([of_draft(one) for one in plan.drafts], start, self._hide),
            errors=self._sentences(plan.errors),
            advice=self._sentences(plan.advice),
            notes=self._notes(plan.notes),
            seen=_mark(plan),
            reads_only=self._reads_only,
        )

    async def take_back(self, visit: Visit) -> Response:
        """Do what the page showed, if that is still what undo does."""
        if self._reads_only:
            raise Disabled(f"Nothing is taken back: {self._reads_only}")
        change, plan = await self._planned(visit)
        if isinstance(plan, Conflict):
            return await self._conflict(visit, change, plan)
        if visit.form.get("seen") != _mark(plan):
            raise Conflict(
                "Something changed since the page was made, so nothing was taken back",
                hint="Look again at what undo would do",
            )
        receipt = await self._store.write(plan, _who(visit), "")
        unlike = (one for one in receipt.written if one.unlike)
        said = [f"{one.kind} {one.name} came back a little different" for one in unlike]
        told = f"{change.id} is taken back, as change {receipt.change}"
        return self._frame.back(
            visit,
            f"changes/{receipt.change or change.id}",
            told if receipt.change else "There was nothing to take back",
            *self._notes([*said, *receipt.notes]),
        )

    async def _planned(self, visit: Visit) -> tuple[Change, Plan | Conflict]:
        """Return the change, and what undo would do or what came in between."""
        change = await self._store.change(number_of(visit.path["id"]))
        await self._home.awake()
        try:
            return change, await self._store.plan_undo([change.number])
        except Conflict as conflict:
            if "since" not in conflict.details:
                raise
            return change, conflict

    async def _conflict(self, visit: Visit, change: Change, conflict: Conflict) -> Response:
        """Show both sides: what is to be taken back, and what changed after it."""
        details = conflict.details
        sides = [Told(f"{change.id} did", details["did"]), Told("since then", details["since"])]
        return self._frame.page(
            visit,
            "undo_conflict.html",
            status=409,
            row=row_of(self._home, change, self._hide),
            kind=details["what"],
            document=cut(self._hide(details["which"]), _LONGEST),
            shown=bounded(sides, read_number(visit.query.get("from", "0")), self._hide),
            later=await self._later(change, details["what"], details["which"]),
        )

    async def _later(self, change: Change, kind: str, document: str) -> list[str]:
        """Return the later changes of the same document that are in force, the newest first."""
        found, _ = await self._store.changes(Filter(kind, since=change.at), 0, _LOOK_BACK)
        ids = {document, *(one.document_id for one in change.entries)}  # its name of then, too
        later = [
            one.id
            for one in found
            if one.number > change.number
            and one.undone_by is None
            and one.wrote
            and any(entry.kind == kind and entry.document_id in ids for entry in one.entries)
        ]
        return later[:_MOST_FINDINGS]

    def _sentences(self, findings: Iterable[Finding]) -> list[str]:
        return self._notes(
            f"{f'{one.path}: ' if one.path else ''}{one.message}" for one in findings
        )

    def _notes(self, notes: Iterable[str]) -> list[str]:
        lines = [cut(self._hide(one), _LONGEST) for one in notes]
        more = [f"… and {len(lines) - _MOST_FINDINGS} more"] if len(lines) > _MOST_FINDINGS else []
        return [*lines[:_MOST_FINDINGS], *more]


def _mark(plan: Plan) -> str:
    """Return what is the same only for the same plan."""
    return hashlib.blake2b(orjson.dumps(plan.stored(), option=_OPTION), digest_size=16).hexdigest()


def _who(visit: Visit) -> str:
    """Return the name that the journal has for an administrator on the panel."""
    name = visit.visitor.name or visit.visitor.id
    return f"panel: {''.join(one for one in name if one.isprintable())[:_LONGEST_NAME]}"
