"""The words a home is made of, and which of them a searched word may mean."""

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct
from rapidfuzz import process
from rapidfuzz.distance import OSA

from .words import Word, singular

EXACT: Final = 1.0
_PLURAL: Final = 0.97
_PREFIX: Final = 0.6  # and up to 0.3 more, the more of the word is there
_ONE_TYPO: Final = 0.6
_TWO_TYPOS: Final = 0.45
_SHORTEST_FOR_TYPOS: Final = 3
_SHORTEST_FOR_TWO: Final = 6
_MOST_BY_PREFIX: Final = 400


class Entry(Struct, gc=False):
    """Where a word stands: the numbers of things by field, and the contexts it names."""

    names: "array[int] | None" = None
    others: "array[int] | None" = None  # ids, models
    bodies: "array[int] | None" = None
    contexts: tuple[str, ...] = ()


class Vocabulary:
    """All words, by their spelling, prefix and likeness."""

    def __init__(self) -> None:
        """Start empty."""
        self._entries: dict[str, Entry] = {}
        self._sorted: list[str] = []
        self._by_length: dict[int, list[str]] = {}
        self._unsorted: list[str] = []

    def __len__(self) -> int:
        """Count the words."""
        return len(self._entries)

    def __getitem__(self, word: str) -> Entry:
        """Return where a word stands."""
        return self._entries[word]

    def __contains__(self, word: object) -> bool:
        """Tell whether any thing has this word."""
        return word in self._entries

    def entry(self, word: str) -> Entry:
        """Return where a word stands, for adding to it."""
        found = self._entries.get(word)
        if found is None:
            found = self._entries[word] = Entry()
            self._unsorted.append(word)
        return found

    def meanings(self, word: Word, *, typos: bool = False) -> dict[str, float]:
        """Return the known words that a word may stand for, each with how well it fits (0 to 1).

        Misspelt words count only where nothing is spelt so, or when ``typos`` says so.
        """
        self._settle()
        found: dict[str, float] = {}
        for spelling in word.spellings:
            self._add(found, self._spelt(spelling))
        if not found and word.unspaced:
            return found  # its single signs are looked for instead
        if typos or not found:
            for spelling in word.spellings:
                self._add(found, self._alike(spelling))
        return found

    def parts(self, word: str) -> tuple[str, str] | None:
        """Return the two known words that an unknown compound is made of (``küchenlampe``)."""
        for at in range(len(word) - 3, 2, -1):
            head, tail = word[:at], word[at:]
            for start in (head, head[:-1], f"{head[:-1]}e"):
                if len(start) > 2 and start in self._entries and tail in self._entries:
                    return start, tail
        return None

    @staticmethod
    def _add(found: dict[str, float], more: Iterable[tuple[str, float]]) -> None:
        for word, fits in more:
            found[word] = max(fits, found.get(word, 0.0))

    def _spelt(self, spelling: str) -> Iterator[tuple[str, float]]:
        exact = spelling in self._entries
        if exact:
            yield spelling, EXACT
        one = singular(spelling)
        if one != spelling and one in self._entries:
            yield one, _PLURAL
        if len(spelling) < (3 if exact else 2) or spelling.isdigit():
            return
        for word in self._starting(spelling):
            yield word, _PREFIX + 0.3 * len(spelling) / len(word)

    def _starting(self, head: str) -> Iterator[str]:
        at = bisect_left(self._sorted, head)
        for word in self._sorted[at : at + _MOST_BY_PREFIX]:
            if not word.startswith(head):
                return
            if word != head:
                yield word

    def _alike(self, spelling: str) -> Iterator[tuple[str, float]]:
        length = len(spelling)
        if length < _SHORTEST_FOR_TYPOS or any(map(str.isdigit, spelling)):
            return
        close = self._within(spelling, 1)
        if close or length < _SHORTEST_FOR_TWO:
            yield from ((word, _ONE_TYPO) for word in close)
            return
        yield from ((word, _TWO_TYPOS) for word in self._within(spelling, 2))

    def _within(self, spelling: str, edits: int) -> list[str]:
        found: list[str] = []
        for length in range(len(spelling) - edits, len(spelling) + edits + 1):
            words = self._by_length.get(length, ())
            for word, distance, _ in process.extract_iter(
                spelling, words, scorer=OSA.distance, score_cutoff=edits
            ):
                if distance and (length > _SHORTEST_FOR_TYPOS or word[0] == spelling[0]):
                    found.append(word)
        return found

    def _settle(self) -> None:
        """Sort in what came since; many at once after a build, a few after a change."""
        if not self._unsorted:
            return
        if len(self._unsorted) > 64:
            self._sorted = sorted(self._entries)
        else:
            for word in self._unsorted:
                insort(self._sorted, word)
        for word in self._unsorted:
            if word.isalpha() and len(word) >= _SHORTEST_FOR_TYPOS:
                self._by_length.setdefault(len(word), []).append(word)
        self._unsorted.clear()
