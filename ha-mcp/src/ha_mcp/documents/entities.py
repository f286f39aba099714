"""The entity-registry side of documents that make an entity: area, labels and category.

In bodies they are ids under ``area``, ``labels`` and ``category``; what is empty is left out.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import msgspec
from msgspec import Struct

from ..home import Home
from ..home.finding.words import spellings
from ..problems import NotFound, Problem
from .kind import Body

SIDE: Final = ("area", "labels", "category")
"""The keys of a body that live in the entity registry."""


_PATIENCE: Final = 5.0  # seconds


class _Entry(Struct):
    area_id: str | None = None
    labels: list[str] = []
    categories: dict[str, str] = {}


class _Event(Struct):
    data: dict[str, Any] = {}


_EVENT = msgspec.json.Decoder(_Event)


class Heard:
    """The entities whose entries changed while a document was written."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._entity_ids: set[str] = set()
        self._news = asyncio.Event()

    def hear(self, event: bytes) -> None:
        """Take one event of the entity registry."""
        data = _EVENT.decode(event).data
        self._entity_ids |= {data[key] for key in ("entity_id", "old_entity_id") if key in data}
        self._news.set()

    async def mirror(self) -> None:
        """Have the mirror know of them."""
        self._news.clear()
        if self._entity_ids:
            await self._home.registries.patch_entities(self._home.core, self._entity_ids)

    async def until(self, true: Callable[[], object]) -> None:
        """Wait until the mirror says so; some integrations register a moment after they answer."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await self.mirror()
                while not true():
                    await self._news.wait()
                    await self.mirror()


class Entities:
    """Finds the entity of a document, and reads and writes its side."""

    def __init__(self, home: Home) -> None:
        """Take the home."""
        self._home = home

    def of(self, platform: str, unique_id: str) -> str:
        """Return the entity with a unique id; empty when there is none."""
        for entity_id, entry in self._home.registries.entities.items():
            if entry.platform == platform and str(entry.unique_id) == unique_id:
                return entity_id
        return ""

    def all_of(self, platform: str) -> dict[str, str]:
        """Return the entities of an integration by unique id."""
        return {
            str(entry.unique_id): entity_id
            for entity_id, entry in self._home.registries.entities.items()
            if entry.platform == platform
        }

    def of_entry(self, entry_id: str) -> str:
        """Return the first entity of a config entry; empty when there is none."""
        for entity_id, entry in self._home.registries.entities.items():
            if entry.config_entry_id == entry_id:
                return entity_id
        return ""

    @asynccontextmanager
    async def noticing(self) -> AsyncIterator[Heard]:
        """Have the mirror know what happens to entities meanwhile before anything else is done."""
        heard = Heard(self._home)
        stop = await self._home.core.subscribe(
            "subscribe_events", heard.hear, event_type="entity_registry_updated"
        )
        try:
            yield heard
        finally:
            with suppress(Problem):  # then the connection is gone, and the subscription with it
                await stop()
        await heard.mirror()

    async def side(self, entity_id: str, scope: str) -> Body:
        """Return what the registry says of an entity, asked now."""
        if not entity_id:
            return {}
        found = await self._home.core.fetch(
            "config/entity_registry/get_entries", dict[str, _Entry | None], entity_ids=[entity_id]
        )
        entry = found.get(entity_id)
        if entry is None:
            return {}
        said = {
            "area": entry.area_id,
            "labels": sorted(entry.labels),
            "category": entry.categories.get(scope),
        }
        return {key: value for key, value in said.items() if value}

    async def write_side(self, entity_id: str, scope: str, wanted: Body) -> None:
        """Make the registry say this of an entity, unless it does."""
        side = {key: wanted[key] for key in SIDE if key in wanted}
        if side == await self.side(entity_id, scope):
            return
        if not entity_id:
            return  # nothing in the registry takes it; the read-back says so
        await self._home.core.command(
            "config/entity_registry/update",
            entity_id=entity_id,
            area_id=side.get("area"),
            labels=side.get("labels", []),
            categories={scope: side.get("category")},
        )
        await self._home.registries.patch_entities(self._home.core, [entity_id])

    async def prepared(self, wanted: Body, scope: str) -> Body:
        """Return the side of a body with ids for names; raises NotFound."""
        names = self._home.names
        side: Body = {}
        if area := wanted.get("area"):
            side["area"] = names.area(str(area))
        if labels := wanted.get("labels"):
            side["labels"] = sorted({names.label(str(one)) for one in _texts(labels)})
        if category := wanted.get("category"):
            side["category"] = await self._category(str(category), scope)
        return side

    async def _category(self, text: str, scope: str) -> str:
        rows = await self._home.core.command("config/category_registry/list", scope=scope)
        for row in rows:
            if text == row["category_id"]:
                return text
        wanted = set(spellings(text))
        for row in rows:
            if not wanted.isdisjoint(spellings(row["name"])):
                return str(row["category_id"])
        raise NotFound.naming("category", text, [row["name"] for row in rows])


def _texts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
