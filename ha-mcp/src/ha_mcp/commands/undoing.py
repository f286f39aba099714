"""Taking changes back without an assistant: the same plan, checks and journal."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ..app import at_home
from ..documents import Plan, Receipt, Store, stat, told
from ..journal import Filter, number_of
from ..problems import NotFound, Problem
from .environment import plain_options
from .shown import clean

_WHO: Final = "command line"
_LAST: Final = "last"
_LOOK_BACK: Final = 200  # changes


async def take_back(changes: Sequence[str], environ: Mapping[str, str], *, preview: bool) -> None:
    """Take changes back and say what became of it; raises what keeps us from it."""
    problem: Problem | None = None
    async with at_home(plain_options(environ)) as ours:
        try:
            await ours.home.awake()
            _say(await _taken_back(ours.store, changes, preview=preview))
        except Problem as found:
            problem = found  # raised below: the group of tasks around us would wrap it
    if problem is not None:
        raise problem


async def _taken_back(store: Store, changes: Sequence[str], *, preview: bool) -> Iterable[str]:
    plan = await store.plan_undo([await _number(store, one) for one in changes])
    if preview:
        return _planned(plan)
    return _done(await store.write(plan, _WHO, ""))


async def _number(store: Store, text: str) -> int:
    """Return the number of a change that is named, or of the last one, whoever made it."""
    if text.strip().lower() != _LAST:
        return number_of(text)
    found, _ = await store.changes(Filter(), 0, _LOOK_BACK)
    for change in found:
        if change.counts:
            return change.number
    raise NotFound("There is no change to take back", what="change")


def _planned(plan: Plan) -> Iterable[str]:
    yield "Nothing was written. This is what undo would do:"
    for draft in plan.drafts:
        what = "remove" if draft.after is None else "change" if draft.before else "create"
        yield f"{what} {draft.kind} {draft.name} ({draft.id or 'new'}): {stat(draft.differences)}"
        if draft.after is not None:
            yield from told(draft.differences).splitlines()
    yield from (f"error: {one.path}: {one.message}" for one in plan.errors)
    yield from plan.notes


def _done(receipt: Receipt) -> Iterable[str]:
    for one in receipt.written:
        unlike = "" if not one.unlike else ", and Home Assistant made it a little different"
        yield f"{one.kind} {one.name} ({one.id}): {one.stat}{unlike}"
    yield from receipt.notes
    if receipt.change:
        yield f"done, as change {receipt.change}"


def _say(lines: Iterable[str]) -> None:
    sys.stdout.write("".join(f"{clean(one)}\n" for one in lines))
