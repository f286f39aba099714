"""Words as people write them, folded so that different spellings meet.

Case and accents do not count; ``ü`` is both ``u`` and ``ue``; other scripts are known as they are
written and in Latin letters; a picture is a word, and so is its name.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from anyascii import anyascii

_ASCII: Final = re.compile(r"[a-z0-9]+")
_RUNS: Final = re.compile(r"[^\W_]+|[^\w\s]")  # words, and single signs
_NOT_ALNUM: Final = re.compile(r"[^a-z0-9]+")
_WIDE: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")

_STOP: Final = frozenset(
    "a an the in at of my our your all any some for with to from by and or is are was it that this "
    "what which who where show me list find get tell give please how many do does i we have has "
    "there currently now every each still "
    "der die das den dem ein eine im in am mit und oder alle welche welcher welches ist sind "
    "le la les un une des du de dans et ou tous toutes quel quelle quels quelles est sont l d "
    "el los las unos unas del y en todos todas que cuales esta estan "
    "het een van op met en alle welke zijn".split()
)


class Word(NamedTuple):
    """One word: folded, in its wide spelling (``ü`` as ``ue``), and in Latin letters."""

    plain: str
    wide: str
    latin: str

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every different way to write it, the plain one first."""
        return tuple(dict.fromkeys(one for one in self if one))

    @property
    def unspaced(self) -> bool:
        """Whether it is of a script that writes words without spaces."""
        return bool(_UNSPACED.search(self.plain))


def split(text: str) -> list[Word]:
    """Return the words of a text; ``_``, ``.`` and all other signs separate them."""
    if text.isascii():
        return [Word(one, one, one) for one in _ASCII.findall(text.lower())]
    return [word for run in _runs(text) if (word := _fold(run)).plain]


def plain(text: str) -> str:
    """Return a text folded for comparing: two names are the same when these are."""
    if text.isascii():
        return " ".join(_ASCII.findall(text.lower()))
    return " ".join(word.plain for word in split(text))


def spellings(text: str) -> tuple[str, ...]:
    """Return the ways a whole text may be written: folded, and with ``ü`` as ``ue``."""
    if text.isascii():
        return (plain(text),)
    found = split(text)
    return tuple(
        dict.fromkeys((" ".join(one.plain for one in found), " ".join(one.wide for one in found)))
    )


def indexed(text: str) -> Iterator[str]:
    """Yield every word under which a text is found, with repetitions."""
    if text.isascii():
        yield from _ASCII.findall(text.lower())
        return
    for word in split(text):
        yield from word.spellings
        if word.unspaced:
            yield from word.plain


def is_stop(word: Word) -> bool:
    """Tell whether a word says nothing about what is looked for."""
    return word.plain in _STOP


def singular(word: str) -> str:
    """Return the singular of an English plural; any other word as it is."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    return word[:-1]


def _runs(text: str) -> list[str]:
    return _RUNS.findall(unicodedata.normalize("NFKC", text).casefold())


@lru_cache(maxsize=2048)
def _fold(run: str) -> Word:
    latin = _NOT_ALNUM.sub("", anyascii(run).lower())
    wide = _NOT_ALNUM.sub("", anyascii(run.translate(_WIDE)).lower())
    if not run.isalnum():  # a sign: only pictures are words
        is_picture = unicodedata.category(run[0]) == "So"
        return Word(run, run, latin) if is_picture else Word("", "", "")
    if _is_latin(run):
        return Word(latin, wide, latin)
    return Word(run, run, latin)


def _is_latin(run: str) -> bool:
    return all(
        letter.isascii() or unicodedata.name(letter, "").startswith("LATIN") for letter in run
    )
