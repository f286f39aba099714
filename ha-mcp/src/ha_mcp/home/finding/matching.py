"""Which things have the words of a query, and how well."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from typing import Final

from msgspec import Struct

from .index import Index
from .words import Word

_NAME: Final = 2.0
_OTHER: Final = 0.8  # ids, models
BODY: Final = 0.2
_CONTEXT: Final = {
    "domain": 1.2,
    "class": 1.25,
    "area": 0.8,
    "floor": 0.7,
    "label": 0.75,
    "device": 0.7,
    "platform": 0.45,
    "type": 0.7,
}
_ENOUGH_FOR_BODIES: Final = 0.5
_KINDS: Final = frozenset({"domain", "class"})
_CALLED: Final = 0.8  # another word for a domain or class counts a little less than its own
_WHOLE_PLACE: Final = 1.8  # all words of an area, floor, label or device stand together

type Scores = dict[int, float]
type _Group = tuple[float, Iterable[int]]


class Matches(Struct):
    """For each word the things that have it; ``numbers`` have them all, or else the most."""

    words: list[Word]
    meanings: list[Collection[str]]  # the known words that each may stand for
    scores: list[Scores]
    named: list[set[int]]  # of these, the things whose own name has the word
    numbers: set[int]
    meant: set[str]  # the domains and classes that words stand for: ``class:battery``
    unmatched: list[str]  # words that nothing has
    loose: bool = False  # nothing has all the words


def match(index: Index, words: list[Word]) -> Matches:
    """Find what has all words; misspelt ones are understood, and the rest left out, if need be."""
    found = _matches(index, words, typos=False)
    if not found.numbers:
        found = _matches(index, words, typos=True)
    if not found.numbers:
        found.numbers = _with_most(found.scores)
        found.loose = True
    return found


def _matches(index: Index, words: list[Word], *, typos: bool) -> Matches:
    whole = _whole_places(index, words)
    meant: set[str] = set()
    scores: list[Scores] = []
    named: list[set[int]] = []
    meanings: list[Collection[str]] = []
    for at, word in enumerate(words):
        own: set[int] = set()
        known = index.vocabulary.meanings(word, typos=typos)
        meanings.append(known)
        groups = [*_groups(index, word, known, meant, own)]
        groups += [(_WHOLE_PLACE, index.members(place)) for place in whole.get(at, ())]
        scores.append(_best(groups))
        named.append(own)
    unmatched = [word.plain for word, found in zip(words, scores, strict=True) if not found]
    return Matches(words, meanings, scores, named, _with_all(scores), meant, unmatched)


def _best(groups: list[_Group]) -> Scores:
    scores: Scores = {}
    for score, numbers in sorted(groups, key=_score):  # so that the best one stays
        scores.update(dict.fromkeys(numbers, score))
    return scores


def _score(group: _Group) -> float:
    return group[0]


def _groups(
    index: Index, word: Word, meanings: dict[str, float], meant: set[str], own: set[int]
) -> Iterator[_Group]:
    """Yield the things that have a word in one sense, and what that counts."""
    if not meanings:
        yield from _compound(index, word, meant)
        return
    best = 0.0  # of the meanings that are a domain or a class
    kinds: dict[str, float] = {}
    for known, fits in meanings.items():
        entry = index.vocabulary[known]
        if entry.names is not None:
            own.update(entry.names)
            yield _NAME * fits, entry.names
        if entry.others is not None:
            yield _OTHER * fits, entry.others
        if entry.bodies is not None and fits > _ENOUGH_FOR_BODIES:
            yield BODY * fits, entry.bodies
        for context in entry.contexts:
            sort, _, name = context.partition(":")
            called = sort in _KINDS and known not in name.split("_")
            if sort in _KINDS:
                best = max(best, fits)
                kinds[context] = max(fits, kinds.get(context, 0.0))
            yield _CONTEXT[sort] * fits * (_CALLED if called else 1), index.members(context)
    meant.update(context for context, fits in kinds.items() if fits >= best)


def _compound(index: Index, word: Word, meant: set[str]) -> Iterator[_Group]:
    """Take an unknown word apart: a compound into two words, unspaced script into its signs."""
    parts = tuple(word.plain) if word.unspaced else index.vocabulary.parts(word.plain)
    if not parts or len(parts) < 2:
        return
    halves: list[Scores] = []
    for part in parts:
        one = Word(part, part, part)
        known = index.vocabulary.meanings(one)
        halves.append(_best([*_groups(index, one, known, meant, set())]) if known else {})
    for number in _with_all(halves):
        yield sum(half[number] for half in halves) / len(halves), (number,)


def _whole_places(index: Index, words: list[Word]) -> dict[int, list[str]]:
    """Find the places whose every word stands in the query, side by side; by word."""
    found: dict[int, list[str]] = {}
    vocabulary = index.vocabulary
    named: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        for spelling in word.spellings:
            if spelling in vocabulary:
                for context in vocabulary[spelling].contexts:
                    if context.startswith(("area:", "floor:", "label:", "device:")):
                        named.setdefault(context, []).append(at)
    asked = [set(word.spellings) for word in words]
    for context, places in named.items():
        together = all(two - one <= 1 for one, two in pairwise(places))
        if together and index.is_named_by(context, [asked[at] for at in dict.fromkeys(places)]):
            for at in places:
                found.setdefault(at, []).append(context)
    return found


def _with_all(scores: list[Scores]) -> set[int]:
    if not scores:
        return set()
    smallest, *others = sorted(scores, key=len)
    numbers = set(smallest)
    for one in others:
        numbers.intersection_update(one)
    return numbers


def _with_most(scores: list[Scores]) -> set[int]:
    """Return the things that have the most words, if that is half of them at least."""
    counts: Counter[int] = Counter()
    for one in scores:
        counts.update(one.keys())
    if not counts:
        return set()
    most = max(counts.values())
    if most * 2 < len(scores):
        return set()
    return {number for number, count in counts.items() if count == most}
