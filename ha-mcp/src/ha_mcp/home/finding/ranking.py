"""Putting what matches in order, and leaving out what was not asked for."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from msgspec import Struct

from ..rows import State
from ..states import States
from .conditions import Condition, number_of
from .index import Index
from .matching import BODY, Matches
from .portraits import Thing

_EXACT: Final = 3.0
_MEANT: Final = 0.6  # it is of the domain or class that a word stands for
_COVERED: Final = 0.5  # times the part of its name that was asked for
_SHY: Final = 0.5
_PRIORITY: Final = {"area": 0.12, "device": 0.05, "automation": 0.04, "script": 0.04, "scene": 0.06}
_HANDLED: Final = frozenset(
    "light switch cover climate fan lock media_player vacuum valve humidifier water_heater "
    "alarm_control_panel siren lawn_mower camera input_boolean input_number input_select".split()
)
_QUIET: Final = frozenset("update button number select event tag image".split())
_CONFIGURED: Final = frozenset({"automation", "script", "scene"})
_MOSTLY_DIAGNOSTIC: Final = ("class:battery", "class:signal_strength", "class:connectivity")


class Asked(Struct):
    """What was asked for, beyond the words."""

    texts: frozenset[str] = frozenset()  # the whole query, folded
    exact: frozenset[int] = frozenset()  # things whose id the query is
    condition: Condition | None = None
    spoken: bool = False  # the condition stood among the words
    shy: bool = False  # hidden, disabled, config and diagnostic ones are asked for
    classes: bool = False  # device classes were asked for by a filter
    sizes: frozenset[int] = frozenset()  # how many words the texts have

    def __post_init__(self) -> None:
        """Count the words, as names are counted."""
        self.sizes = frozenset(len(text.split()) for text in self.texts)


class Ranked(Struct):
    """Scores and numbers, best first."""

    order: list[tuple[float, int]]
    looked_through: int
    left_out: int


class Ranking:
    """Ranks the things that match one query."""

    def __init__(self, index: Index, states: States, matches: Matches, asked: Asked) -> None:
        """Take what matched and what was asked."""
        self._index = index
        self._states = states
        self._matches = matches
        self._asked = asked
        members = (index.members(context) for context in matches.meant)
        self._meant: set[int] = {number for one in members for number in one}
        diagnostic = matches.meant.intersection(_MOSTLY_DIAGNOSTIC)
        self._diagnostic = {one for context in diagnostic for one in index.members(context)}

    def rank(self, numbers: Iterable[int]) -> Ranked:
        """Order what matches; when all of it is shy, it is what was meant."""
        candidates = list(self._candidates(numbers))
        shown = [one for one in candidates if self._is_shown(*one)]
        if not shown and self._matches.words:
            shown = candidates
        looked_through = len(shown)
        if self._asked.condition is not None:
            shown = [one for one in shown if self._holds(one[1])]
            left_out = sum(self._holds(thing) for _, thing in candidates) - len(shown)
        else:
            left_out = len(candidates) - len(shown)
        order = [(self._score(number, thing), number) for number, thing in shown]
        order.sort(key=self._key())
        return Ranked(order, looked_through, left_out)

    def only_in_body(self, number: int) -> list[Collection[str]]:
        """Return the words that only its body has, each in its spellings."""
        pairs = zip(self._matches.meanings, self._matches.scores, strict=True)
        return [known for known, scores in pairs if 0 < scores.get(number, 0) <= BODY]

    def _candidates(self, numbers: Iterable[int]) -> Iterator[tuple[int, Thing]]:
        things = self._index.things
        can_hold = self._can_hold if self._asked.condition is not None else None
        for number in numbers:
            thing = things[number]
            if thing is not None and (can_hold is None or can_hold(number, thing)):
                yield number, thing

    def _can_hold(self, number: int, thing: Thing) -> bool:
        state, condition = self._states.get(thing.id), self._asked.condition
        if state is None or condition is None or not condition.can_hold(state):
            return False
        if self.only_in_body(number):
            return False
        if not self._asked.spoken:
            return True
        if not self._meant:
            return thing.type not in _CONFIGURED
        if number in self._meant:
            return True
        return not condition.numeric and state.domain in _HANDLED and self._named(number) > 0

    def _holds(self, thing: Thing) -> bool:
        state, condition = self._states.get(thing.id), self._asked.condition
        return state is not None and condition is not None and condition.holds(state)

    def _is_shown(self, number: int, thing: Thing) -> bool:
        if not thing.shy or self._asked.shy:
            return True
        named = self._named(number)
        if named >= thing.size or self._is_exact(number, thing, named):
            return True
        return thing.shy in ("config", "diagnostic") and (
            self._asked.classes or number in self._diagnostic
        )

    def _is_exact(self, number: int, thing: Thing, named: int) -> bool:
        if number in self._asked.exact:
            return True
        if named < len(self._matches.words) or not (
            thing.aliases or thing.size in self._asked.sizes
        ):
            return False  # no need to fold its name
        return thing.is_called(self._asked.texts)

    def _named(self, number: int) -> int:
        """Count the words that its own name has."""
        return sum(number in one for one in self._matches.named)

    def _score(self, number: int, thing: Thing) -> float:
        score, scores, named = 0.0, self._matches.scores, self._named(number)
        for one in scores:
            score += one.get(number, 0.0)
        if scores:
            score = score / len(scores) + _COVERED * min(1.0, named / thing.size)
        if self._is_exact(number, thing, named):
            score += _EXACT
        if number in self._meant:
            score += _MEANT
        score += self._priority(thing)
        return score * _SHY if thing.shy else score

    @staticmethod
    def _priority(thing: Thing) -> float:
        domain, dot, _ = thing.id.partition(".")
        if dot and thing.type in ("entity", "helper"):
            return 0.1 if domain in _HANDLED else 0.0 if domain in _QUIET else 0.05
        return _PRIORITY.get(thing.type, 0.0)

    def _key(self) -> Callable[[tuple[float, int]], tuple[float, ...]]:
        condition = self._asked.condition
        if condition is not None and condition.numeric:
            return lambda one: (self._order(condition, one[1]), -one[0], one[1])
        if "class:battery" in self._matches.meant:
            batteries = set(self._index.members("class:battery"))
            return lambda one: (one[0] < _EXACT, *self._level(batteries, one[1]), -one[0], one[1])
        return lambda one: (-one[0], one[1])

    def _order(self, condition: Condition, number: int) -> float:
        state = self._state(number)
        return condition.order(state) if state is not None else float("inf")

    def _level(self, batteries: set[int], number: int) -> tuple[float, float]:
        """Sort batteries first, the emptiest of them on top."""
        state = self._state(number)
        if number not in batteries or state is None:
            return (1, 0)
        level = number_of(state.state)
        low = 0.0 if state.state == "on" else float("inf")
        return (0, low if level is None else level)

    def _state(self, number: int) -> State | None:
        thing = self._index.things[number]
        return self._states.get(thing.id) if thing is not None else None
