"""Parts of a body: by path, by words, or as an outline."""

from collections.abc import Iterator
from typing import Any, Final

import jsonpointer

from ..home.finding.words import plain
from ..problems import NotFound, nearest
from .diff import pointer
from .kind import Body

_LONGEST: Final = 200


def part(body: Body, path: str) -> Any:
    """Return what is at a JSON Pointer; raises NotFound with the keys that are there."""
    if not path or path == "/":
        return body
    rooted = path if path.startswith("/") else f"/{path}"
    here: Any = body
    so_far = ""
    for key in jsonpointer.JsonPointer(rooted).parts:
        if isinstance(here, dict) and key in here:
            here = here[key]
        elif isinstance(here, list) and key.isdecimal() and int(key) < len(here):
            here = here[int(key)]
        else:
            raise _nothing(so_far, key, here)
        so_far = pointer(so_far, key)
    return here


def outline(value: Any, depth: int) -> Any:
    """Return a value with what lies deeper than ``depth`` counted instead of shown."""
    if isinstance(value, dict):
        if depth == 0:
            return f"{{{len(value)} keys}}"
        return {key: outline(one, depth - 1) for key, one in value.items()}
    if isinstance(value, list):
        if depth == 0:
            return f"[{len(value)} items]"
        return [outline(one, depth - 1) for one in value]
    return value


def found_in(value: Any, words: str, path: str = "") -> list[tuple[str, str]]:
    """Return path and value of every leaf that has all the words in its key or value."""
    wanted = plain(words).split()
    return [
        (where, shown[:_LONGEST])
        for where, key, shown in _leaves(value, "" if path == "/" else path, "")
        if all(word in plain(f"{key} {shown}") for word in wanted)
    ]


def _leaves(value: Any, path: str, key: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _leaves(one, pointer(path, name), str(name))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _leaves(one, pointer(path, at), key)
    else:
        yield path, key, str(value)


def _nothing(so_far: str, key: str, here: Any) -> NotFound:
    if isinstance(here, dict):
        return NotFound(
            f"There is no {key!r} at {so_far or '/'}",
            hint=f"There are: {', '.join(map(str, list(here)[:20]))}",
            what="path",
            which=key,
            similar=nearest(key, map(str, here), limit=3),
        )
    count = f"a list of {len(here)}" if isinstance(here, list) else "no object and no list"
    return NotFound(f"There is no {key!r} at {so_far or '/'}, which is {count}", what="path")
