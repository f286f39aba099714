"""When two bodies are the same, and the short mark that says so."""

from collections.abc import Collection
from hashlib import blake2b
from typing import Any, Final

import orjson

from .kind import Body

_LENGTH: Final = 6  # bytes
_EXACT: Final = 2**53  # what is larger is no exact number anyway, nor one that JSON has to take
_OPTIONS: Final = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


def normalised(body: Any) -> bytes:
    """Return the one spelling of a body: sorted keys, no spaces, ``2`` for ``2.0``."""
    data = orjson.dumps(body, option=_OPTIONS, default=str)
    return orjson.dumps(_whole(orjson.loads(data)), option=_OPTIONS) if b".0" in data else data


def etag_of(body: Body, beside: Collection[str] = ()) -> str:
    """Return the mark of a body, its keys in ``beside`` left out."""
    counted = {key: value for key, value in body.items() if key not in beside}
    return blake2b(normalised(counted), digest_size=_LENGTH).hexdigest()


def copied(body: Body) -> Body:
    """Return a body that shares nothing with the given one, with plain JSON in it."""
    copy: Body = orjson.loads(orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS, default=str))
    return copy


def _whole(value: Any) -> Any:
    """Return whole numbers as such: Core turns some into fractions and some back."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(one) for key, one in value.items()}
    return [_whole(one) for one in value] if isinstance(value, list) else value
