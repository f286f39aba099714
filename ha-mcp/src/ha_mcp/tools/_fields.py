"""Arguments that several tools share, in the same words everywhere."""

from typing import Annotated, Any, Literal

from ..home import find_kind
from ..toolkit import Field

type EntityId = Annotated[str, Field("id or name", max_length=255)]
type EntityIds = Annotated[list[Annotated[str, Field(max_length=255)]], Field("ids or names")]
type Start = Annotated[str, Field("3h, yesterday 18:00, last week, ISO", max_length=100)]
type End = Annotated[str, Field("like start", max_length=100)]
type Limit = Annotated[int, Field(minimum=1, maximum=500)]
type Cursor = Annotated[str, Field("from the page before", max_length=100)]


def _as_kind(value: Any) -> Any:
    """Take plurals and Home Assistant's domains for the kind they mean."""
    return (find_kind(value) or value) if isinstance(value, str) else value


type SearchedKind = Annotated[
    Literal[
        "entity", "device", "area", "floor", "label", "automation", "script", "scene", "dashboard",
        "helper", "person", "zone", "group", "assist_pipeline", "energy",
    ],
    Field(reads=_as_kind),
]  # fmt: skip
