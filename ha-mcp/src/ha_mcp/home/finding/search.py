"""Finding things of the home by words, filters and states; the likeliest first."""

from typing import Final

from msgspec import Struct

from ...problems import Invalid
from ..bodies import Bodies
from ..names import Names
from ..registries import Registries
from ..states import States
from .conditions import Condition, parse
from .filters import Filters, OneOrMany, read_filters
from .hits import Hits
from .index import Index
from .matching import match
from .query import understand
from .ranking import Asked, Ranking
from .words import Word, spellings, split

_NOT_READ: Final = (
    "bodies of automations, scripts, scenes, dashboards and helpers are still being read"
)


class Found(Struct):
    """What a search found."""

    hits: Hits  # best first; rows are made when they are looked at
    total: int
    looked_through: int | None = None  # with a condition: how many it was asked of
    condition: str = ""  # as it was understood: open, <20
    left_out: int = 0  # hidden, disabled, config and diagnostic ones that match too
    loose: bool = False  # nothing has all the words: these have the most of them
    unmatched: tuple[str, ...] = ()  # words that nothing in the home has
    partial: str = ""  # what could not be looked through


class Search:
    """Finds things; everything is in memory, so nothing waits."""

    def __init__(
        self, index: Index, states: States, registries: Registries, bodies: Bodies, names: Names
    ) -> None:
        """Take the index and what it was made from."""
        self._index = index
        self._states = states
        self._registries = registries
        self._bodies = bodies
        self._names = names

    def find(
        self,
        query: str = "",
        *,
        types: OneOrMany = None,
        domains: OneOrMany = None,
        device_classes: OneOrMany = None,
        integrations: OneOrMany = None,
        areas: OneOrMany = None,
        floors: OneOrMany = None,
        labels: OneOrMany = None,
        state: str | None = None,
        include_hidden: bool = False,
    ) -> Found:
        """Find what matches everything that is given.

        Filters take ids, names and aliases, one or several. Raises NotFound with the nearest
        values for one that does not exist, and Invalid when nothing is asked for at all.
        """
        filters = read_filters(
            self._index,
            self._names,
            {
                "type": types,
                "domain": domains,
                "class": device_classes,
                "platform": integrations,
                "area": areas,
                "floor": floors,
                "label": labels,
            },
        )
        if state is None and not query.strip() and not filters:
            raise Invalid(
                "A search needs words, a filter or a state",
                hint="Give a query, or a type, domain, device class, area, floor, label or state",
                what="query",
            )
        given = parse(state) if state is not None else None
        return self._find(query, given, filters, shy=include_hidden)

    def _find(self, query: str, given: Condition | None, filters: Filters, *, shy: bool) -> Found:
        understood = understand(query)
        asked = Asked(frozenset(spellings(query)) - {""}, self._exact(query), shy=shy)
        asked.classes = "class" in filters.contexts
        if given is not None:
            asked.condition = given
            return self._run(understood.words, asked, filters)
        if understood.condition is not None:
            asked.condition, asked.spoken = understood.condition, True
            found = self._run(understood.words, asked, filters)
            if found.looked_through:
                return found
            asked.condition = None  # on and open are words of a name here
            return self._run(understood.without, asked, filters)
        return self._run(understood.words, asked, filters)

    def _run(self, words: list[Word], asked: Asked, filters: Filters) -> Found:
        matches = match(self._index, words)
        passing = filters.passing(self._index)
        if words:
            numbers = matches.numbers | asked.exact
            numbers = numbers if passing is None else numbers & passing
        else:
            numbers = set(self._index.members("type:entity")) if passing is None else passing
        ranking = Ranking(self._index, self._states, matches, asked)
        ranked = ranking.rank(numbers)
        return Found(
            Hits(self._index, self._states, self._registries, self._bodies, ranking, ranked.order),
            len(ranked.order),
            None if asked.condition is None else ranked.looked_through,
            "" if asked.condition is None else asked.condition.text,
            ranked.left_out,
            matches.loose and bool(matches.numbers),
            tuple(matches.unmatched),
            self._partial(),
        )

    def _partial(self) -> str:
        """Say which bodies could not be looked through."""
        if not self._bodies.complete:
            return _NOT_READ
        kinds = sorted({one.kind for one in self._bodies.unread if not one.id})
        return f"the bodies of {', '.join(kinds)} cannot be read with this token" if kinds else ""

    def _exact(self, query: str) -> frozenset[int]:
        """Return the things whose id this is: an entity id, its part after the dot, any other."""
        text = query.strip()
        slug = "_".join(one.wide for one in split(text))
        keys = [("entity", text.lower()), ("device", text), ("area", slug), ("floor", slug)]
        keys += [("entity", f"{domain}.{slug}") for domain in self._index.contexts("domain")]
        found = (self._index.number(*key) for key in keys)
        return frozenset(one for one in found if one is not None)
