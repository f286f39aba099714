"""Where a part of the home ends: which entities are inside, and what may be said of the rest."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from ...problems import NotFound
from ..finding.synonyms import ENTITY_DOMAINS
from ..registries import Registries
from ..states import States

_BETWEEN: Final = re.compile(r"[^a-z0-9_.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A part is what is in one of these areas, carries one of these labels, or is named."""

    areas: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()


class Inside:
    """The entities inside, as the home is now."""

    def __init__(self, bounds: Bounds, states: States, registries: Registries) -> None:
        """Look at every entity once."""
        self.bounds = bounds
        self._states = states
        self._registries = registries
        known = {state.entity_id for state in states} | registries.entities.keys()
        self.ids = frozenset(one for one in known if self._holds(one))

    def _holds(self, entity_id: str) -> bool:
        bounds, registries = self.bounds, self._registries
        return (
            entity_id in bounds.entities
            or registries.area_of(entity_id) in bounds.areas
            or not bounds.labels.isdisjoint(registries.labels_of(entity_id))
        )

    def __contains__(self, entity_id: object) -> bool:
        """Tell whether an entity is inside."""
        return entity_id in self.ids

    def all_of(self, entity_ids: Iterable[Any]) -> list[str]:
        """Return the ids; raises NotFound for one that is outside, as if there were none."""
        wanted = [str(one) for one in entity_ids]
        for one in wanted:
            if one not in self.ids:
                raise NotFound(f"There is no entity {one!r}", what="entity", which=one)
        return wanted

    def is_outside(self, entity_id: str) -> bool:
        """Tell whether there is such an entity, and not inside."""
        return entity_id not in self.ids and (
            entity_id in self._states or entity_id in self._registries.entities
        )

    def outside_in(self, text: str) -> str | None:
        """Return an entity outside that a text names, or None."""
        return next(filter(self.is_outside, _pairs(text)), None)

    def possible_in(self, text: str) -> list[str]:
        """Return what in a text may be an entity id, whether there is such an entity or not.

        Who could tell the two apart would learn what there is.
        """
        return [one for one in _pairs(text) if one.partition(".")[0] in ENTITY_DOMAINS]

    def names_outside(self, raw: bytes) -> bool:
        """Tell whether JSON names an entity outside."""
        return self.outside_in(raw.decode(errors="replace")) is not None

    def without_outside(self, value: Any) -> Any:
        """Return JSON without what names an entity outside; None where nothing is left."""
        if isinstance(value, str):
            return None if self.outside_in(value) else value
        if isinstance(value, list):
            kept = (self.without_outside(one) for one in value)
            return [one for one in kept if one is not None]
        if isinstance(value, dict):
            kept_items = (
                (key, self.without_outside(one))
                for key, one in value.items()
                if self.outside_in(str(key)) is None
            )
            return {key: one for key, one in kept_items if one is not None}
        return value

    def whole_area(self, area_id: str) -> bool:
        """Tell whether an area was given as a whole."""
        return area_id in self.bounds.areas

    def whole_floor(self, floor_id: str) -> bool:
        """Tell whether all areas of a floor were."""
        areas = [one for one in self._registries.areas.values() if one.floor_id == floor_id]
        return bool(areas) and all(one.area_id in self.bounds.areas for one in areas)

    def whole_device(self, device_id: str) -> bool:
        """Tell whether all entities of a device are inside, and it has some."""
        of_it = [
            one for one, entry in self._registries.entities.items() if entry.device_id == device_id
        ]
        return bool(of_it) and all(one in self.ids for one in of_it)


def _pairs(text: str) -> Iterator[str]:
    """Yield every pair of a chain: ``states.light.kitchen.state`` names ``light.kitchen``."""
    if "." not in text:
        return
    for chain in _BETWEEN.split(text.lower()):
        for domain, name in pairwise(chain.split(".")):
            if domain and name:
                yield f"{domain}.{name}"
