"""Further private addresses of one home, as a server finds and tells them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from .access.asked import Asked
from .access.grants import Grant
from .access.private_addresses import PrivateAddresses
from .access.sqlite import FILE, SqliteRecords
from .options import Options
from .private_urls import FILE as OF_OPTION
from .private_urls import of_option
from .secret import Secret
from .web.further import Find


@dataclass(frozen=True, slots=True)
class Ways:
    """What finds the addresses, those that are told at the start, and what keeps them all."""

    find: Find
    told: Sequence[tuple[Asked, Secret]]
    addresses: PrivateAddresses


@asynccontextmanager
async def further(options: Options) -> AsyncIterator[Ways]:
    """Return the ways in; the file is opened when somebody first comes by such an address."""
    file = options.state_dir / FILE
    addresses = PrivateAddresses(SqliteRecords(file))

    async def find(word: str) -> Grant | None:
        # Somebody may make the first one while the server runs; looking for it makes no file.
        return await addresses.find(word) if file.exists() else None

    try:
        told = await of_option(options.further, options.state_dir / OF_OPTION, addresses)
        yield Ways(find, told, addresses)
    finally:
        await addresses.close()
