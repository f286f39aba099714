"""Who changed what, when, and why?"""

from typing import Annotated

from ...documents import Store, changed_in, stat, told
from ...home import Home
from ...journal import Change, Entry, Status, number_of
from ...toolkit import Answer, Client, Field, Risk, Table, fingerprint, start_of, tool
from .._fields import Cursor, End, Limit, Start
from .._said import now_line
from ._changes import wanted, who
from ._fields import Kind, named

_FORM = "%a %Y-%m-%d %H:%M:%S"


@tool(title="Get changes", risk=Risk.READ, whole=True)
async def ha_get_changes(
    store: Store,
    home: Home,
    me: Client,
    id: Annotated[str, Field("one, with its difference")] = "",
    kind: Kind | None = None,
    client: Annotated[str, Field("me, or a name")] = "",
    since: Start | None = None,
    until: End | None = None,
    around: Annotated[str, Field("a time, an hour to each side")] = "",
    limit: Limit = 20,
    cursor: Cursor | None = None,
) -> Answer:
    """List what was changed with these tools: when, by whom, why, and what was undone."""
    if id:
        change = await store.change(number_of(id))
        lines = [line for entry in change.entries for line in _in_full(entry)]
        return now_line(home), _table(home, [change], 1, 0, ""), "\n".join(lines)
    mark = fingerprint({"asked": (kind, client, since, until, around)})
    start = start_of(cursor, mark)
    of = who(client, named(me))
    asked = wanted(home, of, kind=kind, since=since, until=until, around=around)
    found, total = await store.changes(asked, start, limit)
    return now_line(home), _table(home, found, total, start, mark)


def _table(home: Home, changes: list[Change], total: int, start: int, mark: str) -> Table:
    rows = [_row(home, one) for one in changes]
    columns = ("id", "when", "client", "what", "kind", "name", "document", "why", "note")
    return Table(columns, rows, total=total, start=start, mark=mark or None)


def _row(home: Home, change: Change) -> tuple[str, ...]:
    first = change.entries[0] if change.entries else None
    more = f" and {len(change.entries) - 1} more" if len(change.entries) > 1 else ""
    return (
        change.id,
        f"{home.config.local(change.at):{_FORM}}",
        change.client,
        change.what,
        first.kind if first else "",
        f"{first.name}{more}" if first else "",
        first.document_id if first else "",
        change.why,
        change.outcome,
    )


def _in_full(entry: Entry) -> list[str]:
    found = changed_in(entry)
    head = f"{entry.kind} {entry.name} ({entry.document_id}): {stat(found)}"
    if entry.status is not Status.DONE:
        head = f"{head}, {entry.status}{f': {entry.problem}' if entry.problem else ''}"
    return [head, told(found)]
