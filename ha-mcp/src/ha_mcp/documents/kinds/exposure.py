"""What voice assistants may use: one document for each assistant."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from ...home import Home
from ...problems import Invalid, NotFound
from .. import etags
from ..diff import pointer
from ..kind import Body, Described, Facts, FieldLine, Finding, Listed, Snapshot
from ._files import refuse_unknown
from ._forms import entity_like
from ._kept import Kept
from ._unknown import unknown

_ASSISTANTS: Final = {
    "conversation": "Assist",
    "cloud.alexa": "Alexa",
    "cloud.google_assistant": "Google Assistant",
}
_FIELDS: Final = (
    FieldLine("expose_new", "true, false", required=True, about="lights, locks, … to come"),
    FieldLine("entities", "object", required=True, about="{entity id: true} for what it may use"),
)
_KEYS: Final = tuple(field.name for field in _FIELDS)
_NOTES: Final = (
    'Change it with merge: {"entities": {"light.hall": true, "lock.front_door": null}}.'
    " An entity that is not named may not be used."
)


class ExposureKind(Kept):
    """The driver of what assistants may use."""

    facts = Facts(
        "exposure",
        "Exposure to voice assistants",
        f"an assistant: {', '.join(_ASSISTANTS)}",
        creates=False,
        removes=False,
        apart=frozenset({"entities"}),  # a new entity is let in when an assistant first asks
    )
    fixed = "each assistant has one; change what is in it"

    def __init__(self, home: Home) -> None:
        """Take the home."""
        self._home = home

    async def all(self) -> Sequence[Listed]:
        """Return the assistants with how much they may use."""
        exposed = await self._exposed()
        return [
            Listed(one, name, f"{sum(one in to for to in exposed.values())} entities")
            for one, name in _ASSISTANTS.items()
        ]

    async def get(self, document_id: str, /) -> Snapshot:
        """Read what one assistant may use."""
        if document_id not in _ASSISTANTS:
            raise NotFound.naming("exposure", document_id, _ASSISTANTS)
        exposed = await self._exposed()
        new = await self._home.core.command(
            "homeassistant/expose_new_entities/get", assistant=document_id
        )
        entities = {one: True for one in sorted(exposed) if document_id in exposed[one]}
        body = {"expose_new": new["expose_new"], "entities": entities}
        return Snapshot(body, _ASSISTANTS[document_id])

    async def prepare(
        self, wanted: Snapshot, document_id: str | None, _before: Snapshot | None, /
    ) -> Snapshot:
        """Return it without the entities that are named to say no."""
        refuse_unknown("exposure", wanted.body, _KEYS, _KEYS)
        body = etags.copied(wanted.body)
        entities = body["entities"]
        if not isinstance(body["expose_new"], bool) or not _are_flags(entities):
            raise Invalid(
                "expose_new is true or false, and entities has true or false for entity ids",
                what="body field",
                which="exposure",
            )
        allowed = {one: True for one in sorted(entities) if entities[one]}
        name = _ASSISTANTS.get(document_id or "", "")
        return Snapshot({"expose_new": body["expose_new"], "entities": allowed}, name)

    async def check(self, wanted: Snapshot, before: Snapshot | None, /) -> Sequence[Finding]:
        """Find entities that do not exist: Core would remember them."""
        known = before.body["entities"] if before else {}
        places = ((pointer("/entities", one), one) for one in wanted.body["entities"])
        return [replace(one, error=True) for one in unknown(self._home, places, known)]

    async def update(self, document_id: str, wanted: Snapshot, before: Snapshot, /) -> None:
        """Say what changes, and nothing about the rest."""
        was, shall = before.body["entities"], wanted.body["entities"]
        await self._expose(document_id, sorted(shall.keys() - was.keys()), allowed=True)
        await self._expose(document_id, sorted(was.keys() - shall.keys()), allowed=False)
        if wanted.body["expose_new"] != before.body["expose_new"]:
            await self._home.core.command(
                "homeassistant/expose_new_entities/set",
                assistant=document_id,
                expose_new=wanted.body["expose_new"],
            )

    async def describe(self, _variant: str, /) -> Described:
        """Tell what it is made of."""
        example = {"expose_new": False, "entities": {entity_like(self._home, "light"): True}}
        return Described(_FIELDS, example, _NOTES)

    async def _expose(self, assistant: str, entity_ids: list[str], *, allowed: bool) -> None:
        if entity_ids:
            await self._home.core.command(
                "homeassistant/expose_entity",
                assistants=[assistant],
                entity_ids=entity_ids,
                should_expose=allowed,
            )

    async def _exposed(self) -> dict[str, Body]:
        answer = await self._home.core.command("homeassistant/expose_entity/list")
        exposed: dict[str, Body] = answer["exposed_entities"]
        return exposed


def _are_flags(entities: Any) -> bool:
    return isinstance(entities, dict) and all(isinstance(one, bool) for one in entities.values())
