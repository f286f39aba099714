"""The documents of a part of the home: those of which every word can be shown to be inside."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..bodies import Bodies, Document
from ..bodies.document import Unread
from ..references.mentions import is_template, mentions
from ..references.walk import texts
from ..registries import Registries
from .bounds import Inside

_ACTIONS: Final = frozenset({"action", "service", "perform_action"})
# Their actions are for people, machines and the world, none of which is a part of the home.
_BEYOND: Final = frozenset(
    {"notify", "tts", "shell_command", "rest_command", "python_script", "pyscript", "mqtt"}
)


class PartOfBodies(Bodies):
    """Documents that belong to an entity inside and name nothing outside."""

    def __init__(self, whole: Bodies, registries: Registries, inside: Inside) -> None:
        """Take all documents, all registries, and what is inside."""
        self._whole = whole
        self._all = registries
        self._inside = inside
        self._documents = {}
        self._by_entity = {}
        self._listeners = []
        self._fill()

    @property
    def complete(self) -> bool:
        """Whether everything was read once."""
        return self._whole.complete

    @property
    def unread(self) -> list[Unread]:
        """What could not be read is not told: it may be outside."""
        return []

    async def refresh_unannounced(self) -> None:
        """Read again what changes without an event."""
        await self._whole.refresh_unannounced()
        self._fill()

    def _fill(self) -> None:
        found = {one.key: one for one in self._whole if self._is_inside(one)}
        for key, old in list(self._documents.items()):
            if found.get(key) != old:
                self._put(old, None)
        for key, new in found.items():
            if key not in self._documents:
                self._put(None, new)

    def _is_inside(self, document: Document) -> bool:
        return document.entity_id in self._inside and self._is_proven(document.body)

    def _is_proven(self, body: Any) -> bool:
        """Tell whether nothing in a body is, or could come to be, outside."""
        for _, key, text in texts(body):
            if is_template(text) or self._inside.outside_in(text) is not None:
                return False
            if key in _ACTIONS and text.partition(".")[0] in _BEYOND:
                return False
        return all(self._may_name(one.sort, one.id) for one in mentions(body))

    def _may_name(self, sort: str, thing_id: str) -> bool:
        """Tell whether a body may name a thing that is no entity."""
        whole: Mapping[str, tuple[Mapping[str, Any], Callable[[str], bool]]] = {
            "area": (self._all.areas, self._inside.whole_area),
            "floor": (self._all.floors, self._inside.whole_floor),
            "label": (self._all.labels, self._inside.bounds.labels.__contains__),
            "device": (self._all.devices, self._inside.whole_device),
        }
        if sort == "dashboard":
            return False
        asked = [whole[sort]] if sort in whole else list(whole.values()) if not sort else []
        return all(is_whole(thing_id) for rows, is_whole in asked if thing_id in rows)
