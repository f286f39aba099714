"""Where grants, clients and codes are kept: a file for one server, a database for several."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ..access.records import Records
from ..access.sqlite import SqliteRecords
from ..access.store import AccessStore
from ..oauth_options import OauthOptions


@asynccontextmanager
async def opened_store(options: OauthOptions) -> AsyncIterator[AccessStore]:
    """Open the store for as long as the block lasts; raises Problem when it cannot be had."""
    store = AccessStore(_records(options))
    try:
        await store.grants()
        yield store
    finally:
        await store.close()


def _records(options: OauthOptions) -> Records:
    return SqliteRecords(options.state_dir / "access.db")
