"""The composition root of a server for many people."""

import asyncio
import hashlib
import logging
from contextlib import AbstractAsyncContextManager
from typing import Final
from urllib.parse import urlsplit

from .. import tools
from ..access.introductions import Introductions
from ..access.metadata_documents import MetadataDocuments
from ..access.oauth.origin import Issuer
from ..access.oauth.server import DAY, AuthorizationServer
from ..access.store import AccessStore
from ..access.tokens import Seal
from ..announcing import announce_at
from ..app import AtHome, about, at_home, stages
from ..edges import serve_at
from ..oauth_options import OauthOptions
from ..secret import kept, key
from ..toolkit import Catalog, pipeline
from ..web.origins import Origins
from ..web.protocol import mcp_server
from ..web.serving import listen
from .accounts import Accounts
from .answering import answer, at_their_home
from .edge import Edge, edge_app
from .form import FormSignIn
from .guard import Guard
from .homes import Homes
from .stores import opened_store
from .way import Way

_REFRESH: Final = 7 * DAY
_LOG = logging.getLogger(__name__)


async def over_oauth(options: OauthOptions, stop: asyncio.Event) -> None:
    """Serve until told to stop; raises Problem when the port or the store cannot be had."""
    edge = options.edge
    guard = Guard(local=options.local_homes, own_port=edge.port)
    accounts = Accounts(guard, f"MCP server {urlsplit(options.base_url).netloc}")

    def opened(way: Way) -> AbstractAsyncContextManager[AtHome]:
        return at_home(options.at(way.url, way.token, _folder(way)), guard.session)

    with listen(edge.host, edge.port) as listening:
        async with (
            opened_store(options) as store,
            Homes(opened, accounts.user_id, most=options.most_homes) as homes,
        ):
            catalog = Catalog.discover(tools)
            handle = pipeline(stages(at_their_home(homes.lease)), answer)
            server = mcp_server(catalog, handle, {}, about(), reads_only=options.reads_only)
            app = edge_app(
                Edge(
                    server=server,
                    authorization=_authorization(options, store, accounts),
                    issuer=Issuer(options.base_url, options.resource),
                    path=edge.path.reveal(),
                    origins=Origins(on_loopback=False, secret=True, listed=edge.origins),
                    health=dict,
                    risk_of={tool.name: tool.risk for tool in catalog}.get,
                ),
                homes.admit,
            )
            announce_at(options.resource)
            if options.unprotected:
                _LOG.warning("Whoever listens on the way can use these homes: MCP_BASE_URL is http")
            await serve_at(edge, app, listening, stop)


def _authorization(
    options: OauthOptions, store: AccessStore, accounts: Accounts
) -> AuthorizationServer:
    seal = Seal(options.key.reveal() if options.key else _own_key(options))
    return AuthorizationServer(
        store=store,
        seal=seal,
        introductions=Introductions(store, MetadataDocuments()),
        sign_in=FormSignIn(accounts, seal, suggested=options.suggested_home),
        resource_is_public=True,
        refresh_seconds=_REFRESH,
    )


def _own_key(options: OauthOptions) -> str:
    """Return the key of the only server there is, made at its first start."""
    options.state_dir.mkdir(parents=True, exist_ok=True)
    return kept(options.state_dir / "key", key).reveal()


def _folder(way: Way) -> str:
    """Return a name for the state of one person in one home, which tells nobody who it is."""
    return hashlib.sha256(f"{way.url}\0{way.user_id}".encode()).hexdigest()[:32]
