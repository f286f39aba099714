"""Which ids a body names: entities anywhere in a text, other things where their place says so.

An id is a whole one: ``light.kitchen`` is not named by ``light.kitchen_2``.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from msgspec import Struct

from ..bodies import Bodies, Document
from ..finding.synonyms import ENTITY_DOMAINS
from .walk import texts

type Key = tuple[str, str]  # kind and id of a document

_CHAIN: Final = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+")
_QUOTED: Final = re.compile(r"'([^'\n]{1,80})'|\"([^\"\n]{1,80})\"")
_STATES: Final = re.compile(r"\bstates\.([a-z0-9_]+\.[a-z0-9_]+)")
_HASH: Final = re.compile(r"[0-9a-f]{32}|[0-9A-HJKMNP-TV-Z]{26}|[0-9a-hjkmnp-tv-z]{26}")
_BUILT: Final = re.compile(
    r"\b[a-z_]+\.\{\{|['\"][a-z_]+\.[a-z0-9_]*['\"]\s*[~+]|[~+]\s*['\"]\.|states\[", re.IGNORECASE
)
_PLACES: Final = {
    "area": "area", "areas": "area", "area_id": "area", "area_ids": "area",
    "floor": "floor", "floors": "floor", "floor_id": "floor", "floor_ids": "floor",
    "label": "label", "labels": "label", "label_id": "label", "label_ids": "label",
    "device": "device", "devices": "device", "device_id": "device", "device_ids": "device",
}  # fmt: skip
_FUNCTIONS: Final = re.compile(r"\b(area|floor|label|device)s?_[a-z_]+|\b(areas|floors|labels)\b")
_ACTIONS: Final = frozenset({"action", "service", "perform_action", "event_type", "event", "type"})
_LINKS: Final = re.compile(r"^/([a-z0-9_-]+)(?=[/?#]|$)")


class Mention(Struct, frozen=True):
    """One place in a body that names something."""

    sort: str  # entity, device, area, floor, label, or "" when the place does not tell
    id: str
    path: str  # JSON Pointer
    template: bool = False


class Mentions:
    """Which documents name an id, without looking into their bodies again."""

    def __init__(self, bodies: Bodies) -> None:
        """Follow the documents."""
        self._keys: dict[str, set[Key]] = {}
        self._ids: dict[Key, frozenset[str]] = {}
        self.building: set[Key] = set()  # documents whose templates put ids together
        for document in bodies:
            self._on_document(None, document)
        bodies.listen(self._on_document)

    def documents(self, named: str) -> set[Key]:
        """Return the documents that name an id."""
        return self._keys.get(named, set())

    def _on_document(self, old: Document | None, new: Document | None) -> None:
        if old is not None:
            for one in self._ids.pop(old.key, frozenset()):
                self._keys[one].discard(old.key)
            self.building.discard(old.key)
        if new is None:
            return
        body = new.body
        named = frozenset(mention.id for mention in mentions(body))
        self._ids[new.key] = named
        for one in named:
            self._keys.setdefault(one, set()).add(new.key)
        if any(_BUILT.search(text) for _, _, text in texts(body) if is_template(text)):
            self.building.add(new.key)


def mentions(body: Any) -> Iterator[Mention]:
    """Yield everything in a body that may be an id, once per place."""
    for path, key, text in texts(body):
        yield from dict.fromkeys(_in_text(path, key, text))


def named_entities(body: Any) -> Iterator[Mention]:
    """Yield the entities that a body surely means, existing or not: no actions, no attributes."""
    for path, key, text in texts(body):
        if key in _ACTIONS:
            continue
        template = is_template(text)
        found = _quoted_entities(text) if template else _entities(text)
        for one in dict.fromkeys(found):
            if one.partition(".")[0] in ENTITY_DOMAINS:
                yield Mention("entity", one, path, template)


def is_template(text: str) -> bool:
    """Tell whether Home Assistant renders a text."""
    return "{{" in text or "{%" in text


def _in_text(path: str, key: str, text: str) -> Iterator[Mention]:
    template = is_template(text)
    for entity_id in _entities(text):
        yield Mention("entity", entity_id, path, template)
    if template:
        if _FUNCTIONS.search(text):
            for found in _QUOTED.finditer(text):
                yield Mention("", found[1] or found[2], path, template)
        return
    if key in _PLACES:
        yield Mention(_PLACES[key], text, path)
    elif _HASH.fullmatch(text) or "/use_blueprint/" in path:
        yield Mention("", text, path)
    elif link := _LINKS.match(text):
        yield Mention("dashboard", link[1], path)


def _entities(text: str) -> Iterator[str]:
    """Yield every pair of a chain: ``states.light.kitchen.state`` names ``light.kitchen``."""
    if "." not in text:
        return
    for chain in _CHAIN.finditer(text):
        for domain, name in pairwise(chain[0].split(".")):
            if not domain[0].isdigit():
                yield f"{domain}.{name}"


def _quoted_entities(text: str) -> Iterator[str]:
    for found in _QUOTED.finditer(text):
        quoted = found[1] or found[2]
        if _CHAIN.fullmatch(quoted) and quoted.count(".") == 1:
            yield quoted
    yield from (found[1] for found in _STATES.finditer(text))
