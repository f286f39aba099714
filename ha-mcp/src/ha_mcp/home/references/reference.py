"""One place that names something."""

from msgspec import Struct


class Reference(Struct, frozen=True):
    """One place that names the thing."""

    kind: str
    id: str
    name: str
    path: str  # JSON Pointer into the document's body
    how: str = ""  # empty: by its id; else in a template, or through its area, device, ...
    entity_id: str | None = None  # of the document
