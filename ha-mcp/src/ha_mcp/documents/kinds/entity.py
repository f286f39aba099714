"""Entities as the registry keeps them: what people call them, where they are, who may see them.

What is as the integration gave it is left out. The entity id itself is changed by a rename, since
everything that names it has to follow.
"""

from collections.abc import Sequence
from typing import Any, Final

from ...home import Home
from ...problems import Invalid, NotFound, Unsupported
from .. import etags
from ..entities import Entities
from ..kind import Body, Described, Facts, FieldLine, Finding, Listed, Snapshot
from ._files import refuse_unknown

_FIELDS: Final = (
    FieldLine("name", "text", about="instead of the integration's"),
    FieldLine("area", "id or name", about="where its device is, when left out"),
    FieldLine("labels", "list of ids or names"),
    FieldLine("aliases", "list of texts", about="other names people say"),
    FieldLine("by_name", "true, false", about="whether Assist knows it by its name too"),
    FieldLine("icon", "text", about="mdi:…"),
    FieldLine("device_class", "text", about="shown as: window, outlet …"),
    FieldLine("hidden", "true, false"),
    FieldLine("disabled", "true, false"),
    FieldLine("categories", "object", about="{automation: id or name of a category}"),
    FieldLine("options", "object", about="{sensor: {display_precision: 1}}, by integration"),
    FieldLine(
        "exposed", "object", about="{conversation: true, cloud.alexa: false}; left out: stays"
    ),
)
_KEYS: Final = tuple(field.name for field in _FIELDS)
_ASSISTANTS: Final = ("conversation", "cloud.alexa", "cloud.google_assistant")
_EXPOSED: Final = "should_expose"
_UNREGISTERED: Final = (
    "it has no unique id, so Home Assistant keeps no settings of it;"
    " give one where it is configured"
)
_DISABLED_BY: Final = {"config_entry": "its integration", "device": "its device"}
_NOTES: Final = (
    "What is left out is as the integration gave it. An entity that is enabled appears when Home"
    " Assistant reloads its integration, half a minute later. Only an entity that its integration"
    " no longer provides can be removed."
)


class EntityKind:
    """The driver of entities."""

    facts = Facts(
        name="entity",
        title="Entity",
        id_about="the entity id",
        creates=False,
        beside=frozenset({"exposed"}),  # Core decides it when an assistant first asks
        apart=frozenset({"exposed"}),
        no_undo="An entity that is removed comes back only by its integration",
    )

    def __init__(self, home: Home, entities: Entities) -> None:
        """Take the home."""
        self._home = home
        self._entities = entities

    async def all(self) -> Sequence[Listed]:
        """Return every entity, those without an entry in the registry too."""
        names, known = self._home.names, self._home.registries.entities
        ids = [*known, *(one.entity_id for one in self._home.states if one.entity_id not in known)]
        return [Listed(one, names.name(one), self._about(one), one) for one in ids]

    async def get(self, document_id: str, /) -> Snapshot:
        """Read one."""
        entry = await self._entry(document_id)
        name = self._home.names.name(document_id)
        if entry is not None:
            return Snapshot(_body(entry), name)
        if document_id in self._home.states:
            return Snapshot({}, name, fixed=_UNREGISTERED)
        raise _missing(document_id)

    async def prepare(
        self, wanted: Snapshot, document_id: str | None, before: Snapshot | None, /
    ) -> Snapshot:
        """Return it with ids for names, without what is empty."""
        if before is None or document_id is None:
            raise Unsupported(
                f"The entity {document_id or ''} was removed: only its integration can bring it"
                " back",
                hint="Its settings return with it, when that happens within 30 days",
                what="entity",
                which=document_id,
            )
        body = etags.copied(wanted.body)
        refuse_unknown(self.facts.name, body, _KEYS, ())
        self._refuse_enabling(document_id, body, before.body)
        body |= await self._entities.prepared(body, "")
        body["categories"] = await self._categories(body.get("categories") or {})
        body["exposed"] = {**before.body.get("exposed", {}), **(body.get("exposed") or {})}
        return Snapshot(_said(body), self._home.names.name(document_id))

    def id_for(self, _wanted: Snapshot, /) -> str:
        """Return nothing: they are not made here."""
        return ""

    async def check(self, _wanted: Snapshot, _before: Snapshot | None, /) -> Sequence[Finding]:
        """Find nothing: Core checks when it stores."""
        return ()

    async def create(self, _wanted: Snapshot, document_id: str | None, /) -> str:
        """Refuse: integrations make entities."""
        raise Unsupported(f"The entity {document_id or ''} can only be made by its integration")

    async def update(self, document_id: str, wanted: Snapshot, before: Snapshot, /) -> None:
        """Change what differs."""
        old, new = before.body, wanted.body
        fields: Body = {
            key: new.get(key)
            for key in ("name", "icon", "device_class")
            if new.get(key) != old.get(key)
        }
        fields |= {
            f"{key}_by": "user" if new.get(key) else None
            for key in ("hidden", "disabled")
            if new.get(key) != old.get(key)
        }
        fields["area_id"] = new.get("area")
        fields["labels"] = new.get("labels", [])
        scopes = {*old.get("categories", {}), *new.get("categories", {})}
        fields["categories"] = {one: new.get("categories", {}).get(one) for one in scopes}
        if any(new.get(key) != old.get(key) for key in ("aliases", "by_name")):
            by_name = [None] if new.get("by_name", True) else []
            fields["aliases"] = [*by_name, *new.get("aliases", [])]
        await self._tell("update", document_id, **fields)
        await self._write_options(document_id, new.get("options", {}), old.get("options", {}))
        await self._write_exposed(document_id, new.get("exposed", {}), old.get("exposed", {}))
        await self._home.registries.patch_entities(self._home.core, [document_id])

    async def remove(self, document_id: str, _before: Snapshot, /) -> None:
        """Remove one that nothing provides any more."""
        await self._refuse_provided(document_id)
        await self._tell("remove", document_id)
        await self._home.registries.patch_entities(self._home.core, [document_id])

    async def describe(self, _variant: str, /) -> Described:
        """Tell what the registry keeps."""
        registries = self._home.registries
        example: Body = {"name": "Reading lamp"}
        for area in list(registries.areas)[:1]:
            example["area"] = area
        for label in list(registries.labels)[:1]:
            example["labels"] = [label]
        return Described(_FIELDS, example, _NOTES)

    async def _entry(self, entity_id: str) -> Body | None:
        found: dict[str, Body | None] = await self._home.core.command(
            "config/entity_registry/get_entries", entity_ids=[entity_id]
        )
        return found.get(entity_id)

    async def _tell(self, verb: str, entity_id: str, **fields: Any) -> None:
        await self._home.core.command(
            f"config/entity_registry/{verb}", entity_id=entity_id, **fields
        )

    async def _write_options(self, entity_id: str, new: Body, old: Body) -> None:
        for domain in sorted({*new, *old}):
            if new.get(domain) != old.get(domain):
                await self._tell(
                    "update", entity_id, options_domain=domain, options=new.get(domain)
                )

    async def _write_exposed(self, entity_id: str, new: Body, old: Body) -> None:
        for assistant, exposed in new.items():
            if exposed != old.get(assistant):
                await self._home.core.command(
                    "homeassistant/expose_entity",
                    assistants=[assistant],
                    entity_ids=[entity_id],
                    should_expose=exposed,
                )

    async def _refuse_provided(self, entity_id: str) -> None:
        state = self._home.states.get(entity_id)
        entry = self._home.registries.entities.get(entity_id)
        provided = state is not None and not state.attributes.get("restored")
        if entry is not None and entry.config_entry_id and not provided:
            known = await self._home.core.command(
                "config_entries/get_single", entry_id=entry.config_entry_id
            )
            provided = known["config_entry"]["state"] != "loaded"  # nobody knows what it will make
        if provided or (entry is not None and entry.disabled_by):
            platform = entry.platform if entry else "its integration"
            raise Unsupported(
                f"{entity_id} belongs to {platform}, which would make it again",
                hint="Hide or disable it; or remove what makes it",
                what="entity",
                which=entity_id,
            )

    async def _categories(self, wanted: Body) -> Body:
        return {
            scope: (await self._entities.prepared({"category": one}, scope))["category"]
            for scope, one in wanted.items()
            if one
        }

    def _refuse_enabling(self, entity_id: str, new: Body, old: Body) -> None:
        entry = self._home.registries.entities.get(entity_id)
        by = _DISABLED_BY.get((entry.disabled_by if entry else "") or "")
        if by and old.get("disabled") and not new.get("disabled"):
            raise Invalid(
                f"{entity_id} is disabled because {by} is: enable that",
                what="field",
                which="disabled",
            )

    def _about(self, entity_id: str) -> str:
        registries = self._home.registries
        entry = registries.entities.get(entity_id)
        if entry is None:
            return "no unique id"
        area = registries.areas.get(registries.area_of(entity_id) or "")
        marks = ("disabled" if entry.disabled_by else "", "hidden" if entry.hidden_by else "")
        return " ".join(filter(None, (entry.platform, area.name if area else "", *marks)))


def _body(entry: Body) -> Body:
    """Return what the registry says of an entity, in the words of a body."""
    options: Body = entry.get("options") or {}
    aliases: list[str | None] = entry.get("aliases") or []
    own = {
        domain: {key: value for key, value in said.items() if key != _EXPOSED}
        for domain, said in options.items()
        if not domain.endswith(".private")  # integrations' own notes
    }
    body = {
        "name": entry["name"],
        "area": entry["area_id"],
        "labels": entry["labels"],
        "aliases": [one for one in aliases if one is not None],
        "by_name": None if None in aliases else False,
        "icon": entry["icon"],
        "device_class": entry["device_class"],
        "hidden": entry["hidden_by"] is not None,
        "disabled": entry["disabled_by"] is not None,
        "categories": entry["categories"],
        "options": own,
        "exposed": {
            one: options[one][_EXPOSED] for one in _ASSISTANTS if _EXPOSED in options.get(one, {})
        },
    }
    return _said(body)


def _said(body: Body) -> Body:
    """Leave out what is as the integration gave it."""
    if "options" in body:
        body["options"] = {key: one for key, one in (body["options"] or {}).items() if one}
    if body.get("labels"):
        body["labels"] = sorted(body["labels"])
    said = {key: body[key] for key in _KEYS if body.get(key)}
    return said | ({"by_name": False} if body.get("by_name") is False else {})


def _missing(entity_id: str) -> NotFound:
    return NotFound(f"There is no entity {entity_id!r}", what="entity", which=entity_id)
