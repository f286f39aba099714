"""Helpers of all types: those that Core stores, and those that are config entries.

``variant`` is the type; types that offer a choice take it after a slash: ``template/sensor``.
"""

from collections.abc import Sequence
from typing import Final

from ...home import Home
from ...home.kinds import STORED_HELPERS
from ...problems import Invalid, nearest
from .. import etags
from ..entities import Entities
from ..kind import Described, Facts, Finding, Listed, Snapshot
from ._flow_helpers import TYPES, FlowHelpers
from ._stored_helpers import StoredHelpers
from ._templates import uncompiled

_ALL: Final = (*STORED_HELPERS, *TYPES)


class HelperKind:
    """The driver of helpers."""

    facts = Facts(
        name="helper",
        title="Helper",
        id_about="type.id for stored ones, else the id of the config entry; or the entity id",
        variants=_ALL,
    )

    def __init__(self, home: Home, entities: Entities) -> None:
        """Take the home."""
        self._home = home
        self._stored = StoredHelpers(home, entities)
        self._flow = FlowHelpers(home, entities)

    async def all(self) -> Sequence[Listed]:
        """Return helpers of all types."""
        rows = [*await self._stored.all(), *await self._flow.all()]
        return sorted(rows, key=lambda row: row.name.casefold())

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one."""
        if _is_stored(document_id.partition(".")[0]):
            return await self._stored.get(document_id)
        return await self._flow.get(document_id)

    async def prepare(
        self, wanted: Snapshot, document_id: str | None, before: Snapshot | None, /
    ) -> Snapshot:
        """Return it with ids for names; raises Invalid for an unknown type."""
        type_ = _type_of(wanted.variant)
        wanted = Snapshot(etags.copied(wanted.body), variant=wanted.variant, ties=wanted.ties)
        if not _is_stored(type_):
            return await self._flow.prepare(wanted, before)
        if document_id and document_id.partition(".")[0] != type_:
            raise Invalid(f"The id of a new {type_} begins with {type_}.", which=document_id)
        return await self._stored.prepare(wanted)

    def id_for(self, _wanted: Snapshot, /) -> str:
        """Return nothing: Home Assistant chooses."""
        return ""

    async def check(self, wanted: Snapshot, before: Snapshot | None, /) -> Sequence[Finding]:
        """Compare a new one with the form it will be made by, and have templates read."""
        if _is_stored(_type_of(wanted.variant)):
            return ()
        found = await uncompiled(self._home, wanted.body, before.body if before else {})
        return found if before is not None else [*found, *await self._flow.check(wanted)]

    async def create(self, wanted: Snapshot, document_id: str | None, /) -> str:
        """Make a new one."""
        if _is_stored(_type_of(wanted.variant)):
            return await self._stored.create(wanted, document_id)
        return await self._flow.create(wanted)

    async def update(self, document_id: str, wanted: Snapshot, before: Snapshot, /) -> None:
        """Change one."""
        if _is_stored(_type_of(wanted.variant)):
            await self._stored.update(document_id, wanted)
        else:
            await self._flow.update(document_id, wanted, before)

    async def remove(self, document_id: str, before: Snapshot, /) -> None:
        """Remove one."""
        if _is_stored(_type_of(before.variant)):
            await self._stored.remove(document_id)
        else:
            await self._flow.remove(document_id)

    async def describe(self, variant: str, /) -> Described:
        """Tell the fields of a type."""
        if not variant:
            return Described((), {}, f"Say a variant: {', '.join(_ALL)}")
        if _is_stored(type_ := _type_of(variant)):
            return self._stored.describe(type_)
        return await self._flow.describe(variant)


def _type_of(variant: str) -> str:
    type_ = variant.partition("/")[0]
    if type_ not in _ALL:
        raise Invalid(
            f"There is no type of helper {type_!r}" if type_ else "A new helper needs a variant",
            hint=f"variant is one of {', '.join(_ALL)}",
            what="variant",
            which=type_,
            similar=nearest(type_, _ALL) if type_ else [],
        )
    return type_


def _is_stored(type_: str) -> bool:
    return type_ in STORED_HELPERS
