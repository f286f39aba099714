"""What does a body of this kind look like?"""

from typing import Annotated

from ...documents import Store
from ...toolkit import Answer, Field, Risk, Table, tool
from ._fields import Kind


@tool(title="Describe configuration", risk=Risk.READ, ceiling=6_000, whole=True)
async def ha_config_describe(
    store: Store,
    kind: Kind,
    variant: Annotated[
        str, Field("helper type: timer, template/sensor; of automations: triggers")
    ] = "",
) -> Answer:
    """Tell the fields of a kind, from this Home Assistant, with one minimal complete body."""
    facts = store.facts(kind)
    described = await store.describe(kind, variant)
    rows = [
        (f"{one.name}*" if one.required else one.name, one.type, one.about)
        for one in described.fields
    ]
    lead = f"{facts.title}: {len(rows)} fields, * is required"
    about = {"id": facts.id_about, "example": described.example or None, "notes": described.notes}
    fields = Table(("field", "type", "about"), rows, lead=lead) if rows else ""
    return fields, {key: value for key, value in about.items() if value}
