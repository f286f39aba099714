"""Items of Core's WebSocket collections: ``<prefix>/list``, create, update, delete."""

from collections.abc import Mapping
from typing import Any

from ...home import Home
from ...problems import NotFound, Unsupported
from ..kind import Body


class Collection:
    """One collection."""

    def __init__(self, home: Home, prefix: str, id_key: str = "") -> None:
        """Take the prefix of its commands; the id key is ``<prefix>_id`` unless it is said."""
        self._core = home.core
        self._prefix = prefix
        self._id_key = id_key or f"{prefix}_id"

    async def rows(self) -> list[Body]:
        """Return every item; none where the integration is not loaded."""
        rows: list[Body] = await self.listed() or []
        return rows

    async def listed(self) -> Any:
        """Return what Core answers to ``list``; None where the integration is not loaded."""
        try:
            return await self._core.command(f"{self._prefix}/list")
        except Unsupported:
            return None

    async def row(self, item_id: str) -> Body:
        """Return one item; raises NotFound."""
        for row in await self.rows():
            if row["id"] == item_id:
                return row
        raise NotFound(f"There is no {self._prefix} {item_id!r}", which=item_id)

    async def create(self, fields: Mapping[str, Any]) -> str:
        """Make an item; returns its id."""
        row = await self._core.command(f"{self._prefix}/create", **fields)
        return str(row["id"])

    async def create_as(self, item_id: str, fields: Mapping[str, Any]) -> str:
        """Make an item whose id comes from its name: it is born under the id and named after."""
        new_id = await self.create({**fields, "name": item_id})
        if fields["name"] != item_id:
            await self.update(new_id, fields)
        return new_id

    async def update(self, item_id: str, fields: Mapping[str, Any]) -> None:
        """Replace an item's fields."""
        await self._core.command(f"{self._prefix}/update", **{self._id_key: item_id}, **fields)

    async def delete(self, item_id: str) -> None:
        """Remove an item."""
        await self._core.command(f"{self._prefix}/delete", **{self._id_key: item_id})
