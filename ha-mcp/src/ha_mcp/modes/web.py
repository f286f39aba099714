"""Over HTTP outside Home Assistant OS, to whoever knows the address (``ha-mcp-web``)."""

import asyncio
from collections.abc import Mapping
from typing import Final

from ..announcing import announce
from ..app import alongside, wired
from ..edges import serve_at
from ..further import further
from ..options import Options, web_options
from ..web.asgi import asgi_app
from ..web.origins import Origins
from ..web.serving import listen
from .running import run_home, told_to_stop
from .told import HOME

ABOUT: Final = "Serve over HTTP."
ENVIRONMENT: Final = f"""\
{HOME}\
  MCP_HOST             address to listen on (127.0.0.1)
  MCP_PORT             port to listen on (8086)
  MCP_SECRET_PATH      path of the endpoint (/mcp)
  SSL_CERTFILE         certificate with its chain (PEM), to serve over https
  SSL_KEYFILE          its private key (PEM)
  MCP_CORS_ORIGINS     origins of web pages that may use the server, with a comma between two
"""


def run(environ: Mapping[str, str]) -> None:
    """Serve until SIGTERM or SIGINT."""
    run_home(web_options(environ), _until_told)


async def over_http(options: Options, stop: asyncio.Event) -> None:
    """Serve over HTTP until told to stop; raises Problem when the port cannot be had."""
    edge = options.at_edge
    with listen(edge.host, edge.port) as listening:
        async with (
            wired(options) as ours,
            further(options) as ways,
            alongside(announce(edge, None)),
        ):
            app = asgi_app(
                ours.server,
                path=edge.path.reveal(),
                origins=Origins(
                    on_loopback=edge.on_loopback, secret=not edge.guessable, listed=edge.origins
                ),
                health=ours.health,
                further=ways.find,
            )
            await serve_at(edge, app, listening, stop)


async def _until_told(options: Options) -> None:
    await over_http(options, told_to_stop())
