"""How are things now?"""

from typing import Annotated, Any

from ...documents import Remembered
from ...home import Home
from ...problems import Invalid
from ...toolkit import Answer, Field, Profile, Risk, Table, tool
from .._fields import EntityIds
from .._said import now_line, unlisted

_MOST_IN_FULL = 5
_MOST_ROWS = 200
_NOISE = {
    "access_token", "attribution", "entity_picture", "friendly_name", "icon", "supported_features",
}  # fmt: skip


@tool(title="Get states", risk=Risk.READ, shown={Profile.VOICE: ["entity_ids"]})
async def ha_get_state(
    home: Home,
    remembered: Remembered,
    entity_ids: EntityIds,
    attributes: Annotated[list[str] | None, Field("only these")] = None,
) -> Answer:
    """Read the state and attributes of entities; a weather entity brings its forecast.

    More than five become a table. ha_search finds entities.
    """
    found, unknown = home.names.entities(entity_ids)
    if not found and unknown:
        raise unknown[0]
    if not found:
        raise Invalid("entity_ids is empty", what="argument", which="entity_ids")
    note = "\n".join([*filter(None, [unlisted(unknown)]), *await remembered.about(found)])
    if len(found) > _MOST_IN_FULL:
        return now_line(home), _table(home, found, attributes or [], note)
    told = [await _in_full(home, one, attributes) for one in found]
    return now_line(home), *told, note


def _table(home: Home, entity_ids: list[str], attributes: list[str], note: str) -> Table:
    rows = []
    for entity_id in entity_ids[:_MOST_ROWS]:
        about = home.about(entity_id)
        own = about.attributes
        more = [own.get(name) for name in attributes]
        rows.append((about.name, entity_id, about.shown, about.area, about.changed, *more))
    columns = ("name", "id", "state", "area", "changed", *attributes)
    return Table(columns, rows, total=len(entity_ids), note=note)


async def _in_full(home: Home, entity_id: str, attributes: list[str] | None) -> dict[str, Any]:
    about = home.about(entity_id)
    own = about.attributes
    wanted = [name for name in own if name not in _NOISE] if attributes is None else attributes
    told: dict[str, Any] = {
        "name": about.name,
        "id": entity_id,
        "state": about.shown,
        "area": about.area,
        "device": about.device,
        "labels": about.labels or None,
        "changed": about.changed,
        "disabled": about.disabled,
        "attributes": {name: own.get(name) for name in wanted} or None,
    }
    if entity_id.startswith("weather.") and attributes is None:
        told["forecast"] = await home.forecast(entity_id)
    return told
