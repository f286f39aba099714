"""The composition root: what every way to run the server is made of (``modes``)."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from aiohttp import ClientSession, DummyCookieJar

from . import __version__, tools
from .answering import answering
from .documents import Remembered, Store, opened
from .ha import CoreRest, CoreSocket
from .ha import only_reading as quiet
from .home import ConfigDir, Home
from .masks import Masks
from .narrowing import narrowed
from .options import Options
from .rights import tell_rights
from .secrets_file import secrets_in
from .settling import settle
from .toolkit import Catalog, pipeline
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
from .web.protocol import About, McpServer, mcp_server

_LOG = logging.getLogger("ha_mcp")
_LONGEST_CALL: Final = 25.0

type Offering = Callable[[Catalog, About], McpServer]


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
    store: Store
    core: CoreSocket
    session: ClientSession
    masks: Masks
    offering: Offering
    """Makes a further server of some of the tools, which says another name of itself."""

    def health(self) -> dict[str, Any]:
        """Return how the connection to the home is."""
        mirror = self.home.mirror
        return {
            "home": {
                "connected": self.home.core.connected,
                "synced": mirror.synced,
                "stale_since": mirror.stale_since,  # seconds since the epoch
            }
        }


@asynccontextmanager
async def wired(options: Options) -> AsyncIterator[Wired]:
    """Wire the server of one home: the home, tools, stages, protocol."""
    async with at_home(options) as ours:
        home = ours.home
        masks = Masks([*options.secrets, *secrets_in(options.secrets_file)])
        handle = pipeline(stages(masks=masks), answering(home))
        async with alongside(tell_rights(ours.core), settle(home)):
            resources = {Home: home, Store: ours.store, Remembered: ours.remembered}
            catalog = Catalog.discover(tools)

            def offering(seen: Catalog, named: About) -> McpServer:
                return mcp_server(seen, handle, resources, named, reads_only=options.reads_only)

            server = offering(catalog, about())
            yield Wired(server, catalog, home, ours.store, ours.core, ours.session, masks, offering)


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
        rest = CoreRest(session, options.core_rest, token, reads_only=why)
        home = Home(core, rest, config_dir=ConfigDir(options.config_dir))
        async with (
            alongside(core.run(), home.run()),
            opened(home, options.state_dir, days=options.journal_days) as store,
        ):
            yield AtHome(core, home, store, store.remembered, session)


@asynccontextmanager
async def alongside(*loops: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run loops for as long as the block lasts."""
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(loop) for loop in loops]
        yield
        for task in running:
            task.cancel()
