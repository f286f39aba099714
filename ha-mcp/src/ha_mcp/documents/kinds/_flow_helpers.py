"""Helpers that are config entries: made by a config flow, changed by an options flow.

Home Assistant tells of them what their options form shows; what only their first setup asked for
is known as long as the journal has it. They come back under a new id.
"""

from dataclasses import replace
from typing import Final

from msgspec import Struct

from ...home import Home
from ...home.kinds import FLOW_HELPERS
from ...problems import Forbidden, Invalid, NotFound, Rejected
from ..entities import SIDE, Entities
from ..kind import Body, Described, Finding, Listed, Snapshot
from . import _flows, _forms
from ._stored_helpers import SCOPE

TYPES: Final = (*FLOW_HELPERS, "group")
_WITH_MENU: Final = ("template", "group", "random")
_WITHOUT_FORM: Final = "Only reading is allowed here, so this is told without types and example."
_PARTIAL: Final = "Home Assistant tells only what can be changed later, not the whole setup"


class _Entry(Struct):
    entry_id: str
    domain: str
    title: str = ""
    supports_options: bool = False
    disabled_by: str | None = None
    state: str = ""


class FlowHelpers:
    """The driver of all types of helpers that are config entries."""

    def __init__(self, home: Home, entities: Entities) -> None:
        """Take the home."""
        self._home = home
        self._entities = entities

    async def all(self) -> list[Listed]:
        """Return the helpers of all types."""
        return [
            Listed(
                one.entry_id,
                one.title,
                one.domain if one.state == "loaded" else f"{one.domain} {one.state}",
                self._entities.of_entry(one.entry_id),
            )
            for one in await self._entries()
        ]

    async def get(self, document_id: str) -> Snapshot:
        """Read one."""
        entry = await self._entry(document_id)
        entity_id = self._entities.of_entry(document_id)
        options, asked, called = await self._options(entry)
        side = await self._entities.side(entity_id, SCOPE)
        chosen = called or entity_id.partition(".")[0]
        menu = f"/{chosen}" if entry.domain in _WITH_MENU and chosen else ""
        return Snapshot(
            {"name": entry.title, **options, **side},
            entry.title,
            f"{entry.domain}{menu}",
            ties={"entity_id": entity_id},
            partial=_PARTIAL,
            told=frozenset({"name", *asked, *SIDE}),
        )

    async def prepare(self, wanted: Snapshot, before: Snapshot | None) -> Snapshot:
        """Return it with ids for names; the form of a new one says what it needs."""
        if before is not None and not wanted.body.get("name"):
            which = f"helper {wanted.variant}"
            raise Invalid(
                f"A body of the kind {which} needs the field 'name'",
                what="body field",
                which=which,
            )
        side = await self._entities.prepared(wanted.body, SCOPE)
        own = {
            key: value
            for key, value in wanted.body.items()
            if key not in SIDE and value is not None
        }
        return replace(wanted, body={**own, **side}, name=str(own.get("name", "")))

    async def check(self, wanted: Snapshot) -> list[Finding]:
        """Open the first form and compare its fields; nothing is made."""
        handler, *choices = wanted.variant.split("/")
        async with _flows.started(self._home.rest, _flows.CONFIG, handler) as step:
            form = await _flows.into_form(self._home.rest, _flows.CONFIG, step, choices)
            _flows.filled(form, wanted.body)
        return []

    async def create(self, wanted: Snapshot) -> str:
        """Walk through the setup; its last step makes the entry."""
        handler, *choices = wanted.variant.split("/")
        own = {key: value for key, value in wanted.body.items() if key not in SIDE}
        rest = self._home.rest
        async with (
            self._entities.noticing() as heard,
            _flows.started(rest, _flows.CONFIG, handler) as step,
        ):
            was_there = bool(wanted.ties)
            made, left = await _flows.walk(rest, _flows.CONFIG, step, own, choices, spare=was_there)
            await self._complete(made, own, left)
            await heard.until(lambda: self._entities.of_entry(made.entry_id))
        entity_id = await self._renamed(made.entry_id, wanted)
        await self._entities.write_side(entity_id, SCOPE, wanted.body)
        return made.entry_id

    async def update(self, document_id: str, wanted: Snapshot, before: Snapshot) -> None:
        """Change its name and options, load it anew, set its side."""
        if wanted.body.get("name") != before.body.get("name"):
            await self._home.core.command(
                "config_entries/update", entry_id=document_id, title=wanted.body.get("name")
            )
        if _own(wanted.body) != _own(before.body):
            rest = self._home.rest
            async with _flows.started(rest, _flows.OPTIONS, document_id) as step:
                await _flows.walk(rest, _flows.OPTIONS, step, _changeable(wanted, before), [])
            await self._reload(document_id)
        entity_id = self._entities.of_entry(document_id)
        await self._entities.write_side(entity_id, SCOPE, wanted.body)

    async def remove(self, document_id: str) -> None:
        """Remove one with its entities."""
        async with self._entities.noticing():
            await self._home.rest.delete(f"config/config_entries/entry/{document_id}")

    async def describe(self, variant: str) -> Described:
        """Tell the fields of a type, from its form where one may be opened."""
        try:
            return await self._from_form(variant)
        except Forbidden:  # opening a form is more than reading, where only that is allowed
            handler, _, choice = variant.partition("/")
            fields = list((await self._texts(handler)).further(set(), choice))
            return Described(fields, {}, _WITHOUT_FORM)

    async def _from_form(self, variant: str) -> Described:
        """Open the first form of a type, and close it again."""
        handler, *choices = variant.split("/")
        rest = self._home.rest
        async with _flows.started(rest, _flows.CONFIG, handler) as step:
            if step.type == "menu" and not choices:
                notes = f"Choose: {', '.join(f'{handler}/{one}' for one in step.choices)}"
                return Described((), {}, notes)
            form = await _flows.into_form(rest, _flows.CONFIG, step, choices)
        texts = await self._texts(handler)
        fields = list(_forms.lines(form, texts))
        notes = "a/b: the key b of the object a." if any("/" in one.name for one in fields) else ""
        if not form.last:
            fields += texts.further({one.name for one in fields})
            notes += " Those without a type are asked for in further forms, as far as they fit."
        return Described(fields, _forms.example(self._home, variant, form), notes.strip())

    async def _texts(self, handler: str) -> _forms.Texts:
        """Return what Core says about the fields, in English."""
        answer = await self._home.core.command(
            "frontend/get_translations", language="en", category="config", integration=[handler]
        )
        return _forms.Texts(handler, answer["resources"])

    async def _complete(self, made: _flows.Step, own: Body, left: Body) -> None:
        """Set what the setup did not ask for: the name, and what only the options form has."""
        if own.get("name", made.title) != made.title:
            await self._home.core.command(
                "config_entries/update", entry_id=made.entry_id, title=own["name"]
            )
        if not left.keys() - {"name"}:
            return
        rest = self._home.rest
        async with _flows.started(rest, _flows.OPTIONS, made.entry_id) as step:
            known = {one.name: own[one.name] for one in step.fields if one.name in own}
            await _flows.walk(rest, _flows.OPTIONS, step, known, [], spare=True)
        await self._reload(made.entry_id)

    async def _reload(self, entry_id: str) -> None:
        await self._home.rest.post_json(f"config/config_entries/entry/{entry_id}/reload", {})

    async def _renamed(self, entry_id: str, wanted: Snapshot) -> str:
        """Give back the entity id it had; returns the one it has."""
        entity_id, old = self._entities.of_entry(entry_id), str(wanted.ties.get("entity_id", ""))
        if not old or not entity_id or entity_id == old:
            return entity_id
        try:
            async with self._entities.noticing():
                await self._home.core.command(
                    "config/entity_registry/update", entity_id=entity_id, new_entity_id=old
                )
        except (Invalid, Rejected):
            return entity_id  # somebody else has it now
        return old

    async def _entries(self) -> list[_Entry]:
        entries = await self._home.core.fetch(
            "config_entries/get", list[_Entry], type_filter=["helper"]
        )
        return [one for one in entries if one.domain in TYPES]

    async def _entry(self, entry_id: str) -> _Entry:
        for one in await self._entries():
            if one.entry_id == entry_id:
                return one
        raise NotFound(f"There is no helper {entry_id!r}", what="helper", which=entry_id)

    def _mirrored(self, entry_id: str) -> Body:
        """Return the options that the mirror read, when it was allowed to."""
        document = self._home.bodies.get("helper", entry_id)
        return dict((document.body.get("options") if document else None) or {})

    async def _options(self, entry: _Entry) -> tuple[Body, set[str], str]:
        """Return what the options form shows, which fields it has, and what it is called."""
        if not entry.supports_options or entry.disabled_by:
            return {}, set(), ""
        called = ""
        try:
            async with _flows.started(self._home.rest, _flows.OPTIONS, entry.entry_id) as step:
                called = step.step_id
                values = {one.name: _value(one) for one in step.fields if one.name}
        except Forbidden:  # opening a form is more than reading, where only that is allowed
            values = self._mirrored(entry.entry_id)
        told = {key: value for key, value in values.items() if value is not None}
        return told, set(values), called


def _value(field: _flows.FormField) -> object:
    if not field.fields:
        return field.value
    inner = {one.name: one.value for one in field.fields if one.value is not None}
    return inner or None


def _own(body: Body) -> Body:
    return {key: value for key, value in body.items() if key not in (*SIDE, "name")}


def _changeable(wanted: Snapshot, before: Snapshot) -> Body:
    """Return what the options form is told: what is unknown to it must not have changed."""
    unchanged = {key for key, value in before.body.items() if wanted.body.get(key) == value} - (
        before.told or frozenset()
    )
    return {key: value for key, value in _own(wanted.body).items() if key not in unchanged}
