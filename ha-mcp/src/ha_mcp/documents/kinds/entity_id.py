"""The entity id of an entity as a document, so that a rename is written and undone like the rest.

It is known by what a rename leaves alone: domain, integration and unique id. It is no
kind that is offered: it stands in the journal beside the documents that name the entity.
"""

from collections.abc import Sequence
from typing import Final

from ...home import Home
from ...problems import NotFound
from ..entities import Entities
from ..kind import Body, Described, Facts, FieldLine, Listed, Snapshot
from ._kept import Kept

ENTITY_ID: Final = "entity_id"
_FIELD: Final = FieldLine(ENTITY_ID, "entity id", required=True)


class EntityIdKind(Kept):
    """The driver of entity ids."""

    facts = Facts(
        name=ENTITY_ID,
        title="Entity id",
        id_about="domain/integration/unique id",
        creates=False,
        removes=False,
        followed=True,
    )
    fixed = "an entity id comes and goes with its entity"

    def __init__(self, home: Home, entities: Entities) -> None:
        """Take the home."""
        self._home = home
        self._entities = entities

    def document_of(self, entity_id: str) -> str:
        """Return the document of a registered entity; empty when it has no unique id."""
        entry = self._home.registries.entities.get(entity_id)
        if entry is None:
            return ""
        return f"{entity_id.partition('.')[0]}/{entry.platform}/{entry.unique_id}"

    async def all(self) -> Sequence[Listed]:
        """Return all."""
        names = self._home.names
        return [
            Listed(self.document_of(one), names.name(one), one, one)
            for one in self._home.registries.entities
        ]

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one, asked now."""
        entity_id = self._current(document_id)
        await self._home.registries.patch_entities(self._home.core, [entity_id])
        if self.document_of(entity_id) != document_id:
            raise _gone(document_id)
        return Snapshot({ENTITY_ID: entity_id}, self._home.names.name(entity_id))

    async def prepare(
        self, wanted: Snapshot, _document_id: str | None, _before: Snapshot | None, /
    ) -> Snapshot:
        """Return it as it is: whoever renames has looked at it."""
        return wanted

    async def update(self, document_id: str, wanted: Snapshot, _before: Snapshot, /) -> None:
        """Rename the entity, and wait until it is there under the new id."""
        new_id = str(wanted.body[ENTITY_ID])
        async with self._entities.noticing() as heard:
            await self._home.core.command(
                "config/entity_registry/update",
                entity_id=self._current(document_id),
                new_entity_id=new_id,
            )
            await heard.until(lambda: self.document_of(new_id) == document_id)

    async def describe(self, _variant: str, /) -> Described:
        """Tell what it is."""
        example: Body = {ENTITY_ID: "light.kitchen"}
        return Described((_FIELD,), example)

    def _current(self, document_id: str) -> str:
        domain, platform, unique_id = document_id.split("/", 2)
        for entity_id, entry in self._home.registries.entities.items():
            if (
                entity_id.startswith(f"{domain}.")
                and entry.platform == platform
                and str(entry.unique_id) == unique_id
            ):
                return entity_id
        raise _gone(document_id)


def _gone(document_id: str) -> NotFound:
    return NotFound(f"There is no entity {document_id!r}", what="entity", which=document_id)
