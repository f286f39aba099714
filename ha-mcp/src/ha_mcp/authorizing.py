"""Who lets clients in through the relay: the authorization server, with what it remembers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from .access.introductions import Introductions
from .access.metadata_documents import MetadataDocuments
from .access.oauth.server import HOUR, AuthorizationServer
from .access.scopes import Scope, up_to
from .access.signin import HomeSignIn
from .access.sqlite import SqliteRecords
from .access.store import AccessStore
from .access.tokens import Seal
from .ha import Logins, Supervisor
from .options import Options
from .secret import kept, key
from .web.signing_in import Authorization


@asynccontextmanager
async def authorizing(options: Options, supervisor: Supervisor) -> AsyncIterator[Authorization]:
    """Return who lets clients in through the relay."""

    async def core() -> str:
        return (await supervisor.core_info()).base

    seal = Seal(kept(options.state_dir / "access_key", key).reveal())
    store = AccessStore(SqliteRecords(options.state_dir / "access.db"))
    asking = AuthorizationServer(
        store=store,
        seal=seal,
        introductions=Introductions(store, MetadataDocuments()),
        sign_in=HomeSignIn(Logins(core, at_home=True).person, seal),
        access_seconds=options.access_hours * HOUR,
        offered=up_to(Scope.READ if options.read_only else Scope.ADMIN),
    )
    try:
        yield Authorization(login=asking, silent=replace(asking, silent=True))
    finally:
        await store.close()
