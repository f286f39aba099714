"""What of this kind is there?"""

from collections.abc import Sequence
from typing import Annotated

from ...documents import Listed, Store
from ...home import plain
from ...toolkit import Field, Risk, Table, fingerprint, start_of, tool
from .._fields import Cursor, Limit
from ._fields import Kind


@tool(title="List configuration", risk=Risk.READ)
async def ha_config_list(
    store: Store,
    kind: Kind,
    query: Annotated[str, Field("words")] = "",
    limit: Limit = 50,
    cursor: Cursor | None = None,
) -> Table:
    """List what is configured of one kind, with ids; words narrow it by name, id or type.

    ha_search finds by what bodies contain.
    """
    mark = fingerprint({"kind": kind, "query": query})
    start = start_of(cursor, mark)
    rows = await store.all(kind)
    found = _matching(rows, query)
    page = [(one.name, one.id, one.entity_id, one.about) for one in found[start : start + limit]]
    return Table(
        ("name", "id", "entity", "about"),
        page,
        total=len(found),
        start=start,
        mark=mark,
        lead=None if found else f"0 of {len(rows)} match",
    )


def _matching(rows: Sequence[Listed], query: str) -> list[Listed]:
    words = plain(query).split()
    return [
        row
        for row in rows
        if all(word in plain(f"{row.name} {row.id} {row.entity_id} {row.about}") for word in words)
    ]
