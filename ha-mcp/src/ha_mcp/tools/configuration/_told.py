"""What is said of a write: before it, after it, and of what was found in the body."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from ...documents import Finding, Preview, Receipt, Store, Written, stat, told
from ...home import Home, Reference
from ...toolkit import Answer, Table
from ...toolkit.answers import clean

_MOST_ADVICE: Final = 3
_MOST_USERS: Final = 15
_MOST_NAMES: Final = 4
_LONGEST: Final = 110
_MOST_UNLIKE: Final = 3


def receipt_told(home: Home, receipt: Receipt) -> Answer:
    """Return what was written, in at most 600 bytes for one document."""
    if len(receipt.written) == 1:
        told_one = _one(receipt.written[0])
    else:
        told_one = {"written": len(receipt.written)}
    said: dict[str, Any] = {
        "home": home.config.location_name,
        **told_one,
        "change": receipt.change or None,
        "advice": [clean(_line(one), _LONGEST) for one in receipt.advice[:_MOST_ADVICE]] or None,
        "notes": list(receipt.notes) or None,
    }
    if len(receipt.written) < 2:
        return said
    rows = [(one.name, one.id, one.etag, one.stat, _unlike(one)) for one in receipt.written]
    return said, Table(("name", "id", "etag", "diff", "unlike"), rows)


async def preview_told(store: Store, preview: Preview) -> Answer:
    """Return what would be written, what it would change, and who else would notice."""
    plan = preview.plan
    parts: list[Answer] = [_verdict(preview)]
    for draft in plan.drafts:
        found = draft.differences
        what = "remove" if draft.after is None else "change" if draft.before else "create"
        parts.append(f"{what} {draft.kind} {draft.name} ({draft.id or 'new'}), {stat(found)}")
        if draft.after is not None:
            parts.append(told(found))
        users = await store.users(draft)
        if users and draft.after is not None:
            parts.append(_named_by(users))
        elif users:
            rows = [(one.kind, one.entity_id or one.id, one.name, one.path) for one in users]
            lead = f"{len(users)} places name it"
            parts.append(Table(("kind", "id", "name", "path"), rows[:_MOST_USERS], lead=lead))
    parts += [*_findings("error", plan.errors), *_findings("advice", plan.advice), *plan.notes]
    return tuple(parts)


def _named_by(users: Sequence[Reference]) -> str:
    """Say in a line who else will notice a change."""
    names = list(dict.fromkeys(f"{one.name} ({one.kind})" for one in users))
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"{len(users)} places name it: {', '.join(names[:_MOST_NAMES])}{more}"


def _verdict(preview: Preview) -> str:
    if preview.id:
        return f'NOT WRITTEN. This is what apply: "{preview.id}" would do within the next hour:'
    if preview.plan.errors:
        return "NOT WRITTEN, and it cannot be, for the errors below:"
    if preview.plan.drafts:
        return "NOT WRITTEN. This is what the same call without preview would do:"
    return "NOT WRITTEN: there is nothing to change."


def _one(written: Written) -> dict[str, Any]:
    return {
        "id": written.id,
        "name": written.name,
        "was": written.asked_id or None,
        "etag": written.etag or None,
        "diff": written.stat,
        "verified": not written.unlike,
        "unlike": _unlike(written) or None,
    }


def _unlike(written: Written) -> str:
    lines = [clean(one.line(), _LONGEST) for one in written.unlike[:_MOST_UNLIKE]]
    return "; ".join(lines)


def _findings(word: str, findings: Iterable[Finding]) -> list[str]:
    return [f"{word}: {_line(one)}" for one in findings]


def _line(finding: Finding) -> str:
    nearest = f"; nearest: {', '.join(finding.similar)}" if finding.similar else ""
    where = f"{finding.path}: " if finding.path else ""
    return f"{where}{finding.message}{nearest}"
