"""What is looked at in every body before it is written, whatever its kind.

Entities, devices, areas, floors, labels and actions that do not exist, with the nearest. Only
what a write brings in is looked at: what was wrong before is not this caller's concern.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from ..home import Home
from ..problems import NotFound, nearest
from .brought import brought_in
from .diff import pointer
from .kind import Finding, Kind, Snapshot
from .loading import checking

_MOST: Final = 20
_REGISTRIES: Final = {
    "device_id": "device",
    "area_id": "area",
    "floor_id": "floor",
    "label_id": "label",
}
_TRIGGERS: Final = re.compile(r"/triggers/\d+/|.*/wait_for_trigger/\d+/")
_TEMPLATE: Final = ("{{", "{%", "{#", "!input ")
_OPAQUE: Final = frozenset({"data", "variables", "metadata", "event_data", "fields"})
"""Below these an ``action`` is somebody else's word; entity ids are still ids."""

type Place = tuple[str, str, str]  # pointer, key, text


class Checks:
    """Looks at bodies."""

    def __init__(self, home: Home) -> None:
        """Take the home."""
        self._home = home

    async def of(
        self, kind: Kind, wanted: Snapshot, before: Snapshot | None, *, was_there: bool = False
    ) -> tuple[Finding, ...]:
        """Return what a kind and these checks find in a body.

        What was there once comes back whatever these checks say: they only advise then.
        """
        was, comes = before.body if before else {}, wanted.body
        seen = [
            (key, text, finding)
            for path, key, text in _places(brought_in(was, comes)[1], "")
            if (finding := self._look(path, key, text)) is not None
        ]
        known = (
            {(key, text) for _, key, text in _places(before.body, "")} if seen and before else ()
        )
        found = [finding for key, text, finding in seen if (key, text) not in known]
        if was_there:
            found = [replace(one, error=False) for one in found]
        else:
            found += await checking()(self._home, kind.facts.name, wanted.variant, comes, was)
        return (*await kind.check(wanted, before), *found[:_MOST])

    def _look(self, path: str, key: str, text: str) -> Finding | None:
        if key in ("entity_id", "entity", "entities"):
            return self._entity(path, text)
        if key == "action":
            return self._action(path, text)
        return self._registered(path, _REGISTRIES[key], key, text)

    def _entity(self, path: str, text: str) -> Finding | None:
        home = self._home
        if text in home.states or text in ("all", "none"):
            return None
        entry = home.registries.entities.get(text)
        so = ", so this never fires for it" if _TRIGGERS.match(path) else ""
        if entry is not None:
            return Finding(path, f"{text} is disabled{so}") if entry.disabled_by else None
        similar = tuple(home.states.similar(text))
        return Finding(path, f"there is no entity {text!r}{so}", similar=similar)

    def _action(self, path: str, text: str) -> Finding | None:
        ids = list(self._home.actions.ids)
        if text in ids or text in self._home.states:  # a script that was made a moment ago
            return None
        domain = text.partition(".")[0]
        known = any(one.startswith(f"{domain}.") for one in ids)
        similar = tuple(nearest(text, ids, limit=3))
        return Finding(path, f"there is no action {text!r}", error=known, similar=similar)

    def _registered(self, path: str, what: str, key: str, text: str) -> Finding | None:
        registries = self._home.registries
        known: Mapping[str, Mapping[str, object]] = {
            "device_id": registries.devices,
            "area_id": registries.areas,
            "floor_id": registries.floors,
            "label_id": registries.labels,
        }
        rows = known[key]
        if text in rows:
            return None
        similar = NotFound.naming(what, text, rows, limit=3).details["similar"]
        return Finding(path, f"there is no {what} {text!r}", similar=tuple(similar))


def _places(body: Any, path: str, key: str = "", *, opaque: bool = False) -> Iterator[Place]:
    """Yield what a body names, where its key says what sort of thing it is."""
    if isinstance(body, dict):
        if key == "entities":  # of a scene: its keys are ids
            yield from _named(list(body), path, key)
        for name, value in body.items():
            below = opaque or name in _OPAQUE
            yield from _places(value, pointer(path, name), str(name), opaque=below)
    elif isinstance(body, list) and body and not isinstance(body[0], str):
        for at, value in enumerate(body):
            if value is not None:
                yield from _places(value, pointer(path, at), opaque=opaque)
    elif key in ("entity_id", "entity", "entities") or key in _REGISTRIES:
        yield from _named(body if isinstance(body, list) else [body], path, key)
    elif key == "action" and not opaque and isinstance(body, str) and "." in body:
        yield from _named([body], path, key)


def _named(values: list[Any], path: str, key: str) -> Iterator[Place]:
    for value in values:
        if not isinstance(value, str) or any(sign in value for sign in _TEMPLATE):
            continue
        is_entity = key in ("entity_id", "entity", "entities")
        if is_entity and ("." not in value or " " in value):
            continue  # an id of the entity registry, or a word of a card
        yield path, key, value
