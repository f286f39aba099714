"""Call it something else."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from ...documents import Place, Receipt, Renaming, Store
from ...home import Home
from ...problems import Invalid
from ...toolkit import Answer, Client, Field, Risk, Table, tool
from ._fields import Why, named

_MOST_PLACES = 150
_MOST_UNSEARCHED = 8


@tool(title="Rename entities", risk=Risk.EDIT, whole=True)
async def ha_rename(
    store: Store,
    home: Home,
    client: Client,
    entity_id: str = "",
    new_entity_id: str = "",
    renames: Annotated[dict[str, Any], Field("several: {old: new}")] | None = None,
    *,
    preview: bool = False,
    why: Why = "",
) -> Answer:
    """Change entity ids together with every place that names them; history goes along.

    preview writes nothing and lists the places. ha_undo takes it back. Shown names are changed with
    ha_config_set.
    """
    renaming = await store.plan_rename(_asked(entity_id, new_entity_id, renames))
    if preview:
        return ("NOT WRITTEN. The same call without preview would do this:", *_places(renaming))
    receipt = await store.write(renaming.plan, named(client), why)
    return _told(home, renaming, receipt), *_left(renaming)


def _asked(old: str, new: str, several: dict[str, Any] | None) -> dict[str, str]:
    """Return new ids by old ones."""
    if bool(old) != bool(new) or bool(old) == bool(several):
        raise Invalid(
            "Give entity_id and new_entity_id, or renames", what="argument", which="renames"
        )
    return {old: new} if old else {one: str(to) for one, to in (several or {}).items()}


def _told(home: Home, renaming: Renaming, receipt: Receipt) -> dict[str, Any]:
    unlike = [
        f"{one.kind} {one.id}: {place.line()}" for one in receipt.written for place in one.unlike
    ]
    return {
        "home": home.config.location_name,
        "renamed": _ids(renaming),
        "places": sum(not one.left for one in renaming.places),
        "documents": len(receipt.written) - len(renaming.renames),
        "change": receipt.change,
        "verified": not unlike,
        "unlike": unlike or None,
        "notes": list(receipt.notes) or None,
    }


def _ids(renaming: Renaming) -> list[str]:
    return [f"{old} → {new}" for old, new in renaming.renames.items()]


def _places(renaming: Renaming) -> Iterator[Answer]:
    yield "\n".join(_ids(renaming))
    found = [one for one in renaming.places if not one.left]
    lead = f"{len(found)} places get the new id" + _first(found)
    yield Table(
        ("kind", "id", "name", "path"), [_row(one) for one in found[:_MOST_PLACES]], lead=lead
    )
    yield from _left(renaming)


def _left(renaming: Renaming) -> Iterator[Answer]:
    """Yield the places that are not written, and where nobody looked."""
    left = [one for one in renaming.places if one.left]
    if left:
        lead = f"{len(left)} places are not changed here" + _first(left)
        rows = [(*_row(one), one.left) for one in left[:_MOST_PLACES]]
        yield Table(("kind", "id", "name", "path", "why"), rows, lead=lead)
    unsearched = list(renaming.unsearched[:_MOST_UNSEARCHED])
    if len(renaming.unsearched) > _MOST_UNSEARCHED:
        unsearched.append(f"{len(renaming.unsearched) - _MOST_UNSEARCHED} more")
    yield f"not searched: {'; '.join(unsearched)}"


def _first(places: Sequence[Place]) -> str:
    return f", the first {_MOST_PLACES}" if len(places) > _MOST_PLACES else ""


def _row(place: Place) -> tuple[str, str, str, str]:
    return place.kind, place.id, place.name, place.path
