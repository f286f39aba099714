"""A further private address, made for somebody and shown once."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ..access.parts import only
from ..access.private_addresses import ListedAddress
from ..access.scopes import Scope, up_to
from ..problems import Conflict, Invalid
from .letting_in import LetIn, in_lines

RIGHTS: Final = tuple(scope.removeprefix("home:") for scope in Scope)
_DAYS: Final = range(1, 3651)
_DAY: Final = 86400.0
_LONGEST_NAME: Final = 64
_SHOWN_ONCE: Final = """\
/{word}
This is shown only once. It takes the place of the path in the server's address, such as
http://192.168.1.20:9583/private_... Whoever knows it has these rights in your home.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an address is to be for."""

    name: str
    right: str  # the highest
    parts: Sequence[str] | None = None  # None: the whole home
    days: int | None = None  # None: until it is shut out


async def added(everybody: LetIn, wanted: Wanted) -> str:
    """Make an address; returns what to say, raises Problem."""
    if everybody.addresses is None:
        raise Invalid(
            "A server for many people has no private addresses", hint="Everybody signs in there"
        )
    name = _name(wanted.name)
    part = None if wanted.parts is None else only(wanted.parts)
    expires = None if wanted.days is None else time.time() + _days(wanted.days) * _DAY
    if any(one.address.name == name for one in await everybody.addresses.listed()):
        raise Conflict(
            f"There is an address with the name {name!r}",
            hint="Choose another name, or shut that one out first",
        )
    scopes = up_to(Scope(f"home:{wanted.right}"))
    word, kept = await everybody.addresses.make(name, scopes, part, expires)
    return in_lines([ListedAddress(kept, None)]) + _SHOWN_ONCE.format(word=word)


def _name(text: str) -> str:
    name = text.strip()
    if not (name.isprintable() and 0 < len(name) <= _LONGEST_NAME):
        raise Invalid(f"{text!r:.80} is no name; 1 to {_LONGEST_NAME} letters are needed")
    return name


def _days(number: int) -> int:
    if number not in _DAYS:
        raise Invalid(f"{number} days are not possible; {_DAYS[0]} to {_DAYS[-1]} are")
    return number
