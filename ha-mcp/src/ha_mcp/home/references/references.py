"""Who names this: every place in the bodies of a home that refers to something."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from ...problems import Forbidden, Unreachable, Unsupported
from ..bodies import Bodies, Document, Unread
from ..kinds import kind_of
from ..names import Names
from ..registries import Registries
from ..states import States
from ..wire import Core
from .made import made_of
from .mentions import Mention, Mentions, mentions, named_entities
from .reference import Reference
from .subjects import SORTS, Subject, Subjects

NOT_SEARCHED: Final = (
    "options of integrations other than helpers",
    "YAML files other than automations, scripts, scenes and dashboards",
    "what runs outside Home Assistant, such as Node-RED or AppDaemon",
)
"""Where nobody can look over Core's interface."""
_STRATEGY: Final = "strategy"


class Referring(Struct):
    """All places found, what belongs to the thing, and what could not be searched."""

    sort: str  # what it is: entity, device, area, floor, label, or a kind
    id: str
    name: str
    references: list[Reference]
    members: dict[str, int] = {}  # how many entities, devices and areas are in or carry it
    unreachable: list[Unread] = []


class References:
    """Finds references by an index of ids; the bodies are walked only for the places."""

    def __init__(
        self, core: Core, states: States, registries: Registries, bodies: Bodies, names: Names
    ) -> None:
        """Take what names things; the index of ids follows the bodies."""
        self._core = core
        self._registries = registries
        self._bodies = bodies
        self._names = names
        self._mentions = Mentions(bodies)
        self._subjects = Subjects(states, registries, bodies, names)

    async def to(self, text: str, *, kind: str | None = None) -> Referring:
        """Return every place that names a thing, given by its id or exact name.

        Raises NotFound with the nearest, and Invalid when the id means several things.
        """
        unreachable = await self._refreshed()
        subject = self._subjects.one(text.strip(), kind_of(kind) if kind else None)
        found = [*self._in_registries(subject), *self._in_bodies(subject)]
        if subject.sort == "entity":
            found += await self._exposed(subject.id)
        if subject.sort == "blueprint":
            known = {one.entity_id for one in found}
            made = await made_of(self._core, self._bodies, subject)
            found += [one for one in made if one.entity_id not in known]
        if (
            not found
            and subject.sort == "entity"
            and not self._subjects.exists("entity", subject.id)
        ):
            self._names.entity(subject.id)  # raises NotFound with the nearest
        return Referring(
            subject.sort,
            subject.id,
            subject.name,
            found,
            self._members(subject),
            [*unreachable, *self._unreachable()],
        )

    async def _refreshed(self) -> list[Unread]:
        """Read again what changes without an event; while that is not possible, say so."""
        try:
            await self._bodies.refresh_unannounced()
        except Unreachable as problem:
            return [Unread("", "", f"this is how it was before: {problem.message}")]
        return []

    def of(self, document: Document) -> list[Mention]:
        """Return the things a document names that exist, and the entities that do not.

        What exists is told by ``knows``.
        """
        known = [one for one in mentions(document.body) if self.knows(one)]
        missing = [one for one in named_entities(document.body) if not self.knows(one)]
        return known + missing

    def knows(self, mention: Mention) -> bool:
        """Tell whether what is mentioned exists."""
        return self._subjects.exists(mention.sort, mention.id)

    def _in_bodies(self, subject: Subject) -> Iterator[Reference]:
        ids = {*subject.direct, *(named for _, named in subject.through)}
        keys = {key for named in ids for key in self._mentions.documents(named)}
        for document in self._bodies:
            if document.key not in keys or document.entity_id == subject.id:
                continue
            places: dict[str, str] = {}
            for mention in mentions(document.body):
                how = _how(subject, mention)
                if how is not None and not (mention.path in places and how):
                    places[mention.path] = how
            for path, how in places.items():
                yield Reference(*document.key, document.name, path, how, document.entity_id)

    def _in_registries(self, subject: Subject) -> Iterator[Reference]:
        """Yield the areas that show an entity as their thermometer or hygrometer."""
        for area in self._registries.areas.values():
            for path in ("temperature_entity_id", "humidity_entity_id"):
                if subject.id == getattr(area, path):
                    yield Reference("area", area.area_id, area.name, f"/{path}")

    async def _exposed(self, entity_id: str) -> list[Reference]:
        """Return the voice assistants that may use an entity."""
        try:
            answer = await self._core.fetch("homeassistant/expose_entity/list", _Exposure)
        except (Forbidden, Unreachable, Unsupported):
            return []
        exposed = answer.exposed_entities.get(entity_id, {})
        return [
            Reference("exposure", assistant, assistant, "", "may be used by voice")
            for assistant, may in exposed.items()
            if may
        ]

    def _members(self, subject: Subject) -> dict[str, int]:
        registries = self._registries
        belongs = {
            "device": lambda entity_id: registries.entities[entity_id].device_id,
            "area": registries.area_of,
        }
        counts: dict[str, int] = {}
        if subject.sort in belongs:
            of = belongs[subject.sort]
            counts["entity"] = sum(of(one) == subject.id for one in registries.entities)
        if subject.sort == "area":
            of_device = registries.area_of_device
            counts["device"] = sum(of_device(one) == subject.id for one in registries.devices)
        if subject.sort == "floor":
            counts["area"] = sum(one.floor_id == subject.id for one in registries.areas.values())
        if subject.sort == "label":
            for sort, rows in (
                ("entity", registries.entities),
                ("device", registries.devices),
                ("area", registries.areas),
            ):
                counts[sort] = sum(subject.id in row.labels for row in rows.values())
        return {sort: count for sort, count in counts.items() if count}

    def _unreachable(self) -> list[Unread]:
        found = list(self._bodies.unread)
        for document in self._bodies:
            if document.key in self._mentions.building:
                found.append(Unread(*document.key, "its templates put entity ids together"))
            elif _STRATEGY in document.partial or "options" in document.partial:
                found.append(Unread(*document.key, document.partial))
        return found


class _Exposure(Struct):
    exposed_entities: dict[str, dict[str, bool]] = {}


def _how(subject: Subject, mention: Mention) -> str | None:
    """Say how a mention means the subject: by its id (empty), otherwise, or not at all (None)."""
    if mention.id in subject.direct and mention.sort in ("", subject.sort):
        if not mention.template and not mention.sort and mention.id != subject.id:
            return None  # a name means something in templates only
        return "in a template" if mention.template else ""
    for sort in (mention.sort,) if mention.sort else SORTS:
        how = subject.through.get((sort, mention.id))
        if how is not None:
            return how
    return None
