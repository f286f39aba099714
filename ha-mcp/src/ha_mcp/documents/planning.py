"""From what a caller asks to drafts: resolved, edited, prepared and checked; nothing is written."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import reduce

from ..problems import Conflict, Invalid, NotFound, Unsupported
from .checks import Checks
from .drafts import Draft
from .edits import Edit
from .kind import Body, Finding, Kind, Snapshot
from .reading import Document, Reader, missing
from .successors import joined, split


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller wants one document to become."""

    edit: Edit
    id: str = ""
    etag: str = ""
    variant: str = ""


class Planner:
    """Makes drafts."""

    def __init__(self, reader: Reader, checks: Checks) -> None:
        """Take what reads and what checks."""
        self._reader = reader
        self._checks = checks

    async def set(self, kind: str, wish: Wish, *, may_shrink: bool) -> Draft:
        """Draft a creation or an update.

        Create and update are different: what is not there is only created by a config without
        etag, what is there is only changed by somebody who has seen it.
        """
        driver = self._reader.kind(kind)
        if wish.variant and not driver.facts.variants:
            raise Invalid(
                f"The kind {kind} has no variants, so {wish.variant!r} is not one of them",
                hint="Leave the variant out",
                which="variant",
            )
        there = bool(wish.id) or not driver.facts.creates  # what cannot be made has to be there
        rows = await driver.all() if there else []
        making = not wish.id and wish.edit.config is not None and not wish.etag
        named = there and (not making or len(rows) == 1)  # the only one needs no id
        found = await self._reader.find(kind, wish.id, rows) if named else None
        if found is not None:
            document = await self._reader.by_id(kind, found)
            return await self._update(document, wish, may_shrink=may_shrink)
        if wish.edit.config is None or wish.etag:
            if not wish.id:
                raise Invalid("patch, merge and etag need the id of what is there", which="id")
            raise missing(kind, wish.id, rows)
        return await self._create(kind, wish)

    async def remove(self, kind: str, text: str, etag: str) -> Draft:
        """Draft a removal."""
        document = await self._reader.get(kind, text)
        facts = self._reader.kind(kind).facts
        if not facts.removes:
            raise Unsupported(f"{facts.title}: these cannot be removed")
        _refuse_fixed(document)
        _compare(document, etag)
        return Draft(kind, document.id, document.snapshot, None, _lost(document))

    async def restore(
        self,
        kind: str,
        document_id: str,
        now: Snapshot | None,
        then: Snapshot | None,
        *,
        coming: Collection[str] = (),
    ) -> Draft:
        """Draft the way back to how a document was; ``coming`` comes back with it."""
        if then is None:
            return Draft(kind, document_id, now, None)
        driver = self._reader.kind(kind)
        prepared, gone = await _prepared_without_what_is_gone(
            driver, document_id, now, then, coming
        )
        prepared = replace(prepared, ties=then.ties, name=then.name)
        findings = await self._checks.of(driver, prepared, now, was_there=True)
        return Draft(kind, document_id, now, prepared, (*gone, *findings))

    async def _create(self, kind: str, wish: Wish) -> Draft:
        driver = self._reader.kind(kind)
        if not driver.facts.creates:
            raise Unsupported(f"{driver.facts.title}: new ones cannot be made here")
        if wish.id and not re.fullmatch(driver.facts.new_id, wish.id):
            raise Invalid(
                f"{wish.id!r} cannot be the id of a new {kind}",
                hint="Leave the id out: one is made; the name goes into the body",
                what="argument",
                which="id",
            )
        wanted = Snapshot(wish.edit.applied(None), variant=wish.variant)
        wanted = await driver.prepare(wanted, wish.id or None, None)
        document_id = wish.id or driver.id_for(wanted)
        if not wish.id and document_id and await self._reader.if_there(kind, document_id):
            raise Conflict(
                f"There is a {kind} {document_id!r} already",
                hint="Give another id or name; to change that one, read it first for its etag",
                what=kind,
                which=document_id,
                document=True,
            )
        findings = await self._checks.of(driver, wanted, None)
        return Draft(kind, document_id, None, wanted, findings)

    async def _update(self, document: Document, wish: Wish, *, may_shrink: bool) -> Draft:
        before = document.snapshot
        _refuse_fixed(document)
        if wish.edit.needs_etag and not wish.etag:
            raise Conflict(
                f"The {document.kind} {document.id!r} exists, so its etag is needed to change it: "
                f"it is {document.etag} now",
                hint="Read it first; a new one needs another id, or none",
                what=document.kind,
                which=document.id,
                document=True,
            )
        _compare(document, wish.etag)
        if wish.variant and wish.variant.partition("/")[0] != before.variant.partition("/")[0]:
            raise Invalid(
                f"{document.id} is of the variant {before.variant}, which never changes",
                hint="Make a new one instead",
                which="variant",
            )
        body = wish.edit.applied(before.body)
        driver = self._reader.kind(document.kind)
        wanted = Snapshot(body, variant=before.variant)
        wanted = await driver.prepare(wanted, document.id, before)
        wanted = replace(wanted, ties=before.ties)
        lost = [] if may_shrink else wish.edit.loses(before.body, wanted.body)
        if lost:
            raise Invalid(
                f"This would drop {', '.join(lost[:5])}",
                hint="When that is meant: repeat it with preview: true, look at the difference,"
                " then apply the preview's id. To change parts, use patch",
                what="shrinking",
                which=document.id,
            )
        findings = await self._checks.of(driver, wanted, before)
        return Draft(document.kind, document.id, before, wanted, findings)


async def _prepared_without_what_is_gone(
    driver: Kind,
    document_id: str,
    now: Snapshot | None,
    then: Snapshot,
    coming: Collection[str],
) -> tuple[Snapshot, list[Finding]]:
    """Prepare what was; it comes back also when its area or a label of it does not exist now.

    One that comes back by the same plan is not missed, nor what only we keep.
    """
    gone: list[Finding] = []
    kept: list[Body] = []
    while True:
        try:
            prepared = await driver.prepare(then, document_id, now)
        except NotFound as missing_one:
            which = str(missing_one.details.get("which"))
            lean, taken = split(then.body, which)
            if not taken:
                raise
            if which in coming or driver.facts.loose:
                kept.append(taken)
            else:
                message = f"{missing_one.message} any more, so it comes back without it"
                gone.append(Finding("", message))
            then = replace(then, body=lean)
        else:
            return replace(prepared, body=reduce(joined, kept, prepared.body)), gone


def _lost(document: Document) -> tuple[Finding, ...]:
    """Say that what nobody tells of a document cannot be brought back."""
    partial = document.snapshot.partial
    if not partial:
        return ()
    return (
        Finding("", f"{document.id} cannot be brought back whole, perhaps not at all: {partial}"),
    )


def _refuse_fixed(document: Document) -> None:
    if document.snapshot.fixed:
        raise Unsupported(f"{document.id} cannot be changed here: {document.snapshot.fixed}")


def _compare(document: Document, etag: str) -> None:
    if etag and etag != document.etag:
        raise Conflict(
            f"The {document.kind} {document.id!r} changed since it was read:"
            f" its etag is {document.etag}, not {etag}",
            hint="Read it again and decide anew",
            what=document.kind,
            which=document.id,
            document=True,
        )
