"""For the one client that started this process (``ha-mcp``)."""

import signal
from collections.abc import Mapping
from typing import Final

from mcp.server.stdio import stdio_server

from ..app import wired
from ..options import Options, stdio_options
from .running import run_home
from .told import HOME

ABOUT: Final = "Serve one client over stdin and stdout."
ENVIRONMENT: Final = HOME


def run(environ: Mapping[str, str]) -> None:
    """Serve until the client closes stdin."""
    # Reading stdin cannot be interrupted, and there is nothing to put in order.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    run_home(stdio_options(environ), over_stdio)


async def over_stdio(options: Options) -> None:
    """Serve one client over stdin and stdout until it closes them."""
    async with wired(options) as ours, stdio_server() as (reading, writing):
        await ours.server.run(reading, writing, ours.server.create_initialization_options())
