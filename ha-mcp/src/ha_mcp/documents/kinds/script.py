"""Scripts of ``scripts.yaml``, with their entity's area, labels and category."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ...home import Home
from ...home.finding.words import plain
from ...problems import Invalid
from .. import etags
from ..entities import SIDE, Entities
from ..kind import Body, Described, Facts, FieldLine, Finding, Listed, Snapshot
from . import _modern, _parts_described
from ._blueprint_uses import FIELD, SUBSTITUTE, BlueprintUses
from ._files import Items, refuse_unknown
from ._validating import validated

_FIELDS: Final = (
    FieldLine("alias", "text", about="its name"),
    FieldLine("description", "text"),
    FieldLine("sequence", "list", required=True, about="{action: light.turn_on, target, data}, …"),
    FieldLine("fields", "object", about="arguments: {name: {name, required, selector, default}}"),
    FieldLine("variables", "object"),
    FieldLine("mode", "single, restart, queued, parallel", about="when it is running already"),
    FieldLine("max", "number", about="of runs, for queued and parallel"),
    FieldLine("max_exceeded", "text", about="log level, or silent"),
    FieldLine("icon", "text", about="mdi:…"),
    FieldLine("trace", "object", about="{stored_traces: 5}"),
    FieldLine("use_blueprint", "object", about="{path, input}, instead of a sequence"),
    FIELD,
    FieldLine("area", "id or name"),
    FieldLine("labels", "list of ids or names"),
    FieldLine("category", "id or name"),
)
_KEYS: Final = tuple(field.name for field in _FIELDS)
_EXAMPLE: Final[Body] = {
    "alias": "Leave home",
    "sequence": [
        {"action": "light.turn_off", "target": {"area_id": "living_room"}},
        {"delay": {"seconds": 5}},
        {"action": "lock.lock", "target": {"entity_id": "lock.front_door"}},
    ],
}
_NOTES: Final = f"Called as script.<id> with its fields as data. {_parts_described.NOTES}"
_SLUG: Final = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")


class ScriptKind:
    """The driver of scripts."""

    facts = Facts(
        name="script",
        title="Script",
        id_about="the part of its action after script.: small letters, digits, _",
        forms=frozenset({SUBSTITUTE}),
    )

    def __init__(self, home: Home, entities: Entities) -> None:
        """Take the home."""
        self._home = home
        self._entities = entities
        self._items = Items(home, entities, "script")
        self._uses = BlueprintUses(home, "script")

    async def all(self) -> Sequence[Listed]:
        """Return every script."""
        return self._items.all()

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one."""
        found = await self._items.read(document_id)
        return replace(found, body=_modern.script(found.body))

    async def prepare(
        self, wanted: Snapshot, document_id: str | None, _before: Snapshot | None, /
    ) -> Snapshot:
        """Return it with today's names."""
        body = await self._uses.written_out(_modern.script(etags.copied(wanted.body)))
        refuse_unknown(self.facts.name, body, _KEYS, ())
        if "use_blueprint" not in body:
            refuse_unknown(self.facts.name, body, _KEYS, ("sequence",))
        side = await self._entities.prepared(body, "script")
        own = {key: value for key, value in body.items() if key not in SIDE}
        prepared = Snapshot({**own, **side}, str(body.get("alias") or document_id or ""))
        chosen = document_id or self.id_for(prepared)
        if not _SLUG.fullmatch(chosen):
            raise Invalid(
                f"{chosen!r} cannot be the id of a script" if chosen else "A script needs an alias",
                hint="An id has small letters, digits and single _ between them",
                what="argument",
                which="id",
            )
        return prepared

    def id_for(self, wanted: Snapshot, /) -> str:
        """Return its alias as an id."""
        return plain(str(wanted.body.get("alias", ""))).replace(" ", "_")

    async def check(self, wanted: Snapshot, _before: Snapshot | None, /) -> Sequence[Finding]:
        """Have Core validate the sequence, or what a blueprint makes."""
        found = await validated(self._home, {"actions": wanted.body.get("sequence")})
        return [
            replace(one, path=one.path.replace("/actions", "/sequence", 1)) for one in found
        ] + await self._uses.check(wanted.body)

    async def look_ahead(self, document_id: str, /) -> None:
        """Look at what will be replaced while that is planned."""
        await self._items.look_ahead(document_id)

    async def create(self, wanted: Snapshot, document_id: str | None, /) -> str:
        """Make a new one."""
        new_id = document_id or self.id_for(wanted)
        await self._items.write(new_id, wanted.body)
        return new_id

    async def update(self, document_id: str, wanted: Snapshot, _before: Snapshot, /) -> None:
        """Replace one."""
        await self._items.write(document_id, wanted.body)

    async def remove(self, document_id: str, _before: Snapshot, /) -> None:
        """Remove one."""
        await self._items.remove(document_id)

    async def describe(self, variant: str, /) -> Described:
        """Tell what a script is made of."""
        if variant:
            return await _parts_described.described(self._home, variant)
        return Described(_FIELDS, _EXAMPLE, _NOTES)
