"""Notes where they count: with what is looked at, and in the way of what a rule forbids."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from ..home import Home
from ..journal import Note
from ..problems import Rejected


class Kept(Protocol):
    """Where notes are kept."""

    async def all(self) -> Sequence[Note]:
        """Return every note."""
        ...


class Remembered:
    """What the owner wants assistants to know, found by what it is bound to."""

    def __init__(self, home: Home, kept: Kept, *, whole: bool = True) -> None:
        """Take the home, to know what belongs to what, and where notes are kept.

        Of a home that is not ``whole`` the notes about all of it are not told.
        """
        self._home = home
        self._kept = kept
        self._whole = whole

    def within(self, part: Home) -> "Remembered":
        """Return what is to be remembered in a part of the home."""
        return Remembered(part, self._kept, whole=False)

    async def of_home(self) -> list[str]:
        """Return the notes about the whole home, as they are told."""
        if not self._whole:
            return []
        return [told(note) for note in await self._kept.all() if not _bonds(note)]

    async def about(self, entity_ids: Iterable[str]) -> list[str]:
        """Return the notes bound to these entities, their devices, areas or labels, as told."""
        return [told(note) for note in await self._bound_to(entity_ids)]

    async def heed(self, entity_ids: Iterable[str], despite: Iterable[str]) -> None:
        """Raise Rejected when a rule is bound to one of these and is not named in ``despite``.

        It stops a call once: whoever repeats it names the rule, and so has read it.
        """
        said = set(despite)
        rules = [
            note
            for note in await self._bound_to(entity_ids)
            if note.body.get("rule") and note_id(note) not in said
        ]
        if rules:
            ids = ", ".join(f'"{note_id(note)}"' for note in rules)
            raise Rejected(
                "NOT done. The owner made a rule for this: "
                + "; ".join(told(note) for note in rules)
                + f". It is {self._home.times.now():%A %H:%M} here",
                hint="Repeat the call with despite_notes="
                f"[{ids}] if the rule does not apply now, or if the person insists",
                what="rule",
                which=note_id(rules[0]),
            )

    async def _bound_to(self, entity_ids: Iterable[str]) -> list[Note]:
        notes = [note for note in await self._kept.all() if _bonds(note)]
        if not notes:
            return []
        belongs = {bond for one in entity_ids for bond in self._belongings(one)}
        return [note for note in notes if belongs & _bonds(note) and self._may_be_told(note)]

    def _may_be_told(self, note: Note) -> bool:
        """Tell whether a note is about nothing outside a part of the home; rules always hold."""
        registries = self._home.registries
        known: dict[str, Mapping[str, object]] = {
            "entities": registries.entities,
            "devices": registries.devices,
            "areas": registries.areas,
            "labels": registries.labels,
        }
        return bool(
            self._whole
            or note.body.get("rule")
            or all(one in known[sort] for sort, one in _bonds(note))
        )

    def _belongings(self, entity_id: str) -> set[tuple[str, str]]:
        registries = self._home.registries
        entry = registries.entities.get(entity_id)
        found = {("entities", entity_id)}
        if entry is not None and entry.device_id:
            found.add(("devices", entry.device_id))
        if (area_id := registries.area_of(entity_id)) is not None:
            found.add(("areas", area_id))
        return found | {("labels", label) for label in registries.labels_of(entity_id)}


def note_id(note: Note) -> str:
    """Return the id of a note."""
    return f"n{note.number}"


def told(note: Note) -> str:
    """Return a note as it is told: its id, whether it is a rule, its text on one line."""
    mark = "rule " if note.body.get("rule") else "note "
    return f"{mark}{note_id(note)}: {' '.join(str(note.body['text']).split())}"


def _bonds(note: Note) -> set[tuple[str, str]]:
    return {
        (key, one)
        for key in ("entities", "devices", "areas", "labels")
        for one in note.body.get(key, ())
    }
