"""What of this kind is there?"""

from collections.abc import Sequence
from typing import Annotated, Final

from ...documents import Listed, Store, Within
from ...home import Home, Span, agenda, plain
from ...toolkit import Answer, Field, Risk, Table, fingerprint, start_of, tool
from .._fields import Cursor, End, Limit, Start
from .._said import now_line
from ._fields import Kind

_COLUMNS: Final = ("name", "id", "entity", "about")
_PARTS: Final = ("name", "path", "entity", "about")  # of a dashboard


@tool(title="List configuration", risk=Risk.READ)
async def ha_config_list(
    store: Store,
    home: Home,
    kind: Kind,
    query: Annotated[str, Field("words")] = "",
    parent: Annotated[str, Field("calendar, to-do list, dashboard or integration")] = "",
    start: Annotated[Start, Field("of calendar events: today")] | None = None,
    end: End | None = None,
    limit: Limit = 50,
    cursor: Cursor | None = None,
) -> Answer:
    """List what is configured of one kind, with ids; words narrow it by name, id or type.

    parent lists what is in it: events, items, cards, entries. ha_search finds by what bodies
    contain.
    """
    mark = fingerprint({"kind": kind, "query": query, "in": (parent, start, end)})
    at = start_of(cursor, mark)
    span = agenda(start, end, home.times.now()) if start or end else None
    found = (
        await store.inside(kind, parent, span) if parent or span else Within(await store.all(kind))
    )
    rows = _matching(found.rows, query)
    page = [(one.name, one.id, one.entity_id, one.about) for one in rows[at : at + limit]]
    table = Table(
        _PARTS if kind == "dashboard" and parent else _COLUMNS,
        page,
        total=len(rows),
        start=at,
        mark=mark,
        lead=_lead(rows, found, span),
        note=found.note or None,
    )
    return (now_line(home), table) if span else table


def _lead(rows: Sequence[Listed], found: Within, span: Span | None) -> str | None:
    if span is not None:
        return f"{len(rows)} of {len(found.rows)} events {span}"
    return None if rows else f"0 of {len(found.rows)} match"


def _matching(rows: Sequence[Listed], query: str) -> list[Listed]:
    words = plain(query).split()
    return [
        row
        for row in rows
        if all(word in plain(f"{row.name} {row.id} {row.entity_id} {row.about}") for word in words)
    ]
