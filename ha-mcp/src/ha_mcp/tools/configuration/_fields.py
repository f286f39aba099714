"""Arguments of the tools that configure."""

from typing import Annotated, Any, Literal, TypedDict

from ...home import find_kind
from ...toolkit import Client, Field


def _as_kind(value: Any) -> Any:
    """Take plurals and Home Assistant's domains for the kind they mean."""
    return (find_kind(value) or value) if isinstance(value, str) else value


type Kind = Annotated[
    Literal[
        "area", "assist_pipeline", "automation", "blueprint", "calendar_event", "category",
        "dashboard", "dashboard_resource", "device", "energy", "entity", "exposure", "floor",
        "group", "helper", "integration", "label", "note", "person", "scene", "script", "tag",
        "todo_item", "user", "zone",
    ],
    Field(reads=_as_kind),
]  # fmt: skip
type DocumentId = Annotated[str, Field(max_length=255)]
type Etag = Annotated[str, Field(max_length=64)]
type Why = Annotated[str, Field(max_length=500)]

Operation = TypedDict(
    "Operation",
    {
        "op": Literal["add", "remove", "replace", "move", "copy", "test"],
        "path": str,
        "from": str,
        "value": Annotated[Any, Field("any JSON")],
    },
    total=False,
)
"""One operation of RFC 6902."""


class Item(TypedDict, total=False):
    """One of several documents of a kind."""

    id: str
    etag: str
    config: dict[str, Any]
    patch: list[dict[str, Any]]
    merge: dict[str, Any]


def named(client: Client) -> str:
    """Return who asks, in a way that never means everybody."""
    return client.who
