"""Helpers that are config entries: what their options form shows, and what they follow."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from ...problems import NotFound, Problem, Unreachable, Unsupported
from ..kinds import FLOW_HELPERS
from ..wire import Rest
from .document import Document, Known, Reading, Source, Unread

_FORMS = "config/config_entries/options/flow"
_AT_ONCE = 4
_IDS = re.compile(rb"[a-z_]+\.[a-z0-9_]+")
_HELPERS = frozenset({*FLOW_HELPERS, "group"})
_NOT_TOLD = "its options could not be read ({reason}); only what its entities tell"


class _Entry(Struct):
    entry_id: str
    domain: str
    title: str = ""
    modified_at: float = 0.0
    supports_options: bool = False
    disabled_by: str | None = None


class _Field(Struct):
    name: str = ""
    default: Any = None
    description: Any = None
    schema: list["_Field"] = []  # of a section

    @property
    def value(self) -> Any:
        """The current value."""
        if self.schema:
            return {field.name: field.value for field in self.schema}
        shown = self.description if isinstance(self.description, dict) else {}
        return shown.get("suggested_value", self.default)


class _Form(Struct):
    flow_id: str = ""
    type: str = ""
    data_schema: list[_Field] | None = None


class FlowHelperReader:
    """Reads helper entries; the form of one is opened only when the entry changed, and closed."""

    events = frozenset[str]()

    def owns(self, document: Document) -> bool:
        """Tell whether a document is a helper with an entry: its id has no domain."""
        return document.kind == "helper" and "." not in document.id

    def concerned(self, _event: Mapping[str, Any], /) -> bool:
        """No event is about these."""
        return False

    async def read(self, source: Source, known: Known, /) -> Reading:
        """Read all entries of helper integrations."""
        try:
            entries = await source.core.fetch(
                "config_entries/get", list[_Entry], type_filter=["helper"]
            )
        except Unsupported:
            return Reading()
        except Unreachable:
            raise
        except Problem as problem:
            return Reading(unread=[Unread("helper", "", problem.message)])
        followed = _entities_by_entry(source)
        gate = asyncio.Semaphore(_AT_ONCE)
        wanted = [one for one in entries if one.domain in _HELPERS]
        documents = await asyncio.gather(
            *(_one(source, one, followed.get(one.entry_id, []), known, gate) for one in wanted)
        )
        return Reading(list(documents))


async def _one(
    source: Source,
    entry: _Entry,
    entity_ids: list[str],
    known: Known,
    gate: asyncio.Semaphore,
) -> Document:
    before = known.get(("helper", entry.entry_id))
    if before is not None and before.version == entry.modified_at and not before.partial:
        options, partial = before.body.get("options"), ""
    else:
        async with gate:
            options, partial = await _options(source.rest, entry)
    body = {
        "type": entry.domain,
        "title": entry.title,
        "options": options,
        "entities": dict(_followed(source, entity_ids)),
    }
    return Document(
        "helper",
        entry.entry_id,
        entry.title or entry.domain,
        msgspec.json.encode({key: value for key, value in body.items() if value}),
        entity_ids[0] if entity_ids else None,
        partial,
        entry.modified_at,
    )


async def _options(rest: Rest | None, entry: _Entry) -> tuple[dict[str, Any] | None, str]:
    """Open the options form, read it and close it again: nothing changes."""
    if not entry.supports_options:
        return None, ""
    if entry.disabled_by or rest is None:
        return None, _NOT_TOLD.format(reason="it is disabled" if entry.disabled_by else "no HTTP")
    try:
        form = msgspec.convert(await rest.post_json(_FORMS, {"handler": entry.entry_id}), _Form)
        if form.flow_id:
            await _close(rest, form.flow_id)
    except Unreachable:
        raise
    except Problem as problem:
        return None, _NOT_TOLD.format(reason=problem.message)
    if form.type != "form":
        return None, _NOT_TOLD.format(reason=f"its first step is a {form.type}")
    return {field.name: field.value for field in form.data_schema or () if field.name}, ""


async def _close(rest: Rest, flow_id: str) -> None:
    try:
        await rest.delete(f"{_FORMS}/{flow_id}")
    except NotFound:
        return  # it had ended by itself


def _entities_by_entry(source: Source) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entity_id, entry in source.registries.entities.items():
        if entry.config_entry_id and entry.platform in _HELPERS:
            found.setdefault(entry.config_entry_id, []).append(entity_id)
    return found


def _followed(source: Source, entity_ids: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what the attributes of a helper's entities say about other entities."""
    for entity_id in entity_ids:
        state = source.states.get(entity_id)
        if state is None or not _IDS.search(state.raw_attributes):
            continue
        told = {
            name: value
            for name, value in state.attributes.items()
            if name in ("entity_id", "entity_ids", "source", "source_entity", "observations")
        }
        if told:
            yield entity_id, told
