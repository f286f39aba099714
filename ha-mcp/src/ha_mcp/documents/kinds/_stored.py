"""Kinds that are one WebSocket collection of Core each; a table says what differs.

Where an id is made from the name, an item that comes back is born under its old id and named
afterwards; elsewhere Core makes a new id, and the journal knows what it became.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from ...home import Home
from ...problems import Conflict, NotFound
from .. import etags
from ..entities import Entities
from ..kind import Body, Described, Facts, FieldLine, Finding, Listed, Snapshot
from ._collection import Collection
from ._files import refuse_unknown
from ._unknown import Place, unknown

_EMPTY: Final[tuple[Any, ...]] = (None, "", [])
_IN_YAML: Final = "it stands in configuration.yaml, which is where it is changed"


@dataclass(frozen=True, slots=True)
class Row:
    """An item of a collection, or of YAML beside it."""

    id: str
    name: str
    body: Body
    about: str = ""
    ties: Body = field(default_factory=dict)
    fixed: str = ""  # why it cannot be edited here


def _as_it_is(body: Body) -> Body:
    return body


def _all_stored(answer: Any) -> tuple[list[Body], list[Body]]:
    return answer or [], []


def _nothing_else(_home: Home) -> list[Row]:
    return []


@dataclass(frozen=True, slots=True)
class Spec:
    """What is different from collection to collection."""

    facts: Facts
    prefix: str  # of its commands
    fields: Sequence[FieldLine]
    example: Body
    id_key: str = ""  # of update and delete, where it is not <prefix>_id
    named_ids: bool = False  # whether ids are made from names
    id_field: str = ""  # of create, where whoever makes an item chooses its id
    ties: tuple[str, ...] = ()  # fields that are no part of the body and come back with it
    empty: Mapping[str, Any] = field(default_factory=dict)  # what clears an absent field
    sticky: frozenset[str] = frozenset()  # what Core cannot take away: the item is made anew
    anew: str = ""  # what whoever takes such a field away should know
    defaults: Mapping[str, Any] = field(default_factory=dict)  # what Core adds
    split: Callable[[Any], tuple[list[Body], list[Body]]] = _all_stored
    """From Core's list to what it stores and what stands in YAML."""
    sent: Callable[[Body], Body] = _as_it_is  # the names Core's commands have for fields
    shown: Callable[[Body], str] = lambda row: str(row.get("name") or row["id"])
    about: Callable[[Body], str] = lambda _row: ""
    others: Callable[[Home], list[Row]] = _nothing_else  # items that are not in the collection
    platform: str = ""  # of the entity each item makes
    entities: tuple[str, ...] = ()  # fields that name entities
    notes: str = ""


class StoredKind:
    """The driver of one collection."""

    def __init__(self, home: Home, entities: Entities, spec: Spec) -> None:
        """Take the home and what is special."""
        self._home = home
        self._entities = entities
        self._spec = spec
        self._collection = Collection(home, spec.prefix, spec.id_key)

    @property
    def facts(self) -> Facts:
        """What is true of all of them."""
        return self._spec.facts

    async def all(self) -> Sequence[Listed]:
        """Return all, those that stand in YAML too."""
        return [Listed(row.id, row.name, row.about, self._entity(row)) for row in await self._all()]

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one."""
        for row in await self._all():
            if row.id == document_id:
                return Snapshot(row.body, row.name, ties=row.ties, fixed=row.fixed)
        kind = self.facts.name
        raise NotFound(f"There is no {kind} {document_id!r}", what=kind, which=document_id)

    async def prepare(
        self, wanted: Snapshot, _document_id: str | None, _before: Snapshot | None, /
    ) -> Snapshot:
        """Return it with what Core adds, without what is empty."""
        fields = self._spec.fields
        needed = tuple(one.name for one in fields if one.required)
        refuse_unknown(self.facts.name, wanted.body, tuple(one.name for one in fields), needed)
        body = self._plain({**self._spec.defaults, **etags.copied(wanted.body)})
        return Snapshot(body, self._spec.shown({"id": "", **body}))

    def id_for(self, _wanted: Snapshot, /) -> str:
        """Return a new one where that is not Core's to choose."""
        return str(uuid4()) if self._spec.id_field else ""

    async def check(self, wanted: Snapshot, before: Snapshot | None, /) -> Sequence[Finding]:
        """Find entities that do not exist; the rest Core checks when it stores."""
        was = [value for _, value in self._named(before.body)] if before else []
        found = unknown(self._home, self._named(wanted.body), was)
        stuck = self._stuck(before, wanted)
        return [*found, *(Finding(f"/{key}", self._spec.anew) for key in sorted(stuck))]

    async def create(self, wanted: Snapshot, document_id: str | None, /) -> str:
        """Make a new one, under its id where that comes from the name."""
        fields = self._spec.sent({**wanted.ties, **wanted.body})
        if self._spec.id_field:
            fields[self._spec.id_field] = document_id
        async with self._entities.noticing():
            if not (document_id and self._spec.named_ids):
                return await self._collection.create(fields)
            new_id = await self._collection.create_as(document_id, fields)
            if new_id == document_id:
                return new_id
            await self._collection.delete(new_id)
        kind = self.facts.name
        raise Conflict(
            f"{document_id!r} cannot be the id of a new {kind}",
            hint=f"Leave the id out: Home Assistant makes it from the name ({new_id})",
            what=kind,
            which=document_id,
        )

    async def update(self, document_id: str, wanted: Snapshot, before: Snapshot, /) -> None:
        """Replace one; where Core cannot take a field away, by one under the same id."""
        if self._stuck(before, wanted):
            await self.remove(document_id, before)
            await self.create(wanted, document_id)
            return
        fields = self._spec.sent({**self._spec.empty, **wanted.body})
        async with self._entities.noticing():
            await self._collection.update(document_id, fields)

    async def remove(self, document_id: str, _before: Snapshot, /) -> None:
        """Remove one."""
        async with self._entities.noticing():
            await self._collection.delete(document_id)

    async def describe(self, _variant: str, /) -> Described:
        """Tell its fields."""
        return Described(self._spec.fields, self._spec.example, self._spec.notes)

    def _named(self, body: Body) -> Iterator[Place]:
        for key in self._spec.entities:
            value = body.get(key)
            if isinstance(value, list):
                yield from ((f"/{key}/{at}", one) for at, one in enumerate(value))
            else:
                yield f"/{key}", value

    def _stuck(self, before: Snapshot | None, wanted: Snapshot) -> frozenset[str]:
        """Return the fields that would have to be taken away and cannot be."""
        was = before.body.keys() if before else frozenset()
        return self._spec.sticky & (was - wanted.body.keys())

    async def _all(self) -> list[Row]:
        stored, written = self._spec.split(await self._collection.listed())
        return [
            *(self._row(row) for row in stored),
            *(self._row(row, _IN_YAML) for row in written),
            *self._spec.others(self._home),
        ]

    def _row(self, row: Body, fixed: str = "") -> Row:
        name = self._spec.shown(row)
        about, ties = (
            self._spec.about(row),
            {key: row[key] for key in self._spec.ties if key in row},
        )
        return Row(str(row.get("id", name)), name, self._plain(row), about, ties, fixed)

    def _plain(self, row: Body) -> Body:
        """Return the fields that say something."""
        body = {one.name: row.get(one.name) for one in self._spec.fields}
        return {key: value for key, value in body.items() if value not in _EMPTY}

    def _entity(self, row: Row) -> str:
        return self._entities.of(self._spec.platform, row.id) if self._spec.platform else ""
