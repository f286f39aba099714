"""New entity ids: one plan with the registry first, then every document that names the entity.

Some documents follow by themselves as soon as the registry has the new id: areas, and helpers whose
integration listens for it. They are planned like the others; the writer looks before it writes.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ..home import NOT_SEARCHED, Home
from ..problems import Conflict, Invalid, NotFound, Problem, Unreachable, Unsupported
from .drafts import Draft, Plan
from .kind import Snapshot
from .kinds.entity_id import ENTITY_ID, EntityIdKind
from .new_ids import NewIds
from .reading import Document, Reader

_FORMAT: Final = re.compile(r"(?!.+__)(?!_)[a-z0-9_]+(?<!_)\.(?!_)[a-z0-9_]+(?<!_)")
_LONGEST: Final = 255  # characters of an entity id
_AT_ONCE: Final = 6
_FOLLOWERS: Final = frozenset(
    {
        "derivative", "generic_hygrostat", "generic_thermostat", "history_stats", "integration",
        "mold_indicator", "statistics", "switch_as_x", "threshold", "trend", "utility_meter",
    }
)  # fmt: skip
_ITSELF: Final = "its integration follows by itself"
_ACTION: Final = "the name of an action or file, which stays"
_NOT_TOLD: Final = "Home Assistant does not tell where it stands"

type Key = tuple[str, str]  # kind and id of a document


@dataclass(frozen=True, slots=True)
class Place:
    """One place that names an entity."""

    kind: str
    id: str
    name: str
    path: str  # JSON Pointer into the body
    left: str = ""  # why it stays as it is; empty when it gets the new id


@dataclass(frozen=True, slots=True)
class Renaming:
    """What a rename is going to write, and what it cannot reach."""

    renames: Mapping[str, str]
    plan: Plan
    places: tuple[Place, ...]
    unsearched: tuple[str, ...]


class Renamer:
    """Plans renames."""

    def __init__(self, home: Home, reader: Reader, ids: EntityIdKind) -> None:
        """Take the home, what reads documents, and what knows entities by their registry."""
        self._home = home
        self._reader = reader
        self._ids = ids
        self._gate = asyncio.Semaphore(_AT_ONCE)

    async def plan(self, asked: Mapping[str, str]) -> Renaming:
        """Plan to give entities new ids; raises Invalid, NotFound, Conflict, Unsupported."""
        renames = {self._home.names.entity(old): new.strip() for old, new in asked.items()}
        for old, new in renames.items():
            self._refuse(old, new)
        if len({*renames.values()}) != len(asked):
            raise Invalid("Two entities cannot have the same id", what="argument", which="renames")
        entities = [await self._entity(old, new) for old, new in renames.items()]
        named, unsearched = await self._naming(renames)
        found = await asyncio.gather(
            *(self._document(key, named[key], renames) for key in sorted(named))
        )
        drafts = [draft for draft, _ in found if draft is not None]
        places = tuple(place for _, places in found for place in places)
        plan = Plan("rename", (*entities, *drafts))
        return Renaming(renames, plan, places, unsearched)

    def _refuse(self, old: str, new: str) -> None:
        """Raise what is wrong with a new id."""
        if not _FORMAT.fullmatch(new) or len(new) > _LONGEST:
            raise Invalid(
                f"{new!r} cannot be an entity id",
                hint="small letters, digits and single underscores, after the domain and a dot",
                what="argument",
                which="new_entity_id",
            )
        domain = old.partition(".")[0]
        if new.partition(".")[0] != domain:
            raise Invalid(
                f"{old} stays a {domain}: its new id has to begin with {domain}.",
                what="argument",
                which="new_entity_id",
            )
        if old == new:
            raise Invalid(f"{old} has this id already", what="argument", which="new_entity_id")
        if new in self._home.registries.entities or new in self._home.states:
            raise Conflict(
                f"There is a {new} already: {self._home.names.name(new)}",
                hint="Choose another id, or rename that one first, in a call of its own",
                what="entity",
                which=new,
            )
        if not self._ids.document_of(old):
            raise Unsupported(
                f"{old} has no unique id, so Home Assistant keeps no entry of it to rename",
                hint="Its id is what its configuration says: change it there",
                what="entity",
                which=old,
            )

    async def _entity(self, old: str, new: str) -> Draft:
        found = await self._reader.by_id(ENTITY_ID, self._ids.document_of(old))
        before = found.snapshot
        return Draft(ENTITY_ID, found.id, before, replace(before, body={ENTITY_ID: new}))

    async def _naming(
        self, renames: Mapping[str, str]
    ) -> tuple[dict[Key, tuple[str, list[str]]], tuple[str, ...]]:
        """Return the documents that name the entities, each with its name and the places known."""
        named: dict[Key, tuple[str, list[str]]] = {}
        unsearched: dict[str, None] = {}
        for old in renames:
            referring = await self._home.references.to(old, kind="entity")
            for one in referring.references:
                if one.kind != "exposure" and one.how in ("", "in a template"):
                    named.setdefault((one.kind, one.id), (one.name, []))[1].append(one.path)
            own = self._home.bodies.of_entity(old)  # it may switch itself off
            if own is not None:
                named.setdefault(own.key, (own.name, []))
            for missed in referring.unreachable:
                unsearched[f"{missed.kind} {missed.id} ({missed.reason})".strip()] = None
        return named, (*unsearched, *NOT_SEARCHED)

    async def _document(
        self, key: Key, known: tuple[str, list[str]], renames: Mapping[str, str]
    ) -> tuple[Draft | None, list[Place]]:
        """Return the draft of a document, and its places with why those that stay do."""
        kind, document_id = key
        name, paths = known
        new_ids = NewIds(renames)
        try:
            async with self._gate:
                document = await self._reader.by_id(kind, document_id)
                body = new_ids.body(document.snapshot.body)
                places = new_ids.places(document.snapshot.body)
                draft = await self._drafted(document, body) if places else None
        except Unreachable:
            raise
        except Problem as problem:
            places, left = paths, _reason(kind, problem)
            return None, [Place(*key, name, path, left) for path in places]
        kept = [Place(*key, name, path, _ACTION) for path in new_ids.kept(body)]
        if not places and not kept:
            left = _unseen(document.snapshot)
            return None, [Place(*key, name, path, left) for path in paths]
        return draft, [*(Place(*key, name, path) for path in places), *kept]

    async def _drafted(self, document: Document, body: Any) -> Draft:
        """Return the draft of new ids; raises Unsupported when it cannot be written."""
        before = document.snapshot
        if before.fixed:
            raise Unsupported(before.fixed)
        driver = self._reader.kind(document.kind)
        wanted = Snapshot(body, variant=before.variant, ties=before.ties)
        wanted = await driver.prepare(wanted, document.id, before)
        wanted = replace(wanted, ties=before.ties, name=before.name)
        errors = [one.message for one in await driver.check(wanted, before) if one.error]
        if errors:
            raise Invalid(f"Home Assistant refuses it as it is: {errors[0]}")
        return Draft(document.kind, document.id, before, wanted)


def _reason(kind: str, problem: Problem) -> str:
    if isinstance(problem, NotFound) and problem.details.get("what") == "kind":
        return f"documents of the kind {kind} cannot be written here"
    return problem.message


def _unseen(snapshot: Snapshot) -> str:
    return _ITSELF if snapshot.variant in _FOLLOWERS else _NOT_TOLD
