"""What became of documents that came back under another id, and of everything that names them.

Home Assistant makes the ids of categories, config entries, pipelines, resources, to-do items and
events. What the journal holds names the ids of its time; before it is compared or written, each is
exchanged for the one that the document has today.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from .kind import Body, Snapshot

_SHORTEST: Final = 16
_MADE: Final = re.compile(
    rf"(?<![0-9A-Za-z-])(?=[A-Za-z-]*\d)[0-9A-Za-z-]{{{_SHORTEST},}}(?![0-9A-Za-z-])"
)
"""Ids as Home Assistant makes them: long, with a digit, without the underscores of names."""

_SIDES: Final = ("area", "floor_id", "category")
_SEVERAL: Final = ("labels", "areas", "devices", "entities")

type Key = tuple[str, str]  # kind and id


class Successors:
    """The ids of today."""

    def __init__(self, became: Iterable[tuple[str, str, str]]) -> None:
        """Take kind, old and new id, of every document that came back under another one."""
        self._documents: dict[Key, str] = {}
        self._own: dict[str, str] = {}
        for kind, old, new in became:
            self.add(kind, old, new)

    def add(self, kind: str, old: str, new: str) -> None:
        """Note what a document became."""
        self._documents[kind, old] = new
        if _MADE.fullmatch(own_id(old)):
            self._own[own_id(old)] = own_id(new)

    def of(self, kind: str, document_id: str) -> str:
        """Return the id a document has today, by its own history or by that of what it is of."""
        today, seen = document_id, {document_id}
        while (following := self._documents.get((kind, today))) and following not in seen:
            today = following
            seen.add(today)
        return self._text(today)

    def snapshot(self, snapshot: Snapshot | None) -> Snapshot | None:
        """Return a document with the ids of today in it."""
        if snapshot is None or not self._own:
            return snapshot
        body, ties = self._value(snapshot.body), self._value(snapshot.ties)
        return replace(snapshot, body=body, ties=ties)

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self._value(one) for one in value]
        if isinstance(value, dict):
            return {
                self._text(key) if isinstance(key, str) else key: self._value(one)
                for key, one in value.items()
            }
        return value

    def _text(self, text: str) -> str:
        if not self._own or len(text) < _SHORTEST:
            return text
        return _MADE.sub(lambda found: self._today(found[0]), text)

    def _today(self, own: str) -> str:
        seen = {own}
        while (following := self._own.get(own)) and following not in seen:
            own = following
            seen.add(own)
        return own


def own_id(document_id: str) -> str:
    """Return the id without what it is in."""
    return document_id.rpartition("/")[2]


def sides(body: Body) -> set[str]:
    """Return the ids of areas, floors, labels and categories that a body itself names."""
    labels, categories = body.get("labels"), body.get("categories")
    return {
        str(one)
        for one in (
            *(body.get(key) for key in _SIDES),
            *(labels if isinstance(labels, list) else ()),
            *(categories.values() if isinstance(categories, dict) else ()),
        )
        if one
    }


def split(body: Body, which: str) -> tuple[Body, Body]:
    """Return a body without the side that names an id, and what was taken out of it."""
    lean: Body = {}
    taken: Body = {}
    for key, value in body.items():
        rest, out = _parted(key, value, which)
        if rest is not None:
            lean[key] = rest
        if out is not None:
            taken[key] = out
    return lean, taken


def joined(body: Body, taken: Body) -> Body:
    """Return a body with what was taken out of it."""
    whole = {**body}
    for key, value in taken.items():
        if isinstance(value, list):
            whole[key] = sorted({*whole.get(key, []), *value})
        elif isinstance(value, Mapping):
            whole[key] = {**whole.get(key, {}), **value}
        else:
            whole[key] = value
    return whole


def _parted(key: str, value: Any, which: str) -> tuple[Any, Any]:
    if key in _SIDES:
        return (None, value) if value == which else (value, None)
    if key in _SEVERAL and isinstance(value, list) and which in value:
        return [one for one in value if one != which], [which]
    if key == "categories" and isinstance(value, dict) and which in value.values():
        rest = {scope: one for scope, one in value.items() if one != which}
        return rest, {scope: one for scope, one in value.items() if one == which}
    return value, None
