"""Make it so, and say what became of it."""

from collections.abc import Mapping
from typing import Annotated, Any

from ...documents import Edit, Store, Wish
from ...home import Home
from ...problems import Invalid
from ...toolkit import Answer, Client, Field, Risk, tool
from ._fields import DocumentId, Etag, Item, Kind, Operation, Why, named
from ._told import preview_told, receipt_told


@tool(title="Change configuration", risk=Risk.EDIT, whole=True)
async def ha_config_set(
    store: Store,
    home: Home,
    client: Client,
    kind: Kind,
    variant: Annotated[str, Field("helper type, when new")] = "",
    id: Annotated[DocumentId, Field("what exists; without it a new one is made")] = "",
    config: Annotated[dict[str, Any], Field("whole body")] | None = None,
    patch: Annotated[list[Operation], Field("RFC 6902")] | None = None,
    merge: Annotated[dict[str, Any], Field("RFC 7396")] | None = None,
    items: Annotated[list[Item], Field("several at once")] | None = None,
    apply: Annotated[str, Field("id of a preview")] = "",
    etag: Annotated[Etag, Field("as read")] = "",
    *,
    preview: bool = False,
    why: Why = "",
) -> Answer:
    """Create or change what is configured: checked, read back, and undoable.

    What exists needs its etag from ha_config_get. preview shows the difference and writes nothing.
    """
    if apply:
        return receipt_told(home, await store.apply("set", apply, named(client), why))
    alone = {
        "variant": variant, "id": id, "config": config, "patch": patch, "merge": merge,
        "etag": etag,
    }  # fmt: skip
    wishes = [_wish({"variant": variant, **one}) for one in items] if items else [_wish(alone)]
    if preview:
        plan = await store.plan_set(kind, wishes, may_shrink=True)
        return await preview_told(store, await store.preview(plan, named(client)))
    return receipt_told(home, await store.set(kind, wishes, named(client), why))


def _wish(asked: Mapping[str, Any]) -> Wish:
    edit = Edit(asked.get("config"), asked.get("patch"), asked.get("merge"))
    if edit.config == {}:
        raise Invalid("config is empty", what="argument", which="config")
    return Wish(edit, asked.get("id") or "", asked.get("etag") or "", asked.get("variant") or "")
