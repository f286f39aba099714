"""A further private address, made for somebody and shown once."""

import time
from typing import Final

from ..access.asked import Asked
from ..access.private_addresses import ListedAddress
from ..problems import Conflict, Invalid
from .letting_in import LetIn, in_lines

_DAYS: Final = range(1, 3651)
_DAY: Final = 86400.0
_SHOWN_ONCE: Final = """\
/{word}
This is shown only once. It takes the place of the path in the server's address, such as
http://192.168.1.20:9583/private_... Whoever knows it has these rights in your home.
"""


async def added(everybody: LetIn, wanted: Asked, days: int | None) -> str:
    """Make an address, for so many days or for ever; returns what to say, raises Problem."""
    if everybody.addresses is None:
        raise Invalid(
            "A server for many people has no private addresses", hint="Everybody signs in there"
        )
    expires = None if days is None else time.time() + _possible(days) * _DAY
    if any(one.address.name == wanted.name for one in await everybody.addresses.listed()):
        raise Conflict(
            f"There is an address with the name {wanted.name!r}",
            hint="Choose another name, or shut that one out first",
        )
    word, kept = await everybody.addresses.make(wanted, expires)
    return in_lines([ListedAddress(kept, None)]) + _SHOWN_ONCE.format(word=word)


def _possible(days: int) -> int:
    if days not in _DAYS:
        raise Invalid(f"{days} days are not possible; {_DAYS[0]} to {_DAYS[-1]} are")
    return days
