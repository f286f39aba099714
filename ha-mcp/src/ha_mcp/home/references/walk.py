"""Walking through a body: every text in it, with its JSON Pointer."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from ..finding.words import indexed

_LONGEST_WHY: Final = 60


def texts(body: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield (pointer, the nearest name above, text) of every text and every key of a body.

    A key is yielded with the pointer of what it holds.
    """
    if isinstance(body, str):
        yield path, _name(path), body
    elif isinstance(body, dict):
        for key, value in body.items():
            below = f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}"
            yield below, _name(path), str(key)
            yield from texts(value, below)
    elif isinstance(body, list):
        for at, value in enumerate(body):
            yield from texts(value, f"{path}/{at}")


def why(body: Any, wanted: Sequence[Collection[str]]) -> str:
    """Say where the text with most of the wanted words (each in any spelling) stands."""
    best, found = 0, "in body"
    for path, _, text in texts(body):
        folded = text.lower() if text.isascii() else " ".join(indexed(text))
        if not any(one in folded for spellings in wanted for one in spellings):
            continue
        known = set(indexed(text))
        has = sum(not known.isdisjoint(spellings) for spellings in wanted)
        if has > best and not path.endswith(f"/{text}"):  # a key says little
            shown = text if len(text) <= _LONGEST_WHY else f"{text[:_LONGEST_WHY]}…"
            best, found = has, f"in body at {path}: {shown!r}"
        if best == len(wanted):
            break
    return found


def _name(path: str) -> str:
    """Return the last part of a pointer that is not a position in a list."""
    for part in reversed(path.split("/")):
        if part and not part.isdigit():
            return part
    return ""
