"""Listen on a port, and stop in good order."""

import asyncio
import errno
import socket
from contextlib import AbstractContextManager, nullcontext
from typing import Final

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from ..problems import Conflict, Invalid
from .tls import Tls

_LAST_ANSWERS: Final = 3  # seconds that calls under way have left when the server stops
# Longer than clients keep a connection: who closes first loses no request to the other.
_IDLE: Final = 75  # seconds
# Where the ASGI scope holds the event that the server stops: for answers that do not end by
# themselves.
STOPPING: Final = "ha_mcp.stopping"


class _Uvicorn(uvicorn.Server):
    """Leaves signals to the composition root, which has more to stop than this."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override] # narrower than uvicorn's generator, and all it uses
        return nullcontext()


def listen(host: str, port: int) -> socket.socket:
    """Take the port; raises Conflict when somebody has it, Invalid when the host is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, so that asyncio answers at once (TCP_NODELAY): 40 ms less for each call.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as err:
        listening.close()
        if err.errno == errno.EADDRINUSE:
            raise Conflict(
                f"Port {port} is in use by another program",
                hint="Stop that program, or choose another port",
            ) from err
        raise Invalid(f"Cannot listen on {host}, port {port}: {err.strerror or err}") from err
    listening.settimeout(0)
    return listening


async def serve(
    app: ASGIApp,
    listening: socket.socket,
    stop: asyncio.Event,
    tls: Tls | None = None,
) -> None:
    """Answer on the socket until ``stop`` is set; then calls under way have a few seconds."""

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, STOPPING: stop}, receive, send)

    config = uvicorn.Config(
        told,
        http="h11",
        ws="none",
        lifespan="on",
        access_log=False,  # it would show the private path
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=_LAST_ANSWERS,
        ssl_context_factory=None if tls is None else lambda _config, _default: tls.context,
    )
    server = _Uvicorn(config)
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.serve([listening]))
        stopping = tasks.create_task(stop.wait())
        following = tasks.create_task(_follow(tls))
        await asyncio.wait([serving, stopping], return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving
        stopping.cancel()
        following.cancel()


async def _follow(tls: Tls | None) -> None:
    if tls is not None:
        await tls.follow()
