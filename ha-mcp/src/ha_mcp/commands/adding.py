"""A further private address, made for somebody and shown once."""

from collections.abc import Sequence
from typing import Final

from ..access.asked import Asked
from ..access.letting_in import LetIn
from ..access.private_addresses import ListedAddress
from .letting_in import in_lines

_WHOLE: Final = "This is shown only once. Whoever knows it has these rights in your home.\n"
_PATH: Final = """\
This is shown only once. It takes the place of the path in the server's address, such as
http://192.168.1.20:9583/private_... Whoever knows it has these rights in your home.
"""


async def added(
    everybody: LetIn, wanted: Asked, days: int | None, bases: Sequence[str] = ()
) -> str:
    """Make an address, for so many days or for ever; returns what to say, raises Problem.

    It is said with each of the server's ``bases``, or without any where they are not known.
    """
    word, made = await everybody.add(wanted, days)
    lines = "".join(f"{base}/{word}\n" for base in bases or [""])
    return in_lines([ListedAddress(made, None)]) + lines + (_WHOLE if bases else _PATH)
