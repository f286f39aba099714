"""Dashboard resources: the scripts and styles that custom cards come from."""

from typing import Any, Final

from ...home import Home
from ..entities import Entities
from ..kind import Body, Facts, FieldLine
from ._stored import Spec, StoredKind

_FIELDS: Final = (
    FieldLine("url", "text", required=True, about="/local/card.js, /hacsfiles/…, https://…"),
    FieldLine("type", "module, css, js, html", required=True, about="module for custom cards"),
)


def dashboard_resource_kind(home: Home, entities: Entities) -> StoredKind:
    """Return the driver of dashboard resources."""
    return StoredKind(
        home,
        entities,
        Spec(
            facts=Facts("dashboard_resource", "Dashboard resource", "made by Home Assistant"),
            prefix="lovelace/resources",
            fields=_FIELDS,
            example={"url": "/local/my-card.js", "type": "module"},
            id_key="resource_id",
            split=_split,
            sent=_sent,
            shown=lambda row: str(row["url"]),
            about=lambda row: str(row["type"]),
            notes="Browsers load it when the page is loaded anew.",
        ),
    )


def _sent(body: Body) -> Body:
    return {"url": body["url"], "res_type": body["type"]}


def _split(answer: Any) -> tuple[list[Body], list[Body]]:
    rows = answer or []
    return [row for row in rows if "id" in row], [row for row in rows if "id" not in row]
