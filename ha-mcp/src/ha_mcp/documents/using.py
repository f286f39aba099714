"""Who refers to a document that is about to change its place in the home, or to leave it."""

from ..home import SEARCHED, Home, Reference
from ..problems import Invalid, NotFound
from .drafts import Draft


async def users_of(home: Home, draft: Draft) -> list[Reference]:
    """Return every place that names a document, without those in itself."""
    if draft.kind not in (*SEARCHED, "blueprint") or draft.before is None:
        return []
    try:
        found = await home.references.to(draft.id, kind=draft.kind)
    except (Invalid, NotFound):
        return []  # the index has not heard of it yet, so nothing it knows can name it
    return [one for one in found.references if (one.kind, one.id) != (draft.kind, draft.id)]
