"""Who uses this?"""

from typing import Annotated, Any, Literal

from ...documents import BESIDE, Store
from ...home import NOT_SEARCHED, Home, Reference, Referring, find_kind
from ...toolkit import Answer, Field, Risk, Table, fingerprint, start_of, tool
from .._fields import Cursor, Limit

_MOST_UNREACHABLE = 8


def _as_kind(value: Any) -> Any:
    """Take plurals and Home Assistant's domains for the kind they mean."""
    return (find_kind(value) or value) if isinstance(value, str) else value


type Named = Annotated[
    Literal[
        "entity", "device", "area", "floor", "label", "automation", "script", "scene", "dashboard",
        "helper", "person", "zone", "group", "assist_pipeline", "energy", "blueprint", "category",
        "tag", "integration", "user",
    ],
    Field(reads=_as_kind),
]  # fmt: skip


@tool(title="Find references", risk=Risk.READ)
async def ha_get_references(
    home: Home,
    store: Store,
    id: Annotated[str, Field("id or name of an entity, device, area, label or document")],
    kind: Named | None = None,
    limit: Limit = 50,
    cursor: Cursor | None = None,
) -> Answer:
    """Find every place that names something: automations, scripts, scenes, dashboards, helpers.

    Ask before renaming or removing. What could not be searched is said.
    """
    mark = fingerprint({"id": id, "kind": kind})
    start = start_of(cursor, mark)
    if kind is not None and kind in BESIDE:
        found = await store.referring(kind, id)
    else:
        found = await home.references.to(id, kind=kind)
    rows = [_row(one) for one in found.references[start : start + limit]]
    return Table(
        ("kind", "id", "name", "path", "how"),
        rows,
        total=len(found.references),
        start=start,
        mark=mark,
        lead=_lead(found),
        note=_note(found),
    )


def _row(one: Reference) -> tuple[str, ...]:
    return one.kind, one.entity_id or one.id, one.name, one.path, one.how


def _lead(found: Referring) -> str:
    named = f"{len(found.references)} places name {found.name} ({found.sort} {found.id})"
    plural = {"entity": "entities"}
    held = [
        f"{count} {plural.get(sort, f'{sort}s') if count != 1 else sort}"
        for sort, count in found.members.items()
    ]
    return f"{named}; it has {', '.join(held)}" if held else named


def _note(found: Referring) -> str:
    """Say where nobody looked, so that nothing found is not taken for nothing there."""
    could_not = [
        f"{one.kind} {one.id} ({one.reason})" if one.id else f"{one.kind} ({one.reason})"
        for one in found.unreachable[:_MOST_UNREACHABLE]
    ]
    if len(found.unreachable) > _MOST_UNREACHABLE:
        could_not.append(f"{len(found.unreachable) - _MOST_UNREACHABLE} more")
    return f"not searched: {'; '.join([*could_not, *NOT_SEARCHED])}"
