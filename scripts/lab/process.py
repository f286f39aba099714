"""One process of Home Assistant Core: started, stopped, killed and frozen at will."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from .environments import core_python
from .paths import LAB
from .progress import Trouble

_START_LIMIT = 180.0
_STOP_LIMIT = 30.0
_KILL_LIMIT = 5.0
_LOOK_EVERY = 0.05
_HOST = "127.0.0.1"


def free_port() -> int:
    """Return a port of the loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class RunningCore:
    """One Core with a home of its own in a folder of its own."""

    folder: Path
    version: str
    port: int
    token: str = ""
    nonadmin_token: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    """What it finds in its environment besides, such as where its Supervisor is."""
    _keeper: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{_HOST}:{self.port}"

    @property
    def config_dir(self) -> Path:
        """The folder with `configuration.yaml` and `.storage`."""
        return self.folder / "config"

    @property
    def pid(self) -> int:
        """The process of Core itself; another one after each restart."""
        return int(self._pid_file.read_text())

    def log(self) -> str:
        """Return what Core has printed so far."""
        path = self._log_file
        return path.read_text(errors="replace") if path.exists() else ""

    async def start(self) -> None:
        """Start Core and wait until it runs."""
        self._spawn()
        await self.wait_running()

    async def restart(self) -> None:
        """Have Core restart itself, as a user would, and wait until it runs again."""
        before = self.pid
        async with aiohttp.ClientSession(headers=self._headers()) as session:
            await session.post(f"{self.url}/api/services/homeassistant/restart", json={})
        await self.wait_restarted(before)

    async def wait_restarted(self, before: int) -> None:
        """Wait until another process than `before` runs the home."""
        deadline = time.monotonic() + _START_LIMIT
        while self.pid == before:
            self._check_alive(deadline)
            await asyncio.sleep(_LOOK_EVERY)
        await self.wait_running()

    async def stop(self) -> None:
        """Let Core end in its own time; what it holds in memory is written first."""
        keeper = self._keeper
        if keeper is None:
            return
        keeper.terminate()
        try:
            await asyncio.to_thread(keeper.wait, _STOP_LIMIT)
        except subprocess.TimeoutExpired:
            await self.kill()
        self._keeper = None

    async def kill(self) -> None:
        """End Core at once, as a power cut would; `start` brings it back."""
        keeper = self._keeper
        if keeper is None:
            return
        # Core alone first: its keeper then takes note of its end and leaves no zombie.
        with suppress(ProcessLookupError, FileNotFoundError):
            os.kill(self.pid, signal.SIGKILL)
        try:
            await asyncio.to_thread(keeper.wait, _KILL_LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(keeper.pid, signal.SIGKILL)
            await asyncio.to_thread(keeper.wait)
        self._keeper = None

    async def pause(self) -> None:
        """Freeze Core: its sockets stay open and answer nothing."""
        os.kill(self.pid, signal.SIGSTOP)

    async def resume(self) -> None:
        """Thaw a frozen Core."""
        os.kill(self.pid, signal.SIGCONT)

    async def wait_running(self) -> None:
        """Wait until Core says that it runs, or at least serves while there is no user yet."""
        deadline = time.monotonic() + _START_LIMIT
        async with aiohttp.ClientSession(headers=self._headers()) as session:
            while not await self._runs(session):
                self._check_alive(deadline)
                await asyncio.sleep(_LOOK_EVERY)

    async def _runs(self, session: aiohttp.ClientSession) -> bool:
        path = "/api/core/state" if self.token else "/api/onboarding"
        try:
            async with session.get(self.url + path, timeout=aiohttp.ClientTimeout(5)) as answer:
                if answer.status != 200:
                    return False
                return not self.token or (await answer.json())["state"] == "RUNNING"
        except (aiohttp.ClientError, TimeoutError):
            return False

    def _spawn(self) -> None:
        self._pid_file.unlink(missing_ok=True)
        core: list[str | Path] = [
            core_python(self.version),
            "-m",
            "homeassistant",
            "--config",
            self.config_dir,
        ]
        self._keeper = subprocess.Popen(
            [sys.executable, LAB / "keeper.py", self._pid_file, self._log_file, *core],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env=_environment() | dict(self.environment),
        )

    def _check_alive(self, deadline: float) -> None:
        """Raise when Core has ended or takes too long."""
        tail = "\n".join(self.log().splitlines()[-15:])
        if self._keeper is not None and self._keeper.poll() is not None:
            raise Trouble(f"Home Assistant ended while starting:\n{tail}")
        if time.monotonic() > deadline:
            raise Trouble(f"Home Assistant did not start in {_START_LIMIT:.0f} s:\n{tail}")

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    @property
    def _pid_file(self) -> Path:
        return self.folder / "core.pid"

    @property
    def _log_file(self) -> Path:
        return self.folder / "core.log"


def listen_on(config_dir: Path, port: int) -> None:
    """Make a home that has been started before listen on the loopback, at this port.

    Core reads `http:` from YAML only once and then keeps it in its storage, where a change is on
    trial for five minutes. Written as the settled configuration it holds from the first start on.
    """
    path = config_dir / ".storage" / "http"
    stored = json.loads(path.read_text())
    data = stored["data"]
    settled = data["pending"] or data["stable"]
    data["stable"] = {**settled, "server_host": [_HOST], "server_port": port}
    data["pending"] = None
    data["yaml_migration_done"] = True
    path.write_text(json.dumps(stored))


def _environment() -> dict[str, str]:
    """Return this process's environment without what would change how Core or its Python behave."""
    foreign = ("PYTHON", "VIRTUAL_ENV", "SUPERVISOR", "HASSIO", "SETUP_PORT", "COVERAGE")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
