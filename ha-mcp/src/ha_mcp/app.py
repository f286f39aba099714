"""The composition root: the only module that knows everything."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any, Final

from aiohttp import ClientSession, DummyCookieJar
from mcp.server.stdio import stdio_server

from . import __version__, tools
from .announcing import announce
from .answering import answering
from .assist import NAME, Offer, entrances, offer
from .authorizing import authorizing
from .documents import Remembered, Store, opened
from .ha import CoreRest, CoreSocket, Supervisor
from .ha import only_reading as quiet
from .home import Home
from .masks import Masks
from .narrowing import narrowed
from .options import Edge, Options
from .relays import pairing
from .rights import tell_rights
from .secrets_file import secrets_in
from .settling import settle
from .toolkit import Catalog, Profile, pipeline
from .toolkit.pipeline import Stage
from .toolkit.stages import (
    authorize,
    contain,
    deadline,
    only_reading,
    record,
    redact,
    refuse_masks,
    validate,
    weigh,
)
from .tools._next import next_call
from .web.asgi import asgi_app
from .web.cors import with_cors
from .web.origins import Origins
from .web.protocol import About, McpServer, mcp_server
from .web.serving import listen, serve
from .web.tls import Tls

_LOG = logging.getLogger("ha_mcp")
_LONGEST_CALL: Final = 25.0


@dataclass(frozen=True, slots=True)
class AtHome:
    """A home that is connected: its wire, its picture, its documents."""

    core: CoreSocket
    home: Home
    store: Store
    remembered: Remembered
    session: ClientSession


@dataclass(frozen=True, slots=True)
class Wired:
    """What the ways to serve need: the protocol's server, the home, the session of the wires."""

    server: McpServer
    catalog: Catalog
    home: Home
    core: CoreSocket
    session: ClientSession
    voice: McpServer | None  # what Home Assistant's own agents are offered


async def over_http(options: Options, stop: asyncio.Event) -> None:
    """Serve over HTTP until told to stop; raises Problem when the port cannot be had."""
    edge = options.edge
    if edge is None:
        raise ValueError("These options are not for serving over HTTP")
    tls = tls_of(edge)
    with listen(edge.host, edge.port) as listening:
        async with wired(options) as ours, authorizing(options, ours.session) as authorization:
            app = asgi_app(
                ours.server,
                path=edge.path.reveal(),
                origins=Origins(
                    on_loopback=edge.on_loopback, secret=not edge.guessable, listed=edge.origins
                ),
                health=lambda: {"home": _health(ours.home)},
                pairing=pairing(options, ours.session, authorization),
                entrances=entrances(options.voice_path, ours.voice),
                risk_of={tool.name: tool.risk for tool in ours.catalog}.get,
            )
            async with _alongside(*_told(options, edge, ours)):
                await serve(with_cors(app, edge.origins), listening, stop, tls)


async def over_stdio(options: Options) -> None:
    """Serve one client over stdin and stdout until it closes them."""
    async with wired(options) as ours, stdio_server() as (reading, writing):
        await ours.server.run(reading, writing, ours.server.create_initialization_options())


@asynccontextmanager
async def wired(options: Options) -> AsyncIterator[Wired]:
    """Wire the server: the home, tools, stages, protocol."""
    async with at_home(options) as ours:
        home = ours.home
        masks = Masks([*options.secrets, *secrets_in(options.secrets_file)])
        handle = pipeline(stages(masks=masks), answering(home))
        async with _alongside(tell_rights(ours.core), settle(home)):
            resources = {Home: home, Store: ours.store, Remembered: ours.remembered}
            catalog = Catalog.discover(tools)
            why = options.reads_only
            server = mcp_server(catalog, handle, resources, about(), reads_only=why)
            voice = None
            if options.voice_path is not None:
                seen = catalog.seen_by(Profile.VOICE)
                named = replace(about(), name=NAME)
                voice = mcp_server(seen, handle, resources, named, reads_only=why)
            yield Wired(server, catalog, home, ours.core, ours.session, voice)


def stages(*before: Stage, masks: Masks | None = None) -> list[Stage]:
    """Return what every call passes through; ``before`` stands before what looks at rights.

    ``masks`` know the secrets of one home; without them only their shape gives secrets away.
    """
    masks = masks or Masks()
    return [
        redact(masks),
        contain(_LOG, next_call),
        record(_LOG),
        deadline(_LONGEST_CALL),
        *before,
        authorize,
        only_reading(quiet),
        narrowed,
        validate,
        refuse_masks(masks),
        weigh,
    ]


def about() -> About:
    """Return what the server says of itself."""
    return About(
        name="ha-mcp",
        title="Home Assistant",
        version=__version__,
        instructions=files(tools).joinpath("instructions.md").read_text(encoding="utf-8"),
    )


def _session() -> ClientSession:
    return ClientSession(cookie_jar=DummyCookieJar())


@asynccontextmanager
async def at_home(
    options: Options, connecting: Callable[[], ClientSession] = _session
) -> AsyncIterator[AtHome]:
    """Connect to a home and open what is kept of it; nothing is served."""
    async with connecting() as session:
        why, token = options.reads_only, options.token.reveal
        core = CoreSocket(session, options.core_ws, token, reads_only=why)
        home = Home(core, CoreRest(session, options.core_rest, token, reads_only=why))
        async with (
            _alongside(core.run(), home.run()),
            opened(home, options.state_dir) as store,
        ):
            yield AtHome(core, home, store, store.remembered, session)


@asynccontextmanager
async def _alongside(*loops: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run loops for as long as the block lasts."""
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(loop) for loop in loops]
        yield
        for task in running:
            task.cancel()


def _told(options: Options, edge: Edge, ours: Wired) -> list[Coroutine[Any, Any, None]]:
    """Return what tells others where the server is: the owner, and Home Assistant's agents."""
    supervisor = _supervisor(options, ours.session)
    telling = [announce(edge, supervisor)]
    if supervisor is not None:
        telling.append(offer(Offer.of(options), ours.core, supervisor))
    return telling


def tls_of(edge: Edge) -> Tls | None:
    """Return the server's own certificate, where it has one."""
    certificate = edge.certificate
    return None if certificate is None else Tls(certificate.chain, certificate.key)


def _supervisor(options: Options, session: ClientSession) -> Supervisor | None:
    if options.supervisor is None:
        return None
    token, why = options.token.reveal, options.reads_only
    return Supervisor(session, options.supervisor, token, reads_only=why)


def _health(home: Home) -> dict[str, Any]:
    mirror = home.mirror
    return {
        "connected": home.core.connected,
        "synced": mirror.synced,
        "stale_since": mirror.stale_since,  # seconds since the epoch
    }
