"""Further private addresses of one home, as a server finds them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from .access.grants import Grant
from .access.private_addresses import PrivateAddresses
from .access.sqlite import FILE, SqliteRecords
from .options import Options
from .web.further import Find


@asynccontextmanager
async def further(options: Options) -> AsyncIterator[Find]:
    """Return what finds them; the file is opened when somebody first comes by such an address."""
    file = options.state_dir / FILE
    addresses = PrivateAddresses(SqliteRecords(file))

    async def find(word: str) -> Grant | None:
        # Somebody may make the first one while the server runs; looking for it makes no file.
        return await addresses.find(word) if file.exists() else None

    try:
        yield find
    finally:
        await addresses.close()
