"""Inside Home Assistant OS: at a private address, through the relay, and for Assist."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from ..announcing import announce
from ..app import Wired, about, alongside, wired
from ..app_options import app_options
from ..assist import NAME, Offer, entrances, offer
from ..authorizing import authorizing
from ..edges import serve_at
from ..further import further
from ..ha import Supervisor
from ..options import Options
from ..panel.loading import Panel
from ..panel.parts import Parts
from ..relays import pairing, remote
from ..toolkit import Profile
from ..visitors import Admins, Gateway
from ..web.asgi import asgi_app
from ..web.ingress import Ingress
from ..web.origins import Origins
from ..web.pairing import pairing_routes
from ..web.protocol import McpServer
from ..web.serving import listen
from .running import run_home, told_to_stop

ABOUT: Final = "Serve inside Home Assistant OS, as an app."
ENVIRONMENT: Final = "environment: set by the Supervisor; the options are in /data/options.json\n"


def run(environ: Mapping[str, str]) -> None:
    """Serve until SIGTERM or SIGINT."""
    run_home(app_options(environ), _until_told)


async def in_house(options: Options, stop: asyncio.Event) -> None:
    """Serve until told to stop; raises Problem when the port cannot be had."""
    edge = options.at_edge
    with listen(edge.host, edge.port) as listening:
        async with wired(options) as ours:
            supervisor = _supervisor(options, ours)
            async with (
                authorizing(options, supervisor) as authorization,
                further(options) as ways,
            ):
                outside = remote(options, ours.session)
                paired = pairing(options, supervisor, authorization, outside)
                risks = {tool.name: tool.risk for tool in ours.catalog}
                app = asgi_app(
                    ours.server,
                    path=edge.path.reveal(),
                    origins=Origins(on_loopback=edge.on_loopback, secret=True),
                    health=ours.health,
                    further=ways.find,
                    entrances=entrances(options.voice_path, _for_agents(options, ours)),
                    beside=partial(pairing_routes, paired, ours.server, risks.get),
                )
                panel = Panel(
                    Parts(
                        version=about().version,
                        options=options,
                        home=ours.home,
                        store=ours.store,
                        supervisor=supervisor,
                        logins=authorization.login.store,
                        addresses=ways.addresses,
                        remote=outside,
                        masks=ours.masks,
                    )
                )
                behind = Ingress(
                    app, panel, gateway=Gateway(_base(options)), is_admin=Admins(ours.core)
                )
                telling = (
                    announce(edge, supervisor, ways.told),
                    offer(Offer.of(options), ours.core, supervisor),
                )
                async with alongside(*telling):
                    await serve_at(edge, behind, listening, stop)


async def _until_told(options: Options) -> None:
    await in_house(options, told_to_stop())


def _supervisor(options: Options, ours: Wired) -> Supervisor:
    token, why = options.token.reveal, options.reads_only
    return Supervisor(ours.session, _base(options), token, reads_only=why)


def _base(options: Options) -> str:
    """Return where the Supervisor answers."""
    if options.supervisor is None:
        raise ValueError("These options are not those of an app")
    return options.supervisor


def _for_agents(options: Options, ours: Wired) -> McpServer | None:
    """Return what Home Assistant's own agents are offered, if they are."""
    if options.voice_path is None:
        return None
    return ours.offering(ours.catalog.seen_by(Profile.VOICE), replace(about(), name=NAME))
