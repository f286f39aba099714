"""Automations of ``automations.yaml``, with their entity's area, labels, category and switch."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ...home import Home
from ...problems import Invalid
from .. import etags
from ..entities import SIDE, Entities
from ..kind import Body, Described, Facts, FieldLine, Finding, Listed, Snapshot
from . import _modern, _parts_described
from ._blueprint_uses import FIELD, SUBSTITUTE, BlueprintUses
from ._files import Items, own_id, refuse_unknown
from ._validating import validated

_FIELDS: Final = (
    FieldLine("alias", "text", required=True, about="its name"),
    FieldLine("description", "text"),
    FieldLine("triggers", "list", required=True, about="{trigger: state, entity_id, to, for …}"),
    FieldLine("conditions", "list", about="{condition: state, entity_id, state …}; all must hold"),
    FieldLine("actions", "list", required=True, about="{action: light.turn_on, target, data}, …"),
    FieldLine("mode", "single, restart, queued, parallel", about="when it is running already"),
    FieldLine("max", "number", about="of runs, for queued and parallel"),
    FieldLine("max_exceeded", "text", about="log level, or silent"),
    FieldLine("variables", "object"),
    FieldLine("trigger_variables", "object"),
    FieldLine("initial_state", "true, false", about="at each start of Home Assistant"),
    FieldLine("trace", "object", about="{stored_traces: 5}"),
    FieldLine("use_blueprint", "object", about="{path, input}, instead of triggers to actions"),
    FIELD,
    FieldLine("area", "id or name"),
    FieldLine("labels", "list of ids or names"),
    FieldLine("category", "id or name"),
    FieldLine("enabled", "true, false", about="switched on; needs no etag"),
)
_KEYS: Final = tuple(field.name for field in _FIELDS)
_EXAMPLE: Final[Body] = {
    "alias": "Hall light on motion",
    "triggers": [{"trigger": "state", "entity_id": "binary_sensor.hall_motion", "to": "on"}],
    "conditions": [{"condition": "sun", "after": "sunset"}],
    "actions": [{"action": "light.turn_on", "target": {"entity_id": "light.hall"}}],
    "mode": "restart",
}
_NOTES: Final = f"Steps are as in {{if, then, else}}, choose, repeat. {_parts_described.NOTES}"


class AutomationKind:
    """The driver of automations."""

    facts = Facts(
        name="automation",
        title="Automation",
        id_about="Home Assistant's unique id, not the entity id; a new one gets a number",
        beside=frozenset({"enabled"}),
        forms=frozenset({SUBSTITUTE}),
    )

    def __init__(self, home: Home, entities: Entities) -> None:
        """Take the home."""
        self._home = home
        self._entities = entities
        self._items = Items(home, entities, "automation")
        self._uses = BlueprintUses(home, "automation")

    async def all(self) -> Sequence[Listed]:
        """Return every automation."""
        return self._items.all()

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one."""
        found = await self._items.read(document_id)
        body = _modern.automation(own_id(found.body, None))
        state = self._home.states.get(self._items.entity_of(document_id))
        if state is not None and state.state in ("on", "off"):
            body["enabled"] = state.state == "on"
        return replace(found, body=body)

    async def prepare(
        self, wanted: Snapshot, document_id: str | None, before: Snapshot | None, /
    ) -> Snapshot:
        """Return it with today's names; what says nothing of ``enabled`` leaves it."""
        body = _modern.automation(own_id(etags.copied(wanted.body), document_id))
        body = await self._uses.written_out(body)
        refuse_unknown(self.facts.name, body, _KEYS, ("alias",))
        if "use_blueprint" not in body:
            refuse_unknown(self.facts.name, body, _KEYS, ("triggers", "actions"))
        if before is not None and "enabled" in before.body:
            body.setdefault("enabled", before.body["enabled"])
        if not isinstance(body.get("enabled", True), bool):
            raise Invalid("enabled is true or false", what="body field", which="automation")
        side = await self._entities.prepared(body, "automation")
        own = {key: value for key, value in body.items() if key not in SIDE}
        return Snapshot({**own, **side}, str(body["alias"]))

    def id_for(self, _wanted: Snapshot, /) -> str:
        """Return the time in milliseconds, as Home Assistant's own editor does."""
        return str(int(self._home.now() * 1000))

    async def check(self, wanted: Snapshot, before: Snapshot | None, /) -> Sequence[Finding]:
        """Have Core validate triggers, conditions and actions, or what a blueprint makes."""
        parts = {key: wanted.body.get(key) for key in ("triggers", "conditions", "actions")}
        # Only one that Core could load is on or off.
        sound = before.body if before is not None and "enabled" in before.body else None
        found = await validated(self._home, parts, sound)
        return [*found, *await self._uses.check(wanted.body)]

    async def look_ahead(self, document_id: str, /) -> None:
        """Look at what will be replaced while that is planned."""
        await self._items.look_ahead(document_id)

    async def create(self, wanted: Snapshot, document_id: str | None, /) -> str:
        """Make a new one."""
        new_id = document_id or self.id_for(wanted)
        await self._write(new_id, wanted)
        return new_id

    async def update(self, document_id: str, wanted: Snapshot, _before: Snapshot, /) -> None:
        """Replace one."""
        await self._write(document_id, wanted)

    async def remove(self, document_id: str, _before: Snapshot, /) -> None:
        """Remove one."""
        await self._items.remove(document_id)

    async def describe(self, variant: str, /) -> Described:
        """Tell what an automation is made of."""
        if variant:
            return await _parts_described.described(self._home, variant)
        return Described(_FIELDS, _EXAMPLE, _NOTES)

    async def _write(self, document_id: str, wanted: Snapshot) -> None:
        body = {key: value for key, value in wanted.body.items() if key != "enabled"}
        entity_id = await self._items.write(document_id, body)
        enabled = wanted.body.get("enabled")
        state = self._home.states.get(entity_id)
        if enabled is None or (state is not None and state.state == ("on" if enabled else "off")):
            return
        await self._home.core.command(
            "call_service",
            domain="automation",
            service="turn_on" if enabled else "turn_off",
            target={"entity_id": entity_id},
        )
