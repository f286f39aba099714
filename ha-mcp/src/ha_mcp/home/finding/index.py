"""Where every word of the home stands; built once, then patched by what changes.

A change replaces a thing: its old number dies, and the dead are swept out when they are many.
"""

from array import array
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, Final

from ..bodies import Bodies, Document
from ..registries import Registries
from ..rows import Area, State
from ..states import States
from .portraits import Portrait, Portraits, Thing, body_words
from .vocabulary import Vocabulary
from .words import indexed, split

_MOST_DEAD: Final = 0.3  # of all numbers, before everything is built anew
_NONE: Final = array("I")


class Index:
    """Things by number, the words that name them, and the contexts they belong to."""

    def __init__(self, states: States, registries: Registries, bodies: Bodies) -> None:
        """Listen to states and bodies; ``reconcile`` builds, and follows the registries."""
        self._states = states
        self._registries = registries
        self._bodies = bodies
        self._portraits = Portraits(states, registries, bodies)
        self._built = False
        self._clear()
        states.listen(self._on_state)
        bodies.listen(self._on_document)

    def _clear(self) -> None:
        self.vocabulary = Vocabulary()
        self.things: list[Thing | None] = []
        self._numbers: dict[str, dict[str, int]] = {}  # by sort and id
        self._members: dict[str, array[int]] = {}
        self._context_words: dict[str, tuple[str, ...]] = {}
        self._rows: dict[str, Mapping[str, Any]] = {}
        self._aliases: dict[str, tuple[str, ...]] = {}
        self._dead = 0

    def __len__(self) -> int:
        """Count the living things."""
        return sum(map(len, self._numbers.values()))

    def number(self, sort: str, thing_id: str) -> int | None:
        """Return the number of a thing: its sort is ``entity``, or its kind."""
        return self._numbers.get(sort, {}).get(thing_id)

    def members(self, context: str) -> "array[int]":
        """Return the numbers of what belongs to a context; dead ones may be among them."""
        return self._members.get(context, _NONE)

    def contexts(self, sort: str) -> list[str]:
        """Return the names of the contexts of one sort (of ``domain``: light ...)."""
        head = f"{sort}:"
        return [one.removeprefix(head) for one in self._members if one.startswith(head)]

    def is_named_by(self, context: str, spelt: Sequence[Container[str]]) -> bool:
        """Tell whether one name of a context consists of these words (each in any spelling)."""
        for text in self._portraits.context_texts(context):
            words = split(text)
            if len(words) == len(spelt) and all(
                any(one.plain in other or one.wide in other for other in spelt) for one in words
            ):
                return True
        return False

    def reconcile(self) -> None:
        """Take over what differs in the registries; the first time, everything."""
        if not self._built or self._dead > _MOST_DEAD * len(self.things):
            self._build()
            return
        stale = self._stale_entities()
        for sort in ("device", "area", "floor", "label"):
            stale |= self._reconcile_rows(sort)
        for entity_id in stale:
            self._put_entity(entity_id)
        self._remember_rows()

    def _build(self) -> None:
        self._clear()
        registries = self._registries
        for entity_id in {state.entity_id: None for state in self._states} | dict.fromkeys(
            registries.entities
        ):
            self._put("entity", self._portraits.entity(entity_id))
        for device_id in registries.devices:
            self._put("device", self._portraits.device(device_id))
        for area_id in registries.areas:
            self._put("area", self._portraits.area(area_id))
        for floor_id in registries.floors:
            self._put("floor", self._portraits.floor(floor_id))
        for label_id in registries.labels:
            self._put("label", self._portraits.label(label_id))
        for document in self._bodies:
            if document.entity_id is None:
                self._put(document.kind, self._portraits.document(document))
        self._remember_rows()
        self._built = True

    def _remember_rows(self) -> None:
        self._rows = {sort: self._rows_now(sort) for sort in ("device", "area", "floor", "label")}
        self._aliases = dict(self._registries.aliases)  # that one is patched in place

    def _stale_entities(self) -> set[str]:
        """Return the entities whose entry or aliases differ from what is indexed."""
        stale = {
            one
            for one in self._aliases.keys() | self._registries.aliases.keys()
            if self._aliases.get(one) != self._registries.aliases.get(one)
        }
        entries = self._registries.entities
        numbers = self._numbers.get("entity", {})
        for entity_id, number in numbers.items():
            thing, entry = self.things[number], entries.get(entity_id)
            if thing is None or thing.row is entry:
                continue
            if thing.row == entry:
                thing.row = entry  # the old row may go
            else:
                stale.add(entity_id)
        stale.update(one for one in entries if one not in numbers)
        return stale

    def _reconcile_rows(self, sort: str) -> set[str]:
        """Follow one registry; return the entities that it concerns."""
        before, now = self._rows[sort], self._rows_now(sort)
        concerned: set[str] = set()
        if before is now:
            return concerned
        for row_id in before.keys() | now.keys():
            old, new = before.get(row_id), now.get(row_id)
            if old == new:
                continue
            context = f"{sort}:{row_id}"
            concerned |= self._entities_in(context)
            self._name_context(context)
            if new is None:
                self._drop(sort, row_id)
            else:
                self._put(sort, getattr(self._portraits, sort)(row_id))
            if isinstance(new, Area) and isinstance(old, Area) and old.floor_id != new.floor_id:
                self._put_devices_of(context)
        return concerned

    def _rows_now(self, sort: str) -> Mapping[str, Any]:
        registries = self._registries
        rows: dict[str, Mapping[str, Any]] = {
            "device": registries.devices,
            "area": registries.areas,
            "floor": registries.floors,
            "label": registries.labels,
        }
        return rows[sort]

    def _entities_in(self, context: str) -> set[str]:
        found = (self.things[number] for number in self.members(context))
        return {one.id for one in found if one is not None and "." in one.id}

    def _put_devices_of(self, context: str) -> None:
        """Portray the devices of an area anew: it moved to another floor."""
        found = [self.things[number] for number in self.members(context)]
        for one in found:
            if one is not None and one.type == "device" and one.id in self._registries.devices:
                self._put("device", self._portraits.device(one.id))

    def _put_entity(self, entity_id: str) -> None:
        if entity_id in self._states or entity_id in self._registries.entities:
            self._put("entity", self._portraits.entity(entity_id))
        else:
            self._drop("entity", entity_id)

    def _put(self, sort: str, portrait: Portrait) -> None:
        """Give a thing a number under which its words and contexts lead to it."""
        self._drop(sort, portrait.thing.id)
        number = len(self.things)
        self.things.append(portrait.thing)
        self._numbers.setdefault(sort, {})[portrait.thing.id] = number
        entry = self.vocabulary.entry
        for word in _words(portrait.names):
            found = entry(word)
            if found.names is None:
                found.names = array("I")
            found.names.append(number)
        for word in _words(portrait.others):
            found = entry(word)
            if found.others is None:
                found.others = array("I")
            found.others.append(number)
        if portrait.body is not None:
            for word in body_words(portrait.body):
                found = entry(word)
                if found.bodies is None:
                    found.bodies = array("I")
                found.bodies.append(number)
        for context in portrait.contexts:
            self._join(context, number)

    def _join(self, context: str, number: int) -> None:
        members = self._members.get(context)
        if members is None:
            members = self._members[context] = array("I")
            self._name_context(context)
        members.append(number)

    def _name_context(self, context: str) -> None:
        """Let the words that mean a context lead to it, and no others."""
        words = tuple(_words(self._portraits.context_texts(context)))
        for word in set(self._context_words.get(context, ())).difference(words):
            entry = self.vocabulary.entry(word)
            entry.contexts = tuple(one for one in entry.contexts if one != context)
        for word in words:
            entry = self.vocabulary.entry(word)
            if context not in entry.contexts:
                entry.contexts += (context,)
        self._context_words[context] = words

    def _drop(self, sort: str, thing_id: str) -> None:
        number = self._numbers.get(sort, {}).pop(thing_id, None)
        if number is not None:
            self.things[number] = None
            self._dead += 1

    def _on_state(self, old: State | None, new: State | None) -> None:
        if _looks_same(old, new):
            return
        changed = new or old
        if self._built and changed is not None:
            self._put_entity(changed.entity_id)

    def _on_document(self, old: Document | None, new: Document | None) -> None:
        if not self._built:
            return
        for document in (old, new):
            if document is not None and document.entity_id is not None:
                self._put_entity(document.entity_id)
        if old is not None and old.entity_id is None:
            self._drop(old.kind, old.id)
        if new is not None and new.entity_id is None:
            self._put(new.kind, self._portraits.document(new))


def _looks_same(old: State | None, new: State | None) -> bool:
    """Tell whether a change leaves everything that is indexed as it was."""
    if old is None or new is None:
        return False
    return old.name == new.name and old.device_class == new.device_class


def _words(texts: Iterable[str]) -> dict[str, None]:
    return {word: None for text in texts for word in indexed(text)}
