"""The documents of a part of the home: read from its bodies, and written by nobody."""

from collections.abc import Sequence
from typing import Final, NoReturn

from ..home import Home, Referring, plain
from ..home.bodies import Document as Known
from ..problems import Forbidden, Invalid
from .kind import Listed, Snapshot
from .reading import Document, missing
from .store import Store

_KINDS: Final = frozenset({"automation", "script", "scene", "helper", "group"})
_WHY: Final = "this client was given a part of the home"
_FIXED: Final = f"{_WHY} and can only read it"


class StoreOfPart(Store):
    """Fits where a store is only read: what it lists is what the bodies of the part are."""

    def __init__(self, part: Home) -> None:
        """Take the part; there is no journal of it, and nothing that writes."""
        self._part = part

    def __getattr__(self, name: str) -> NoReturn:
        """Refuse what any other method of a store needs: a journal, kinds, a planner."""
        raise Forbidden(f"That is about all of the home, and {_WHY}")

    async def all(self, kind: str) -> Sequence[Listed]:
        """Return every document of a kind; raises Forbidden for what there is no part of."""
        rows = [
            Listed(one.id, one.name, one.partial, one.entity_id or "")
            for one in await self._known(kind)
        ]
        return sorted(rows, key=lambda row: row.name.casefold())

    async def referring(self, kind: str, text: str) -> Referring:
        """Refuse: what is sorted, tagged or set up is about all of the home."""
        del text
        raise Forbidden(f"The kind {kind} is about all of the home, and {_WHY}")

    async def get(self, kind: str, document_id: str) -> Document:
        """Read one, by id, entity or exact name; raises NotFound with the nearest."""
        asked = document_id.strip()
        found = [one for one in await self._known(kind) if _is_meant(one, asked)]
        if not found:
            raise missing(kind, asked, await self.all(kind))
        if len(found) > 1:
            raise Invalid(
                f"{len(found)} of the kind {kind} are named {asked!r}",
                hint="Name one of them by its id",
                what=kind,
                which=asked,
                similar=[f"{one.name} ({one.id})" for one in found],
            )
        known = found[0]
        snapshot = Snapshot(known.body, known.name, fixed=_FIXED, partial=known.partial)
        return Document(kind, known.id, snapshot)

    async def _known(self, kind: str) -> list[Known]:
        if kind not in _KINDS:
            raise Forbidden(f"The kind {kind} is about all of the home, and {_WHY}")
        await self._part.bodies.refresh_unannounced()
        return self._part.bodies.of_kind(kind)


def _is_meant(known: Known, asked: str) -> bool:
    return asked in (known.id, known.entity_id) or plain(asked) == plain(known.name)
