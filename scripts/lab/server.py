"""The server of this repository as a process of its own, as `ha-mcp-web` runs it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from .keeper import end_with_parent
from .progress import Trouble

_LOOK_EVERY = 0.01
_START_LIMIT = 60.0
_STOP_LIMIT = 20.0
_HOST = "127.0.0.1"


@dataclass(frozen=True)
class RunningServer:
    """A process that serves MCP over HTTP."""

    port: int
    path: str
    log_file: Path
    process: subprocess.Popen[bytes]
    started: float
    """When it was started, on the clock of `time.monotonic`."""

    @property
    def url(self) -> str:
        """The private URL."""
        return f"http://{_HOST}:{self.port}{self.path}"

    @property
    def pid(self) -> int:
        """The process."""
        return self.process.pid

    def log(self) -> str:
        """Return what it has printed so far."""
        return self.log_file.read_text(errors="replace")

    async def health(self) -> dict[str, Any] | None:
        """Return what `/healthz` says, or nothing while nobody listens."""
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"http://{_HOST}:{self.port}/healthz") as answer,
            ):
                said: dict[str, Any] = await answer.json()
                return said
        except (aiohttp.ClientError, ValueError):
            return None

    async def wait_synced(self) -> float:
        """Wait until its picture of the home is complete; return the seconds since its start."""
        while True:
            health = await self.health() or {}
            if health.get("home", {}).get("synced"):
                return time.monotonic() - self.started
            self.check_alive()
            await asyncio.sleep(_LOOK_EVERY)

    async def ended(self) -> None:
        """Wait until it ends by itself, which it should not, and raise with what it said."""
        while True:
            self.check_alive(starting=False)
            await asyncio.sleep(0.2)

    def check_alive(self, *, starting: bool = True) -> None:
        """Raise with what it said last, when it has ended or, while starting, takes too long."""
        tail = "\n".join(self.log().splitlines()[-10:])
        if self.process.poll() is not None:
            raise Trouble(f"The MCP server has ended. It said:\n{tail}")
        if starting and time.monotonic() - self.started > _START_LIMIT:
            raise Trouble(f"The MCP server did not get ready. It said:\n{tail}")


def check_port_free(port: int, option: str) -> None:
    """Raise when something listens on a port that we were told to use."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as err:
            raise Trouble(
                f"Port {port} is in use by another program.\n"
                f"Stop that program, or choose another port with {option}."
            ) from err


@asynccontextmanager
async def running_server(
    folder: Path,
    command: list[str | Path] | None = None,
    *,
    home: tuple[str, str],
    port: int,
    path: str,
    env: Mapping[str, str] | None = None,
) -> AsyncIterator[RunningServer]:
    """Start the server for a home (its URL and token) and stop it cleanly at the end."""
    url, token = home
    log_file = folder / "server.log"
    settings = {
        "HOMEASSISTANT_URL": url,
        "HOMEASSISTANT_TOKEN": token,
        "MCP_PORT": str(port),
        "MCP_SECRET_PATH": path,
        "XDG_STATE_HOME": str(folder / "state"),
    }
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            command or [Path(sys.executable).parent / "ha-mcp-web"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C belongs to us: the server is stopped before the home that it talks to.
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - nothing here holds a lock while forking
            env={**os.environ, **settings, **(env or {})},
        )
    try:
        yield RunningServer(port, path, log_file, process, time.monotonic())
    finally:
        await _stop(process)


async def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        await asyncio.to_thread(process.wait, _STOP_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        await asyncio.to_thread(process.wait)
