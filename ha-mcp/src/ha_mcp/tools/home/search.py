"""Which things in the home look like this?"""

from typing import Annotated

from ...documents import Remembered
from ...home import Found, Hit, Home
from ...toolkit import Field, Profile, Risk, Table, fingerprint, start_of, tool
from .._fields import Cursor, Limit, SearchedKind


@tool(
    title="Search the home",
    risk=Risk.READ,
    shown={Profile.VOICE: ["query", "domain", "device_class", "area", "floor", "state"]},
)
async def ha_search(
    home: Home,
    remembered: Remembered,
    query: Annotated[str, Field("names, words, ids, or what a body contains")] = "",
    type: list[SearchedKind] | None = None,
    domain: list[str] | None = None,
    device_class: list[str] | None = None,
    integration: list[str] | None = None,
    area: list[str] | None = None,
    floor: list[str] | None = None,
    label: list[str] | None = None,
    state: Annotated[str, Field("on, open, active, unavailable, <20 …")] = "",
    limit: Limit = 20,
    cursor: Cursor | None = None,
) -> Table:
    """Find entities, devices, areas, automations, scripts, scenes, dashboards and helpers.

    Searches names, aliases and what bodies contain, forgiving typos. Filters alone list all.
    """
    filters = (type, domain, device_class, integration, area, floor, label)
    mark = fingerprint({"query": query, "state": state, "filters": filters})
    start = start_of(cursor, mark)
    found = home.search.find(
        query,
        types=type,
        domains=domain,
        device_classes=device_class,
        integrations=integration,
        areas=area,
        floors=floor,
        labels=label,
        state=state or None,
    )
    hits = found.hits[start : start + limit]
    notes = await remembered.about([hit.id for hit in hits if "." in hit.id])
    rows = [_row(hit) for hit in hits]
    return Table(
        ("name", "id", "type", "state", "area", "class", "note"),
        rows,
        total=found.total,
        start=start,
        mark=mark,
        lead=_lead(found),
        note="\n".join([*filter(None, [_note(found)]), *notes]),
    )


def _row(hit: Hit) -> tuple[str | None, ...]:
    kind = None if hit.type == "entity" else hit.type
    note = "; ".join(part for part in (hit.note, hit.why) if part)
    return hit.name, hit.id, kind, hit.state, hit.area, hit.device_class, note


def _lead(found: Found) -> str | None:
    """Say what was looked through when nothing was found, or when a state was asked for."""
    if found.looked_through is not None:
        return f"{found.total} of {found.looked_through} are {found.condition}"
    return None if found.total else "0 found"


def _note(found: Found) -> str:
    left_out = (
        f"{found.left_out} hidden, disabled, configuration or diagnostic ones left out:"
        " name them exactly to see them"
    )
    lines = [
        "nothing has all these words; the nearest:" if found.loose else "",
        f"nothing here is called: {' '.join(found.unmatched)}" if found.unmatched else "",
        left_out if found.left_out else "",
        found.partial,
    ]
    return "\n".join(line for line in lines if line)
