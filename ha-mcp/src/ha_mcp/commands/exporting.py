"""A change as one line of JSON, for programs."""

from datetime import UTC, datetime

import orjson

from ..documents import without_secrets
from ..journal import Change, Entry


def exported(change: Change) -> str:
    """Return the line, codes and passwords left out."""
    row = {
        "id": change.id,
        "at": datetime.fromtimestamp(change.at, UTC).isoformat(timespec="seconds"),
        "client": change.client,
        "verb": change.verb,
        "why": change.why,
        "undoes": [f"c{one}" for one in change.undoes],
        "undone_by": f"c{change.undone_by}" if change.undone_by is not None else None,
        "entries": [_entry(one) for one in change.entries],
    }
    return f"{orjson.dumps(row, option=orjson.OPT_NON_STR_KEYS).decode()}\n"


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "kind": entry.kind,
        "document": entry.document_id,
        "name": entry.name,
        "status": entry.status,
        "before": without_secrets(entry.before),
        "after": without_secrets(entry.after),
        "problem": entry.problem,
    }
