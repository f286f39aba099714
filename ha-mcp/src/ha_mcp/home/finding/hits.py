"""The rows of a search, made when somebody looks at them."""

from collections.abc import Sequence
from typing import overload, override

from msgspec import Struct

from ..bodies import Bodies
from ..references.walk import why
from ..registries import Registries
from ..states import States
from .index import Index
from .portraits import Thing
from .ranking import Ranking


class Hit(Struct, frozen=True):
    """One thing that was found, with what a reader needs to know of it."""

    type: str  # entity, device, area, floor, label, or a kind such as automation or helper
    id: str  # the entity id where there is one
    name: str
    score: float
    state: str | None = None  # with its unit
    area: str | None = None  # the name
    device_class: str | None = None
    note: str = ""  # hidden, disabled, config, diagnostic
    why: str = ""  # where in its body it stands, when only the body has it
    document: tuple[str, str] | None = None  # kind and id of the body behind it


class Hits(Sequence[Hit]):
    """Hits in their order."""

    def __init__(
        self,
        index: Index,
        states: States,
        registries: Registries,
        bodies: Bodies,
        ranking: Ranking,
        order: list[tuple[float, int]],
    ) -> None:
        """Take the order and what rows are made of."""
        self._things = index.things
        self._states = states
        self._registries = registries
        self._bodies = bodies
        self._ranking = ranking
        self._order = order

    @override
    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, at: int) -> Hit: ...

    @overload
    def __getitem__(self, at: slice) -> list[Hit]: ...

    @override
    def __getitem__(self, at: int | slice) -> Hit | list[Hit]:
        if isinstance(at, slice):
            return [self._hit(*one) for one in self._order[at]]
        return self._hit(*self._order[at])

    def _hit(self, score: float, number: int) -> Hit:
        thing = self._things[number] or Thing("gone", "", "", (), 1)  # it went since the search
        state = self._states.get(thing.id)
        area = self._registries.areas.get(self._area_of(thing) or "")
        return Hit(
            thing.type,
            thing.id,
            thing.name,
            score,
            state.shown if state else None,
            area.name if area and thing.type != "area" else None,
            state.device_class if state else None,
            thing.shy,
            self._why(thing, number),
            thing.document,
        )

    def _area_of(self, thing: Thing) -> str | None:
        if thing.type == "device":
            return self._registries.area_of_device(thing.id)
        return self._registries.area_of(thing.id)

    def _why(self, thing: Thing, number: int) -> str:
        words = self._ranking.only_in_body(number)
        document = self._bodies.get(*thing.document) if thing.document else None
        return why(document.body, words) if document is not None and words else ""
