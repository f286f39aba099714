"""Where grants, clients and codes are kept: a file for one server, a database for several."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Final

from ..access.records import Records
from ..access.sqlite import SqliteRecords
from ..access.store import AccessStore
from ..oauth_options import OauthOptions
from ..problems import Unsupported

# What only some need is not installed with the rest: the option's extra, and who speaks to it.
_SHARED: Final = {"redis": "redis", "rediss": "redis", "postgres": "postgresql"}


@asynccontextmanager
async def opened_store(options: OauthOptions) -> AsyncIterator[AccessStore]:
    """Open the store for as long as the block lasts; raises Problem when it cannot be had."""
    store = AccessStore(_records(options))
    try:
        await store.client("nobody")  # said at the start, not to the first person who signs in
        yield store
    finally:
        await store.close()


def _records(options: OauthOptions) -> Records:
    if options.shared_store is None:
        return SqliteRecords(options.state_dir / "access.db")
    url = options.shared_store.reveal()
    scheme = url.partition("://")[0]
    speaker = _SHARED.get(scheme, scheme)
    try:
        module = import_module(f"..access.{speaker}", __package__)
    except ModuleNotFoundError as missing:
        raise Unsupported(
            f"To share a store at {scheme}:// the package {missing.name} is needed",
            hint=f'Install it with: pip install "ha-mcp[{speaker}]"',
        ) from missing
    records: Records = module.records(url)
    return records
