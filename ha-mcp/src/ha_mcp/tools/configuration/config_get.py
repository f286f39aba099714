"""What is this made of?"""

from typing import Annotated, Any, Final

import orjson

from ...documents import Document, Store
from ...documents.parts import found_in, outline, part
from ...toolkit import Answer, Field, Risk, Table, tool
from ._fields import DocumentId, Kind

_CEILING: Final = 30_000
_MOST_BODY: Final = 28_000
_DEPTH: Final = 4
_MOST_FOUND: Final = 40


@tool(title="Read configuration", risk=Risk.READ, ceiling=_CEILING)
async def ha_config_get(
    store: Store,
    kind: Kind,
    id: Annotated[DocumentId, Field("id or exact name")] = "",
    path: Annotated[str, Field("JSON Pointer: only this part")] = "",
    find: Annotated[str, Field("words: only paths and values with them")] = "",
    depth: Annotated[int, Field("outline only", minimum=1, maximum=20)] | None = None,
) -> Answer:
    """Read one body with the etag that changing it needs.

    Large ones by path, find or depth; patches always start at the root of the whole body.
    """
    document = await store.get(kind, id)
    head = _head(document)
    body = part(document.snapshot.body, path)
    if find:
        rows = found_in(body, find, path)
        note = "" if rows else "nothing in it has these words"
        return head, Table(("path", "value"), rows[:_MOST_FOUND], total=len(rows), note=note)
    if depth:
        return head, _json(outline(body, depth))
    text = _json(body)
    if len(text.encode()) > _MOST_BODY:
        shown = _outlined(body)
        return head, f"{len(text)} bytes: an outline; read parts by path or find", shown
    return head, text


def _head(document: Document) -> dict[str, Any]:
    snapshot = document.snapshot
    return {
        "id": document.id,
        "name": snapshot.name,
        "etag": document.etag,
        "variant": snapshot.variant or None,
        "partial": snapshot.partial or None,
        "read_only": snapshot.fixed or None,
    }


def _outlined(body: Any) -> str:
    """Return the deepest outline that fits."""
    for depth in range(_DEPTH, 1, -1):
        text = _json(outline(body, depth))
        if len(text.encode()) <= _MOST_BODY:
            return text
    return _json(outline(body, 1))


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS, default=str).decode()
