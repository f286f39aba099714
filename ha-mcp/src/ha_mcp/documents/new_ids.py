"""Entity ids inside a body, exchanged for new ones: whole ids only, wherever they stand.

``light.kitchen`` is no part of ``light.kitchen_2``, nor of the file ``/local/light.kitchen.png``.
The name of an action is no entity: ``script.good_night`` is called by its own name for ever,
however its entity is called.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from .diff import pointer

_ACTIONS: Final = frozenset({"action", "service", "perform_action"})


class NewIds:
    """The new id of each old one."""

    def __init__(self, renames: Mapping[str, str]) -> None:
        """Take old and new ids."""
        self._renames = renames
        old = "|".join(map(re.escape, renames))
        self._whole = re.compile(
            rf"(?:(?<![\w./])|(?<=\bstates\.))(?:{old})(?![\w])"
            rf"|(?<=/)(?:{old})(?![\w.])"  # of an address, but of no file
        )
        self._named = re.compile(rf"(?<!\w)(?:{old})(?!\w)")

    def body(self, body: Any) -> Any:
        """Return a body with the new ids."""
        if isinstance(body, str):
            return self._text(body)
        if isinstance(body, list):
            return [self.body(one) for one in body]
        if isinstance(body, dict):
            return {
                self._text(key): value if _is_action(key, value) else self.body(value)
                for key, value in body.items()
            }
        return body

    def places(self, body: Any) -> list[str]:
        """Return the JSON Pointers where a body gets a new id."""
        return [path for path, text, action in _texts(body) if not action and self._differs(text)]

    def kept(self, body: Any) -> list[str]:
        """Return the JSON Pointers where an old id stands and stays: actions, files."""
        return [
            path
            for path, text, action in _texts(body)
            if self._named.search(text if action else self._text(text))
        ]

    def _text(self, text: Any) -> Any:
        if not isinstance(text, str):
            return text  # keys of YAML may be numbers
        return self._whole.sub(lambda found: self._renames[found[0]], text)

    def _differs(self, text: str) -> bool:
        return self._whole.search(text) is not None


def _is_action(key: Any, value: Any) -> bool:
    return key in _ACTIONS and isinstance(value, str)


def _texts(body: Any, path: str = "", *, action: bool = False) -> Iterator[tuple[str, str, bool]]:
    """Yield the pointer of every text and key, the text, and whether it names an action."""
    if isinstance(body, str):
        yield path, body, action
    elif isinstance(body, list):
        for at, value in enumerate(body):
            yield from _texts(value, pointer(path, at))
    elif isinstance(body, dict):
        for key, value in body.items():
            below = pointer(path, key)
            yield below, str(key), False
            yield from _texts(value, below, action=_is_action(key, value))
