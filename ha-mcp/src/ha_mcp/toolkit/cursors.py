"""Cursors: where the next page begins, and of which question."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

import orjson

from ..problems import Invalid


def fingerprint(question: Mapping[str, Any]) -> str:
    """Return a short mark of a question, so that a cursor of another one is noticed."""
    text = orjson.dumps(dict(question), option=orjson.OPT_SORT_KEYS, default=str)
    return f"{crc32(text):08x}"[:5]


def start_of(cursor: str | None, mark: str) -> int:
    """Return where the page begins: 0 without a cursor; raises Invalid for a foreign one."""
    if not cursor:
        return 0
    offset, _, of = cursor.partition("-")
    if not offset.isdecimal() or of != mark:
        raise Invalid(
            f"The cursor {cursor!r} does not belong to this question",
            hint="Repeat the call with the arguments it came from, or without cursor",
            what="cursor",
            which=cursor,
        )
    return int(offset)


def cursor_at(start: int, mark: str) -> str:
    """Return the cursor of the page that begins at ``start``."""
    return f"{start}-{mark}"
