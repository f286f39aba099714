"""What a dashboard is made of: its views, sections, badges and cards, each with its path."""

from collections.abc import Iterator
from typing import Any, Final

from .diff import pointer
from .kind import Body, Listed

_MANY: Final = ("badges", "sections", "cards", "elements")
_ONE: Final = ("card",)  # what a conditional card shows
_NAMES: Final = ("title", "heading", "name", "path")


def outline_of(body: Body) -> list[Listed]:
    """Return every part in its order, by the path that a patch takes."""
    return [row for at, view in _each(body, "", "views") for row in _part(view, at, "view")]


def _part(part: Any, path: str, what: str) -> Iterator[Listed]:
    if not isinstance(part, dict):
        yield Listed(path, "", what, str(part))  # a badge may be an entity id and no more
        return
    yield Listed(path, _name(part), _about(part, what), _entities(part))
    for key in _MANY:
        for at, one in _each(part, path, key):
            yield from _part(one, at, key.removesuffix("s"))
    for key in _ONE:
        if isinstance(part.get(key), dict):
            yield from _part(part[key], pointer(path, key), key)


def _each(part: Body, path: str, key: str) -> Iterator[tuple[str, Any]]:
    found = part.get(key)
    for at, one in enumerate(found if isinstance(found, list) else ()):
        yield pointer(pointer(path, key), at), one


def _name(part: Body) -> str:
    return next((part[key] for key in _NAMES if isinstance(part.get(key), str)), "")


def _about(part: Body, what: str) -> str:
    """Return the sort of a part: a card by its type, a view with how much is in it."""
    sort = part.get("type")
    if what in ("card", "badge", "element") and sort:
        return str(sort)
    counts = [_counted(part[key], key) for key in _MANY if isinstance(part.get(key), list)]
    return ", ".join([" ".join(filter(None, (str(sort or ""), what))), *counts])


def _counted(parts: list[Any], key: str) -> str:
    return f"{len(parts)} {key if len(parts) != 1 else key.removesuffix('s')}"


def _entities(part: Body) -> str:
    """Return the entities that a card itself names, one or the first of many."""
    if isinstance(part.get("entity"), str):
        return str(part["entity"])
    found = part.get("entities")
    several = found if isinstance(found, list) else []
    ids = [one.get("entity") if isinstance(one, dict) else one for one in several]
    named = [one for one in ids if isinstance(one, str)]
    return f"{named[0]} +{len(named) - 1}" if len(named) > 1 else "".join(named)
