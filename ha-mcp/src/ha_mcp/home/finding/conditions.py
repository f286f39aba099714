"""Conditions on a state: ``on``, ``open``, ``active``, ``<20``, ``!=idle``.

``open`` and ``closed`` also mean what a contact says with ``on`` and ``off``.
"""

import operator
import re
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from ...problems import Invalid
from ..rows import State

CONTACTS: Final = frozenset({"door", "garage_door", "opening", "window"})
OPENABLE: Final = frozenset({"cover", "valve", "lock", "binary_sensor"})
GONE: Final = frozenset({"unavailable", "unknown"})
ACTIVE: Final = frozenset(
    "on open opening closing playing buffering paused heating cooling drying heat cool heat_cool "
    "fan_only dry auto unlocked unlocking home cleaning returning mowing active triggered "
    "recording streaming running detected armed_away armed_home armed_night armed_vacation "
    "armed_custom_bypass pending arming".split()
)

_ONLY: Final = {
    "locked": ("lock",),
    "unlocked": ("lock",),
    "playing": ("media_player",),
    "paused": ("media_player", "vacuum", "lawn_mower", "timer"),
}
"""The domains that some words say something of."""

_COMPARED: Final = re.compile(r"^\s*(<=|>=|==|!=|<|>|=)\s*(.+?)\s*$")
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}
_NUMBER: Final = re.compile(r"^([+-]?\d+(?:[.,]\d+)?)\s*(?:%|°|[a-zA-Zµ°/]{0,6})?$")
_SAME: Final = {
    "opened": "open",
    "shut": "closed",
    "offline": "unavailable",
    "dead": "unavailable",
    "away": "not_home",
    "disarmed": "disarmed",
}


class Condition(Struct, frozen=True):
    """What a state has to be: a ``word``, or compared (``sign``) with a ``number``."""

    text: str  # as it is shown
    word: str = ""
    sign: str = ""
    number: float = 0.0

    @property
    def numeric(self) -> bool:
        """Whether it compares numbers."""
        return bool(self.sign) and not self.word

    def can_hold(self, state: State) -> bool:
        """Tell whether such an entity could ever be in this state: a thermometer is never open."""
        if self.numeric:
            return state.unit is not None or number_of(state.state) is not None
        if self.word in {"open", "closed"}:
            return state.domain in OPENABLE and (
                state.domain != "binary_sensor" or state.device_class in CONTACTS
            )
        if self.word in {"on", "off"} and not self.sign:
            return state.state in {"on", "off"} or state.state in GONE
        only = _ONLY.get(self.word)
        return only is None or state.domain in only

    def holds(self, state: State) -> bool:
        """Tell whether the state is so."""
        if self.numeric:
            number = number_of(state.state)
            return number is not None and _COMPARE[self.sign](number, self.number)
        return self._is(state) != (self.sign == "!=")

    def _is(self, state: State) -> bool:
        if self.word == "active":
            return is_active(state)
        if state.domain == "binary_sensor" and state.device_class in CONTACTS:
            return state.state == {"open": "on", "closed": "off"}.get(self.word, self.word)
        return state.state.casefold() == self.word

    def order(self, state: State) -> float:
        """Return what sorts the most telling first: the lowest below a limit, the highest above."""
        number = number_of(state.state)
        if number is None:
            return float("inf")
        return -number if self.sign.startswith(">") else number


def is_active(state: State) -> bool:
    """Tell whether something goes on there: lit, open, playing, heating, unlocked ..."""
    return state.state in ACTIVE and state.domain not in {"automation", "schedule", "update"}


def number_of(text: str) -> float | None:
    """Return the number a state is, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number - number == 0 else None  # neither infinite nor not-a-number


def parse(text: str) -> Condition:
    """Read a condition; raises Invalid with examples."""
    compared = _COMPARED.match(text)
    sign, value = compared.groups() if compared else ("", text.strip())
    sign = "=" if sign == "==" else sign
    number = _NUMBER.match(value)
    if number is not None:
        return compare(sign or "=", float(number[1].replace(",", ".")))
    if not value or value[0] in "<>=!" or sign.startswith(("<", ">")):
        raise Invalid(
            f"{text!r} is not a condition on a state",
            hint="Write a state (on, open, active, unavailable) or a comparison (<20, !=idle)",
            what="state",
            which=text,
        )
    return word(value, "!=" if sign == "!=" else "")


def word(value: str, sign: str = "") -> Condition:
    """Make the condition of being in one state, by its name."""
    folded = value.casefold().replace(" ", "_")
    return Condition(f"{sign}{value}", _SAME.get(folded, folded), sign)


def compare(sign: str, number: float) -> Condition:
    """Make the condition of a number."""
    return Condition(f"{sign}{number:g}", "", sign, number)
