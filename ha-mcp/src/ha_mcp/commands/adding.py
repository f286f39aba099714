"""A further private address, made for somebody and shown once."""

from typing import Final

from ..access.asked import Asked
from ..access.letting_in import LetIn
from ..access.private_addresses import ListedAddress
from .letting_in import in_lines

_SHOWN_ONCE: Final = """\
/{word}
This is shown only once. It takes the place of the path in the server's address, such as
http://192.168.1.20:9583/private_... Whoever knows it has these rights in your home.
"""


async def added(everybody: LetIn, wanted: Asked, days: int | None) -> str:
    """Make an address, for so many days or for ever; returns what to say, raises Problem."""
    word, made = await everybody.add(wanted, days)
    return in_lines([ListedAddress(made, None)]) + _SHOWN_ONCE.format(word=word)
