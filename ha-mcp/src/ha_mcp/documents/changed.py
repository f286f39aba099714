"""What a change of the journal did to a document."""

from ..journal import Entry
from .diff import Difference, difference


def changed_in(entry: Entry) -> list[Difference]:
    """Return where a document differs after a write from before it."""
    before, after = ((image or {}).get("body", {}) for image in (entry.before, entry.after))
    return difference(before, after)
