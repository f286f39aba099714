"""Which thing does the caller mean: an id first, else an exact name or alias.

Case and accents do not count; typos never resolve, they only produce suggestions.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from ..problems import Invalid, NotFound, Problem, nearest
from .finding.words import spellings
from .registries import Registries
from .rows import Area, Floor, Label
from .states import States

_ENTITY_ID: Final = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")
_MOST_CANDIDATES: Final = 10


class Names:
    """Resolves what a caller wrote; raises NotFound or Invalid with what it may have meant."""

    def __init__(self, states: States, registries: Registries) -> None:
        """Take what has names."""
        self._states = states
        self._registries = registries

    def entity(self, text: str, *, domain: str | None = None) -> str:
        """Return the entity id; of several with that name, only those of the domain count.

        An id is taken as it is, whatever its domain, and also when it is disabled.
        """
        entity_id = text.strip().lower()
        if _ENTITY_ID.fullmatch(entity_id):
            if self._knows(entity_id):
                return entity_id
            raise self._no_id(entity_id)
        found = self._named(text, domain)
        enabled = [one for one in found if one in self._states] or found
        if len(enabled) == 1:
            return enabled[0]
        if not enabled:
            raise self._no_name(text, domain)
        raise _ambiguous("entity", text, map(self.told, enabled))

    def entities(
        self, texts: Iterable[str], *, domain: str | None = None
    ) -> tuple[list[str], list[Problem]]:
        """Return the entity ids of those that are known, without repetition, and the problems."""
        found: dict[str, None] = {}
        problems: list[Problem] = []
        for text in texts:
            try:
                found[self.entity(text, domain=domain)] = None
            except Problem as problem:
                problems.append(problem)
        return list(found), problems

    def area(self, text: str) -> str:
        """Return the area's id."""
        return _choose("area", text, self._registries.areas, _names_of_place)

    def floor(self, text: str) -> str:
        """Return the floor's id."""
        return _choose("floor", text, self._registries.floors, _names_of_place)

    def label(self, text: str) -> str:
        """Return the label's id."""
        return _choose("label", text, self._registries.labels, _name_of_label)

    def device(self, text: str) -> str:
        """Return the device's id."""
        return _choose(
            "device",
            text,
            self._registries.devices,
            lambda device: [device.shown_name],
            lambda device_id: self._area_name(self._registries.area_of_device(device_id)),
        )

    def told(self, entity_id: str) -> str:
        """Return an entity as a candidate is shown: name (id, area)."""
        place = self._area_name(self._registries.area_of(entity_id))
        return _told(self.name(entity_id), entity_id, place)

    def name(self, entity_id: str) -> str:
        """Return the name people see."""
        state = self._states.get(entity_id)
        return self._registries.name_of(entity_id, state.name if state else None)

    def _knows(self, entity_id: str) -> bool:
        return entity_id in self._states or entity_id in self._registries.entities

    def _area_name(self, area_id: str | None) -> str | None:
        area = self._registries.areas.get(area_id or "")
        return area.name if area else None

    def _named(self, text: str, domain: str | None) -> list[str]:
        wanted = frozenset(spellings(text))
        first = {one[:1] for one in wanted}
        return [
            entity_id
            for entity_id in self._ids(domain)
            if any(
                _may_begin(name, first) and not wanted.isdisjoint(spellings(name))
                for name in self._names_of(entity_id)
            )
        ]

    def _ids(self, domain: str | None) -> Iterator[str]:
        for state in self._states:
            if domain is None or state.domain == domain:
                yield state.entity_id
        for entity_id in self._registries.entities:
            if entity_id not in self._states and (
                domain is None or entity_id.startswith(f"{domain}.")
            ):
                yield entity_id

    def _names_of(self, entity_id: str) -> tuple[str, ...]:
        return (self.name(entity_id), *self._registries.aliases.get(entity_id, ()))

    def _no_id(self, entity_id: str) -> NotFound:
        similar = self._states.similar(entity_id)
        return NotFound(
            f"There is no entity {entity_id!r}", what="entity", which=entity_id, similar=similar
        )

    def _no_name(self, text: str, domain: str | None) -> NotFound:
        by_name: dict[str, str] = {}
        for entity_id in self._ids(domain):
            for name in self._names_of(entity_id):
                by_name.setdefault(name, entity_id)
        similar = dict.fromkeys(by_name[name] for name in nearest(text, by_name))
        kind = f"{domain} entity" if domain else "entity"
        return NotFound(
            f"There is no {kind} named {text!r}",
            what="entity",
            which=text,
            similar=[self.told(entity_id) for entity_id in similar],
        )


def _may_begin(name: str, first: set[str]) -> bool:
    """Sort out most names without folding them: thousands are looked at."""
    letter = name[:1].lower()
    return letter in first or not (letter.isascii() and letter.isalnum())


def _names_of_place(place: Area | Floor) -> list[str]:
    return [place.name, *place.aliases]


def _name_of_label(label: Label) -> list[str]:
    return [label.name]


def _choose[Row](
    what: str,
    text: str,
    rows: Mapping[str, Row],
    names_of: Callable[[Row], list[str]],
    place_of: Callable[[str], str | None] = lambda _: None,
) -> str:
    """Return the id of the one row with this id, name or alias."""
    if (asked := text.strip()) in rows:
        return asked
    wanted = frozenset(spellings(text))
    found = [
        row_id
        for row_id, row in rows.items()
        if any(not wanted.isdisjoint(spellings(name)) for name in (row_id, *names_of(row)))
    ]
    if len(found) == 1:
        return found[0]
    if found:
        told = (_told(names_of(rows[one])[0], one, place_of(one)) for one in found)
        raise _ambiguous(what, text, told)
    raise NotFound(
        f"There is no {what} {text!r}",
        what=what,
        which=text,
        similar=_similar(text, rows, names_of),
    )


def _similar[Row](
    text: str, rows: Mapping[str, Row], names_of: Callable[[Row], list[str]]
) -> list[str]:
    by_name = {name: row_id for row_id, row in rows.items() for name in names_of(row)}
    ids = dict.fromkeys(by_name[name] for name in nearest(text, by_name))
    return [_told(names_of(rows[one])[0], one, None) for one in ids]


def _told(name: str, row_id: str, place: str | None) -> str:
    return f"{name} ({row_id}, {place})" if place else f"{name} ({row_id})"


def _ambiguous(what: str, text: str, candidates: Iterable[str]) -> Invalid:
    told = list(candidates)
    return Invalid(
        f"{len(told)} things of the kind {what} are named {text!r}",
        hint="Name one of them by its id",
        what=what,
        which=text,
        similar=told[:_MOST_CANDIDATES],
    )
