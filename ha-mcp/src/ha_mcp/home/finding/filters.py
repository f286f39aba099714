"""The filters of a search, by any name of what they filter by; an unknown one is an error."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from ...problems import Invalid, NotFound
from ..kinds import SEARCHED, find_kind, kind_of
from ..names import Names
from .index import Index
from .synonyms import CLASSES, DEVICE_CLASSES, DOMAINS, ENTITY_DOMAINS
from .words import plain, singular, spellings

type OneOrMany = str | Sequence[str] | None


class Filters(Struct):
    """Contexts by sort: a thing passes with one of each sort that is given."""

    contexts: dict[str, list[str]]

    def __bool__(self) -> bool:
        """Tell whether anything is filtered."""
        return bool(self.contexts)

    def passing(self, index: Index) -> set[int] | None:
        """Return the numbers of what passes; None when everything does."""
        passing: set[int] | None = None
        for contexts in self.contexts.values():
            one: set[int] = set()
            one.update(*(index.members(context) for context in contexts))
            passing = one if passing is None else passing & one
        return passing


def read_filters(index: Index, names: Names, given: Mapping[str, OneOrMany]) -> Filters:
    """Read the filters of a search, by sort of context; raises NotFound with the nearest values."""
    resolve: dict[str, Callable[[str], str]] = {
        "type": lambda text: f"type:{_searched(kind_of(text))}",
        "domain": lambda text: f"domain:{domain_of(text, index)}",
        "class": lambda text: f"class:{class_of(text, index)}",
        "platform": lambda text: f"platform:{_integration(text, index)}",
        "area": lambda text: f"area:{names.area(text)}",
        "floor": lambda text: f"floor:{names.floor(text)}",
        "label": lambda text: f"label:{names.label(text)}",
    }
    found: dict[str, list[str]] = {}
    for sort, texts in given.items():
        for text in _each(texts):
            of = "domain" if sort == "type" and _is_domain(text) else sort
            found.setdefault(of, []).append(resolve[of](text))
    return Filters(found)


def _is_domain(text: str) -> bool:
    """Tell whether a type that is no kind is a domain: lights, sensor."""
    return find_kind(text) is None and _called(text, ENTITY_DOMAINS, _DOMAINS) is not None


def domain_of(text: str, index: Index) -> str:
    """Return the domain a word means: its name, also in the plural, or another word for it."""
    known = ENTITY_DOMAINS | {*index.contexts("domain")}
    domain = _called(text, known, _DOMAINS)
    if domain is None:
        raise NotFound.naming("domain", text, sorted(known))
    return domain


def class_of(text: str, index: Index) -> str:
    """Return the device class a word means."""
    known = DEVICE_CLASSES | {*index.contexts("class")}
    device_class = _called(text, known, _CLASSES)
    if device_class is None:
        raise NotFound.naming("device class", text, sorted(known))
    return device_class


def _integration(text: str, index: Index) -> str:
    known = index.contexts("platform")
    by_name = {plain(name): name for name in known}
    if plain(text) not in by_name:
        raise NotFound.naming("integration", text, sorted(known))
    return by_name[plain(text)]


def _searched(kind: str) -> str:
    if kind not in SEARCHED:
        raise Invalid(
            f"A search does not find things of the kind {kind}",
            hint="List the documents of that kind instead",
            what="type",
            which=kind,
            similar=list(SEARCHED),
        )
    return kind


def _called(text: str, known: Iterable[str], others: Mapping[str, str]) -> str | None:
    """Return the one that is called so, by its own name first."""
    asked = plain(text)
    by_name = {plain(name): name for name in known}
    return by_name.get(asked) or by_name.get(singular(asked)) or others.get(asked)


def _by_other_word(table: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {
        spelling: name
        for name, words in table
        for word in words.split()
        for spelling in spellings(word)
    }


_DOMAINS: Final = _by_other_word(DOMAINS.items())
_CLASSES: Final = _by_other_word(CLASSES.items())


def _each(texts: OneOrMany) -> Sequence[str]:
    if texts is None:
        return ()
    return (texts,) if isinstance(texts, str) else texts
