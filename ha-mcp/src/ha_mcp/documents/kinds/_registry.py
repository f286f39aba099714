"""Kinds that are registries of Core: areas, floors, labels.

Their ids are made from the name they are born with, so one that comes back is born under its old
id and named afterwards. What bore it (``ties``) is given it again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ...home import Home
from ...problems import Conflict, NotFound
from .. import etags
from ..kind import Body, Described, Facts, FieldLine, Finding, Listed, Snapshot
from ._files import refuse_unknown

type Ties = dict[str, list[str]]

_UNORDERED: Final = ("labels", "aliases")


@dataclass(frozen=True, slots=True)
class Spec:
    """What is different from registry to registry."""

    facts: Facts
    fields: Sequence[FieldLine]
    empty: Mapping[str, Any]  # what an absent field is, for Core
    example: Body
    ties: Callable[[Home, str], Ties]
    tie: Callable[[Home, str, Ties], Any]  # awaitable
    named: Callable[[Home, Body], Body]  # ids for names
    about: Callable[[Home, Body], str]


class RegistryKind:
    """The driver of one registry."""

    def __init__(self, home: Home, spec: Spec) -> None:
        """Take the home and what is special."""
        self._home = home
        self._spec = spec
        self._id_key = f"{spec.facts.name}_id"
        self._command = f"config/{spec.facts.name}_registry/"

    @property
    def facts(self) -> Facts:
        """What is true of all of them."""
        return self._spec.facts

    async def all(self) -> Sequence[Listed]:
        """Return all."""
        return [
            Listed(row[self._id_key], row["name"], self._spec.about(self._home, row))
            for row in await self._rows()
        ]

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one."""
        for row in await self._rows():
            if row[self._id_key] == document_id:
                ties = self._spec.ties(self._home, document_id)
                return Snapshot(self._plain(row), row["name"], ties=ties)
        raise NotFound(
            f"There is no {self.facts.name} {document_id!r}",
            what=self.facts.name,
            which=document_id,
        )

    async def prepare(
        self, wanted: Snapshot, _document_id: str | None, _before: Snapshot | None, /
    ) -> Snapshot:
        """Return it with ids for names, without what is empty."""
        known = tuple(field.name for field in self._spec.fields)
        refuse_unknown(self.facts.name, wanted.body, known, ("name",))
        given = etags.copied(wanted.body)
        for key in _UNORDERED:
            if isinstance(given.get(key), (str, int, float)):
                given[key] = [str(given[key])]
        body = self._plain(self._spec.named(self._home, given))
        return Snapshot(body, str(body["name"]))

    def id_for(self, _wanted: Snapshot, /) -> str:
        """Return nothing: Core makes it from the name."""
        return ""

    async def check(self, _wanted: Snapshot, _before: Snapshot | None, /) -> Sequence[Finding]:
        """Find nothing: Core checks when it stores."""
        return ()

    async def create(self, wanted: Snapshot, document_id: str | None, /) -> str:
        """Make a new one, under its id when that is given."""
        fields = wanted.body
        born = fields | ({"name": document_id} if document_id else {})
        row = await self._home.core.command(f"{self._command}create", **born)
        new_id: str = row[self._id_key]
        if document_id and new_id != document_id:
            await self._home.core.command(f"{self._command}delete", **{self._id_key: new_id})
            raise Conflict(
                f"{document_id!r} cannot be the id of a new {self.facts.name}",
                hint=f"Leave the id out: Home Assistant makes it from the name ({new_id})",
                what=self.facts.name,
                which=document_id,
            )
        if born["name"] != fields["name"]:
            await self._update(new_id, {"name": fields["name"]})
        await self._spec.tie(self._home, new_id, wanted.ties)
        await self._fetch()
        return new_id

    async def update(self, document_id: str, wanted: Snapshot, _before: Snapshot, /) -> None:
        """Change one."""
        await self._update(document_id, self._full(wanted.body))
        await self._fetch()

    async def remove(self, document_id: str, _before: Snapshot, /) -> None:
        """Remove one; what bore it loses it."""
        await self._home.core.command(f"{self._command}delete", **{self._id_key: document_id})
        await self._fetch()

    async def describe(self, _variant: str, /) -> Described:
        """Tell its fields."""
        return Described(self._spec.fields, self._spec.example)

    async def _rows(self) -> list[Body]:
        rows: list[Body] = await self._home.core.command(f"{self._command}list")
        return rows

    async def _update(self, document_id: str, fields: Body) -> None:
        await self._home.core.command(
            f"{self._command}update", **{self._id_key: document_id}, **fields
        )

    async def _fetch(self) -> None:
        """Have the mirror know, so that the next call can name it."""
        registries = self._home.registries
        fetch = {
            "area": registries.fetch_areas,
            "floor": registries.fetch_floors,
            "label": registries.fetch_labels,
        }
        await fetch[self.facts.name](self._home.core)

    def _full(self, body: Body) -> Body:
        """Return every field, since what is left out stays as it was."""
        return {**self._spec.empty, **body}

    def _plain(self, row: Body) -> Body:
        """Return the fields that say something."""
        body = {field.name: row.get(field.name) for field in self._spec.fields}
        said = {key: value for key, value in body.items() if value not in (None, "", [])}
        return {key: sorted(said[key]) if key in _UNORDERED else said[key] for key in said}
