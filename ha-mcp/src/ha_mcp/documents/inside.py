"""What is inside something: events of a calendar, items of a list, cards, what an integration has.

Each kind that is inside anything says in what; the others refuse a parent instead of ignoring it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ..home import Home, Span
from ..problems import Invalid, NotFound
from .cards import outline_of
from .kind import Body, Listed
from .occurrences import Occurrences
from .reading import Reader

_LISTS: Final = {"calendar_event": "calendar", "todo_item": "todo"}
_MOST_SIMILAR: Final = 5
_OF_INTEGRATIONS: Final = ("integration", "device", "entity", "helper")
PARENTS: Final = {
    "calendar_event": "a calendar",
    "todo_item": "a to-do list",
    "dashboard": "a dashboard",
    **dict.fromkeys(_OF_INTEGRATIONS, "an integration"),
}


@dataclass(frozen=True, slots=True)
class Within:
    """What is inside, in how many it was looked for, and what could not be read."""

    rows: Sequence[Listed]
    note: str = ""


class Inside:
    """Looks into calendars, lists, dashboards and integrations."""

    def __init__(self, home: Home, reader: Reader) -> None:
        """Take the home and what reads documents."""
        self._home = home
        self._reader = reader
        self._occurrences = Occurrences(home)

    async def of(self, kind: str, parent: str, span: Span | None) -> Within:
        """Return what is inside a parent, in a span; raises Invalid, NotFound with the nearest."""
        if span is not None:
            return await self._happening(kind, parent, span)
        if kind in _LISTS:
            return await self._listed(kind, self._entity(kind, parent))
        if kind == "dashboard":
            document = await self._reader.get(kind, parent)
            return Within(outline_of(document.snapshot.body), document.snapshot.fixed)
        if kind in _OF_INTEGRATIONS:
            return await self._of_integration(kind, parent)
        raise Invalid(
            f"Documents of the kind {kind} are inside nothing, so they have no parent",
            hint="parent goes with "
            + ", ".join(f"{one} ({where})" for one, where in PARENTS.items()),
            what="argument",
            which="parent",
        )

    async def _happening(self, kind: str, parent: str, span: Span) -> Within:
        if kind != "calendar_event":
            raise Invalid(
                f"Documents of the kind {kind} have no time",
                hint="start and end go with calendar_event",
                what="argument",
                which="start",
            )
        calendar = self._entity(kind, parent) if parent else ""
        rows, silent = await self._occurrences.of(calendar, span)
        return Within(rows, f"not read: {', '.join(silent)}" if silent else "")

    async def _listed(self, kind: str, entity_id: str) -> Within:
        rows = await self._reader.kind(kind).all()
        return Within([row for row in rows if row.id.partition("/")[0] == entity_id])

    def _entity(self, kind: str, parent: str) -> str:
        """Return the entity that a caller means; raises NotFound when it is no such thing."""
        domain = _LISTS[kind]
        entity_id = self._home.names.entity(parent, domain=domain)
        if entity_id.startswith(f"{domain}."):
            return entity_id
        names = self._home.names
        known = [names.told(one.entity_id) for one in self._home.states if one.domain == domain]
        raise NotFound(
            f"{names.told(entity_id)} is not {PARENTS[kind]}",
            what="entity",
            which=entity_id,
            similar=known[:_MOST_SIMILAR],
        )

    async def _of_integration(self, kind: str, parent: str) -> Within:
        entries = {row["entry_id"] for row in await self._entries(parent)}
        rows = await self._reader.kind(kind).all()
        if kind == "integration":
            return Within([row for row in rows if row.id in entries])
        registries = self._home.registries
        if kind == "device":
            mine = {one.id for one in registries.devices.values() if one.config_entry_id in entries}
            return Within([row for row in rows if row.id in mine])
        of_entity = {one.entity_id: one.config_entry_id for one in registries.entities.values()}
        return Within(
            [row for row in rows if of_entity.get(row.entity_id) in entries or row.id in entries]
        )

    async def _entries(self, parent: str) -> list[Body]:
        """Return the entries of an integration, or one of them by its id or title."""
        rows: list[Body] = await self._home.core.command("config_entries/get")
        asked = parent.strip().casefold()
        found = [row for row in rows if row["entry_id"].casefold() == asked]
        found = found or [row for row in rows if row["domain"].casefold() == asked]
        found = found or [row for row in rows if row["title"].casefold() == asked]
        if not found:
            named = {name for row in rows for name in (row["domain"], row["title"]) if name}
            raise NotFound.naming("integration", parent, sorted(named))
        return found
