"""Items that Core keeps in a YAML file of their own: automations, scripts, scenes.

Core's editor for them stores first and loads afterwards; what is defined anywhere else (packages,
``!include_dir_*``) is loaded but out of its reach. Core reads the whole file for each item that is
asked for, 100 ms where there are 200, and tells what it has loaded in one. So an item that was
loaded as it is stored is read from what is loaded as long as that stays the same. Before it is
written, the file must be the version that was read; where that cannot be told, and of another
version, the item is looked at in the file once more.
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from types import NoneType
from typing import Final

from ...home import FileVersion, Home
from ...problems import Conflict, Invalid, NotFound, Problem, Rejected, Unsupported, nearest
from ..entities import SIDE, Entities, Heard
from ..etags import etag_of
from ..kind import Body, Listed, Snapshot
from ._reloading import load, loading

_FRESH: Final = 1.0  # seconds for which a look at a file without a version counts: the same call
_TEXTS: Final = frozenset({"name", "alias", "title", "summary", "url", "description", "icon"})
_ELSEWHERE: Final = (
    "it is not in {file}, which is all that can be edited here: it stands in a package, in"
    " another included file, or has no id"
)
_UNREADABLE: Final = "Home Assistant cannot edit {file} ({reason}); a !secret in it is one cause"


@dataclass(frozen=True, slots=True)
class _Proof:
    """That an item was loaded as it was stored."""

    mark: str
    at: float  # seconds since 1970
    file: FileVersion | None  # before it was read, or after it was written


class Items:
    """The items of one file."""

    def __init__(self, home: Home, entities: Entities, domain: str, platform: str = "") -> None:
        """Take the domain, which names the file: ``automations.yaml``.

        The platform of its entities is the domain unless it is said.
        """
        self._home = home
        self._entities = entities
        self._domain = domain
        self._platform = platform or domain
        self._file = f"{domain}s.yaml"
        self._path = f"config/{domain}/config/"
        self._proven: dict[str, _Proof] = {}  # of each item that is loaded as it is stored

    def all(self) -> list[Listed]:
        """Return all items, those of other files too."""
        ids = {entity: uid for uid, entity in self._entities.all_of(self._platform).items()}
        ids |= {
            state.entity_id: str(state.attributes.get("id") or state.entity_id)
            for state in self._home.states
            if state.domain == self._domain and state.entity_id not in ids
        }
        return sorted(
            (self._listed(entity_id, item_id) for entity_id, item_id in ids.items()),
            key=lambda row: row.name.casefold(),
        )

    def entity_of(self, item_id: str) -> str:
        """Return the entity of an item; empty when it has none."""
        known = self._entities.of(self._platform, item_id)
        return known or (item_id if item_id in self._home.states else "")

    async def read(self, item_id: str) -> Snapshot:
        """Read an item with its entity's side; raises NotFound."""
        entity_id = self.entity_of(item_id)
        body, fixed = await self._stored(item_id, entity_id)
        side = await self._entities.side(entity_id, self._domain)
        name = str(body.get("alias") or body.get("name") or "")
        return Snapshot({**body, **side}, name or self._home.names.name(entity_id), fixed=fixed)

    async def look_ahead(self, item_id: str) -> None:
        """Look at the file while a write of the item is planned; ``write`` then need not.

        What the file says otherwise is left to ``write``, which looks again and refuses.
        """
        proof, at, file = self._proven.get(item_id), self._home.now(), self._version()
        if proof is None or (file is not None and file == proof.file):
            return
        with suppress(Problem):
            stored: Body = await self._home.rest.get_json(f"{self._path}{item_id}")
            if _mark(stored) == proof.mark and self._proven.get(item_id) is proof:
                self._proven[item_id] = _Proof(proof.mark, at, file)

    async def write(self, item_id: str, body: Body) -> str:
        """Store an item, wait until it is loaded, set its side; returns its entity."""
        own = {key: value for key, value in body.items() if key not in SIDE}
        known, mark = self.entity_of(item_id), _mark(own)
        await self._refuse_changed(item_id)
        async with (
            self._entities.noticing() as heard,
            loading(self._home.core, self._domain) as ending,
        ):
            await self._home.rest.post_json(f"{self._path}{item_id}", own)
            file = self._version()  # at once: who edits the file while it is loaded makes another
            await ending.end(item_id, partial(self._is_loaded, item_id, mark, heard))
            # It counts if it is what has been loaded now.
            self._proven[item_id] = _Proof(mark, self._home.now(), file)
        entity_id = self.entity_of(item_id)
        if not entity_id and not known:
            await self._home.rest.delete(f"{self._path}{item_id}")
            raise Unsupported(
                f"Home Assistant does not load {self._file}, so it was taken out again",
                hint=f"configuration.yaml needs {self._domain}: !include {self._file}",
            )
        await self._entities.write_side(entity_id, self._domain, body)
        return entity_id

    async def remove(self, item_id: str) -> None:
        """Remove an item and its entity."""
        await self._refuse_changed(item_id)
        async with self._entities.noticing():
            await self._home.rest.delete(f"{self._path}{item_id}")
            await load(
                self._home.core, self._domain, item_id
            )  # Core itself only forgets the entity

    async def _stored(self, item_id: str, entity_id: str) -> tuple[Body, str]:
        """Return the body as it is stored, or as it is loaded with why it cannot be edited."""
        if entity_id and (proof := self._proven.get(item_id)):
            loaded = await self._if_loaded(entity_id)
            if _mark(loaded) == proof.mark:
                return loaded, ""
        file = self._version()
        try:
            body: Body = await self._home.rest.get_json(f"{self._path}{item_id}")
        except NotFound:
            fixed = _ELSEWHERE.format(file=self._file)
        except Rejected as problem:
            fixed = _UNREADABLE.format(file=self._file, reason=problem.message)
        else:
            self._proven.pop(item_id, None)
            if entity_id and (mark := _mark(body)) == _mark(await self._if_loaded(entity_id)):
                self._proven[item_id] = _Proof(mark, self._home.now(), file)
            return body, ""
        self._proven.pop(item_id, None)
        if not entity_id:
            raise NotFound(
                f"There is no {self._domain} {item_id!r}", what=self._domain, which=item_id
            )
        return await self._loaded(entity_id), fixed

    def _version(self) -> FileVersion | None:
        return self._home.config_dir.version(self._file)

    def _counts(self, proof: "_Proof") -> bool:
        """Tell whether the file still says what it was proven to say."""
        if proof.file is None:
            return self._home.now() - proof.at < _FRESH
        return proof.file == self._version()

    async def _refuse_changed(self, item_id: str) -> None:
        """Raise Conflict when the file says something else than what is loaded."""
        proof = self._proven.pop(item_id, None)
        if proof is None or self._counts(proof):
            return  # without a proof, it was read from the file itself, a moment ago
        try:
            stored: Body = await self._home.rest.get_json(f"{self._path}{item_id}")
        except NotFound:
            raise Unsupported(_ELSEWHERE.format(file=self._file)) from None
        if _mark(stored) != proof.mark:
            raise Conflict(
                f"The {self._domain} {item_id!r} was changed in {self._file} and is not loaded"
                " yet: nothing written",
                hint="Read it again and decide anew",
                what=self._domain,
                which=item_id,
                document=True,
            )

    async def _is_loaded(self, item_id: str, mark: str, heard: Heard) -> bool:
        """Tell whether the body of a mark is loaded; a new item has its entity only now."""
        await heard.mirror()
        entity_id = self.entity_of(item_id)
        return bool(entity_id) and _mark(await self._if_loaded(entity_id)) == mark

    async def _if_loaded(self, entity_id: str) -> Body:
        """Return what is loaded; nothing for an entity that is disabled."""
        try:
            return await self._loaded(entity_id)
        except NotFound:
            return {}

    async def _loaded(self, entity_id: str) -> Body:
        try:
            answer = await self._home.core.command(f"{self._domain}/config", entity_id=entity_id)
        except NotFound:
            raise
        except Problem:
            return {}  # scenes are not told
        return answer.get("config") or {}

    def _listed(self, entity_id: str, item_id: str) -> Listed:
        area = self._home.registries.areas.get(self._home.registries.area_of(entity_id) or "")
        state = self._home.states.get(entity_id)
        shown = [state.state if state and state.state in ("off", "unavailable") else ""]
        shown.append(area.name if area else "")
        return Listed(
            item_id, self._home.names.name(entity_id), " ".join(filter(None, shown)), entity_id
        )


def _mark(body: Body) -> str:
    """Return the mark of a body as it is stored, or as it is loaded."""
    return etag_of(body, ("id",))


def own_id(body: Body, document_id: str | None) -> Body:
    """Return a body without its id; raises Invalid when that is another one."""
    said = body.get("id")
    if said is not None and document_id is not None and str(said) != document_id:
        raise Invalid(
            f"The id in the body is {said!r}, but {document_id!r} is addressed",
            hint="Leave the id out of the body",
            what="field",
            which="id",
        )
    return {key: value for key, value in body.items() if key != "id"}


def refuse_unknown(kind: str, body: Body, known: tuple[str, ...], needed: tuple[str, ...]) -> None:
    """Raise Invalid for a key that does not exist, is missing, or is a name and no text."""
    for key in body:
        if key not in known:
            raise Invalid(
                f"A body of the kind {kind} has no field {key!r}",
                hint=f"Fields: {', '.join(known)}",
                what="body field",
                which=kind,
                similar=nearest(key, known, limit=3),
            )
    for key in needed:
        if body.get(key) in (None, ""):
            raise Invalid(
                f"A body of the kind {kind} needs the field {key!r}",
                what="body field",
                which=kind,
            )
    for key in _TEXTS.intersection(body):
        if not isinstance(body[key], (str, int, float, NoneType)):
            raise Invalid(f"{key} has to be a text", what="body field", which=kind)
