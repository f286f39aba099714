"""Take it away, after saying who would miss it."""

from typing import Annotated

from ...documents import Store
from ...home import Home
from ...problems import Invalid
from ...toolkit import Answer, Client, Field, Risk, tool
from ._fields import DocumentId, Etag, Kind, Why, named
from ._told import preview_told, receipt_told


@tool(title="Remove configuration", risk=Risk.DESTROY, whole=True)
async def ha_config_remove(
    store: Store,
    home: Home,
    client: Client,
    kind: Kind,
    ids: Annotated[list[DocumentId], Field("ids or exact names")] | None = None,
    etag: Annotated[Etag, Field("with one id")] = "",
    *,
    preview: bool = False,
    apply: Annotated[str, Field("id of a preview")] = "",
    why: Why = "",
) -> Answer:
    """Remove what is configured; ha_undo brings it back.

    preview removes nothing and shows every place that names it.
    """
    if apply:
        return receipt_told(home, await store.apply("remove", apply, named(client), why))
    if not ids:
        raise Invalid("ids is missing", what="argument", which="ids")
    plan = await store.plan_remove(kind, ids, etag)
    if preview:
        return await preview_told(store, await store.preview(plan, named(client)))
    return receipt_told(home, await store.write(plan, named(client), why))
