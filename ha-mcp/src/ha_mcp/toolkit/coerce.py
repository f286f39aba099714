"""Readers that accept what models write where only one meaning is possible.

Each returns the value in its own type or raises ``voluptuous.Invalid`` with a sentence.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import voluptuous as vol

_TRUE = {"true", "yes", "on", "1"}
_FALSE = {"false", "no", "off", "0"}


def text(value: Any) -> str:
    """Read text; a number is taken as its digits."""
    if isinstance(value, (bool, dict, list)) or value is None:
        raise _expected("text", value)
    return str(value)


def number(value: Any) -> float:
    """Read a finite number, also from text."""
    if isinstance(value, bool):
        raise _expected("a number", value)
    try:
        read = float(value.strip() if isinstance(value, str) else value)
    except (TypeError, ValueError, OverflowError) as err:
        raise _expected("a number", value) from err
    if not math.isfinite(read):
        raise _expected("a number", value)
    return read


def integer(value: Any) -> int:
    """Read a whole number, also from text and from ``3.0``."""
    read = number(value)
    if not read.is_integer():
        raise _expected("a whole number", value)
    return int(read)


def boolean(value: Any) -> bool:
    """Read true or false, also from the words people use."""
    word = str(value).strip().casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise _expected("true or false", value)


def json_value(value: Any, opening: str) -> Any:
    """Return what JSON text starting with ``opening`` means; anything else as it is."""
    if not (isinstance(value, str) and value.lstrip().startswith(opening)):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as err:
        raise vol.Invalid(f"this is not valid JSON ({err})") from err


def json_object(value: Any) -> dict[str, Any]:
    """Read an object, also from JSON text."""
    read = json_value(value, "{")
    if not isinstance(read, dict):
        raise _expected("an object", value)
    return read


@contextmanager
def placed(where: str | int) -> Iterator[None]:
    """Add the place inside a value to what is wrong there."""
    try:
        yield
    except vol.Invalid as err:
        err.prepend([where])
        raise


def _expected(what: str, value: Any) -> vol.Invalid:
    return vol.Invalid(f"{what} is expected, not {value!r:.80}")
