"""What a write brings into a body: the parts that differ, at their places, without the rest.

In a dashboard of a megabyte whose one card changes, only that card has to be looked at.
"""

from typing import Any

from .diff import alike
from .kind import Body


def brought_in(before: Body, after: Body) -> tuple[Body, Body]:
    """Return what was and what comes, None at the places of lists where both are the same."""
    old, new = _parts(before, after)
    return old or {}, new or {}


def _parts(old: Any, new: Any) -> tuple[Any, Any]:
    if isinstance(old, dict) and isinstance(new, dict):
        pairs = {
            key: _parts(old.get(key), new.get(key))
            for key in {**old, **new}
            if key not in old or key not in new or old[key] != new[key]
        }
        return (
            {key: one for key, (one, _) in pairs.items() if key in old},
            {key: one for key, (_, one) in pairs.items() if key in new},
        )
    if _of_objects(old) and _of_objects(new):
        return _items(old, new)
    return old, new


def _of_objects(value: Any) -> bool:
    """Tell a list whose items say by themselves what they are; a text does not."""
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _items(old: list[Any], new: list[Any]) -> tuple[list[Any], list[Any]]:
    """Compare items from both ends; what is between belongs together when it is as many."""
    head = alike(old, new)
    tail = alike(old[head:][::-1], new[head:][::-1])
    was, comes = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(was) == len(comes):
        pairs = [
            (None, None) if one == other else _parts(one, other)
            for one, other in zip(was, comes, strict=True)
        ]
        was, comes = [one for one, _ in pairs], [one for _, one in pairs]
    around = [None] * head, [None] * tail
    return [*around[0], *was, *around[1]], [*around[0], *comes, *around[1]]
