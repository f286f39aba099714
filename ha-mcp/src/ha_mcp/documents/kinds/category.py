"""Categories: what people sort automations, scripts, scenes and helpers by; one list for each.

Home Assistant makes their ids, so one that comes back has another; what was in it is in it again.
"""

from collections.abc import Sequence
from typing import Any, Final

from ...home import Home
from ...problems import Invalid, NotFound
from .. import etags
from ..kind import Body, Described, Facts, FieldLine, Finding, Listed, Snapshot
from ._files import refuse_unknown

_SCOPES: Final = ("automation", "script", "scene", "helpers")
_FIELDS: Final = (
    FieldLine("name", "text", required=True),
    FieldLine("icon", "text", about="mdi:…"),
)
_KEYS: Final = tuple(field.name for field in _FIELDS)
_COMMAND: Final = "config/category_registry/"


class CategoryKind:
    """The driver of categories."""

    facts = Facts(
        name="category",
        title="Category",
        id_about="<scope>/<id>; the id is made by Home Assistant. A new one takes variant: a scope",
        variants=_SCOPES,
    )

    def __init__(self, home: Home) -> None:
        """Take the home."""
        self._home = home

    async def all(self) -> Sequence[Listed]:
        """Return those of every scope."""
        return [
            Listed(f"{scope}/{row['category_id']}", row["name"], scope)
            for scope in self._scopes()
            for row in await self._rows(scope)
        ]

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one, with what is in it."""
        scope, _, category_id = document_id.partition("/")
        for row in await self._rows(scope):
            if row["category_id"] == category_id:
                ties = self._members(scope, category_id)
                return Snapshot(_plain(row), row["name"], scope, ties)
        raise NotFound(f"There is no category {document_id!r}", what="category", which=document_id)

    async def prepare(
        self, wanted: Snapshot, document_id: str | None, _before: Snapshot | None, /
    ) -> Snapshot:
        """Return it without what is empty; a new one needs a scope that exists."""
        scope = wanted.variant or (document_id or "").partition("/")[0]
        if scope not in self._scopes():
            raise Invalid(
                f"There is no scope {scope!r}" if scope else "A new category needs a variant",
                hint=f"variant is one of {', '.join(_SCOPES)}",
                what="variant",
                which="category",
            )
        refuse_unknown("category", wanted.body, _KEYS, ("name",))
        body = _plain(etags.copied(wanted.body))
        return Snapshot(body, str(body["name"]), scope)

    def id_for(self, _wanted: Snapshot, /) -> str:
        """Return nothing: Core makes it."""
        return ""

    async def check(self, _wanted: Snapshot, _before: Snapshot | None, /) -> Sequence[Finding]:
        """Find nothing: Core checks when it stores."""
        return ()

    async def create(self, wanted: Snapshot, _document_id: str | None, /) -> str:
        """Make a new one and put into it what was in it."""
        scope = wanted.variant
        row = await self._command("create", scope=scope, **wanted.body)
        category_id = str(row["category_id"])
        for entity_id in wanted.ties.get("entities", []):
            await self._put(entity_id, scope, category_id)
        await self._home.registries.patch_entities(self._home.core, wanted.ties.get("entities", []))
        return f"{scope}/{category_id}"

    async def update(self, document_id: str, wanted: Snapshot, _before: Snapshot, /) -> None:
        """Change one."""
        scope, _, category_id = document_id.partition("/")
        fields = {"icon": None, **wanted.body}
        await self._command("update", scope=scope, category_id=category_id, **fields)

    async def remove(self, document_id: str, before: Snapshot, /) -> None:
        """Remove one; what was in it is in none."""
        scope, _, category_id = document_id.partition("/")
        await self._command("delete", scope=scope, category_id=category_id)
        await self._home.registries.patch_entities(self._home.core, before.ties.get("entities", []))

    async def describe(self, _variant: str, /) -> Described:
        """Tell its fields."""
        notes = "Automations, scripts, scenes and helpers take one as category in their bodies."
        return Described(_FIELDS, {"name": "Heating", "icon": "mdi:radiator"}, notes)

    def _scopes(self) -> list[str]:
        """Return the scopes of Home Assistant's own pages, and those that are in use beside."""
        entries = self._home.registries.entities.values()
        used = {scope for entry in entries for scope in entry.categories}
        return [*_SCOPES, *sorted(used.difference(_SCOPES))]

    def _members(self, scope: str, category_id: str) -> Body:
        entities = [
            entry.entity_id
            for entry in self._home.registries.entities.values()
            if entry.categories.get(scope) == category_id
        ]
        return {"entities": sorted(entities)} if entities else {}

    async def _put(self, entity_id: str, scope: str, category_id: str) -> None:
        try:
            await self._home.core.command(
                "config/entity_registry/update",
                entity_id=entity_id,
                categories={scope: category_id},
            )
        except NotFound:
            return  # it is gone since then

    async def _rows(self, scope: str) -> list[Body]:
        rows: list[Body] = await self._command("list", scope=scope)
        return rows

    async def _command(self, verb: str, **fields: Any) -> Any:
        return await self._home.core.command(f"{_COMMAND}{verb}", **fields)


def _plain(row: Body) -> Body:
    return {key: row[key] for key in _KEYS if row.get(key)}
