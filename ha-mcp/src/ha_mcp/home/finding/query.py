"""What a search asks for: words, and the condition on the state that stands among them."""

import re
from typing import Final

from msgspec import Struct

from .conditions import Condition, compare, word
from .words import Word, is_stop, split

_COMPARISONS: Final = {
    "<=": "at most, no more than, up to, <=, ≤, höchstens, hoechstens",
    "<": "below, under, less than, lower than, fewer than, <, unter, weniger als, kleiner als, "
    "sous, moins de, menos de, debajo de, onder, minder dan, lager dan",
    ">=": "at least, no less than, >=, ≥, mindestens, au moins, al menos, minstens",
    ">": "above, over, more than, greater than, higher than, >, über, ueber, mehr als, höher als, "
    "plus de, más de, mas de, encima de, boven, meer dan, hoger dan",
}
_NUMBER: Final = r"([+-]?\d+(?:[.,]\d+)?)"
_UNIT: Final = r"(?:%|percent|prozent|°\s?[cf]?|degrees|grad|[wv]\b|k?wh?\b|ppm|lx|lux)?"
_COMPARED: Final = {
    sign: re.compile(
        rf"(?:^|(?<=\s)|(?=[<>≤≥]))(?:{words.replace(', ', '|')})\s*{_NUMBER}\s*{_UNIT}"
        r"(?=\s|$|[?!.,])",
        re.IGNORECASE,
    )
    for sign, words in _COMPARISONS.items()
}

_STATES: Final = {
    spelling: state
    for state, all_spellings in {
        "on": "on eingeschaltet angeschaltet allumé allumée allumés allumées encendido encendida "
        "encendidos encendidas aan",
        "off": "off aus ausgeschaltet éteint éteinte éteints éteintes apagado apagada apagados "
        "apagadas uit",
        "open": "open opened offen offene geöffnet ouvert ouverte ouverts ouvertes abierto abierta "
        "abiertos abiertas",
        "closed": "closed shut geschlossen geschlossene fermé fermée fermés fermées cerrado "
        "cerrada cerrados cerradas gesloten dicht",
        "locked": "locked verriegelt abgeschlossen verrouillé vergrendeld",
        "unlocked": "unlocked entriegelt aufgeschlossen déverrouillé ontgrendeld",
        "unavailable": "unavailable offline unreachable indisponible nichtverfügbar",
        "unknown": "unknown",
        "active": "active aktiv aktive",
        "playing": "playing",
    }.items()
    for one in all_spellings.split()
    for spelling in split(one)[0].spellings
}
_LOW: Final = frozenset({"low", "empty", "weak", "leere", "schwache", "faible", "baja", "lege"})
_LOW_BATTERY: Final = 20
_AT_HOME: Final = {
    **dict.fromkeys(("home", "zuhause", "daheim", "maison", "casa", "thuis"), "home"),
    **dict.fromkeys(("away", "weg", "unterwegs", "absent", "fuera", "afwezig"), "not_home"),
}
_WHO: Final = frozenset(
    "who anyone anybody somebody someone everyone everybody nobody people person persons wer "
    "jemand personen qui quelqu quien alguien wie iemand".split()
)
_ARTICLES: Final = frozenset("the my our a an its his her your top this that".split())


class Query(Struct):
    """Words that must be found; ``condition`` and ``without`` it, when one was among the words."""

    words: list[Word]
    condition: Condition | None = None
    without: list[Word] = []  # the words when the condition is taken as words too


def understand(text: str) -> Query:
    """Read a query."""
    compared = _compared(text)
    if compared is not None:
        condition, rest = compared
        return Query(_telling(split(rest)), condition, _telling(split(text)))
    words = split(text)
    for at, one in enumerate(words):
        state = _STATES.get(one.plain)
        if state is not None and not (one.plain == "on" and _is_preposition(words, at)):
            others = words[:at] + words[at + 1 :]
            return Query(_telling(others, alone=True), word(state), _telling(words))
    return _low(words) or _at_home(words) or Query(_telling(words))


def _compared(text: str) -> tuple[Condition, str] | None:
    for sign, pattern in _COMPARED.items():
        found = pattern.search(text)
        if found is not None:
            number = float(found[1].replace(",", "."))
            return compare(sign, number), f"{text[: found.start()]} {text[found.end() :]}"
    return None


def _is_preposition(words: list[Word], at: int) -> bool:
    """Tell ``lamp on the desk`` from ``lamps on``."""
    return at > 0 and at + 1 < len(words) and words[at + 1].plain in _ARTICLES


def _low(words: list[Word]) -> Query | None:
    """Read ``low batteries``: what is left of a battery is a percentage."""
    rest = [one for one in words if one.plain not in _LOW]
    about_batteries = any(one.plain.startswith(("batter", "akku")) for one in rest)
    if len(rest) == len(words) or not about_batteries:
        return None
    return Query(_telling(rest), compare("<=", _LOW_BATTERY), _telling(words))


def _at_home(words: list[Word]) -> Query | None:
    """Read ``who is home``: the word alone is part of many names."""
    plain = {one.plain for one in words}
    state = next((_AT_HOME[one] for one in plain if one in _AT_HOME), None)
    if state is None or not plain & _WHO:
        return None
    rest = [one for one in _telling(words, alone=True) if one.plain not in _AT_HOME.keys() | _WHO]
    return Query([*split("person"), *rest], word(state), _telling(words))


def _telling(words: list[Word], *, alone: bool = False) -> list[Word]:
    """Leave out the words that say nothing; ``alone`` they may leave nothing."""
    telling = [one for one in words if not is_stop(one)]
    return telling if telling or alone else words
