"""A Docker engine: the one that runs here, or one of the lab's own that leaves no trace outside.

Whoever may use an engine that runs gets that one. As root on Debian or Ubuntu the lab installs the
distribution's engine and starts it with its own data, socket and process file.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .paths import cache
from .progress import Trouble, step
from .provide import only_one, run_logged

_START_LIMIT = 60.0
_STOP_LIMIT = 30.0
_LOOK_EVERY = 0.1
# The second one copies whole layers, and works everywhere.
_DRIVERS = ("overlay2", "vfs")
_PACKAGES = ("docker.io", "iptables")
# Debian's newer releases split the client off; where it is part of the engine it is not known.
_CLIENT_PACKAGE = "docker-cli"


@dataclass(frozen=True)
class Engine:
    """A Docker engine that answers."""

    environment: dict[str, str] = field(repr=False)
    own: bool

    def ask(self, *command: str | Path, limit: float = 120, both: bool = False) -> str:
        """Run one command of the client and return what it printed, on one stream or on both."""
        done = subprocess.run(
            ["docker", *command],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if both else subprocess.PIPE,
            text=True,
            check=False,
            timeout=limit,
        )
        if done.returncode:
            said = (done.stderr or done.stdout).strip()[-600:]
            raise Trouble(f"docker {command[0]} failed: {said}")
        return done.stdout

    def inspect(self, kind: str, name: str) -> dict[str, Any] | None:
        """Return what the engine knows about an image, a container or a network, if anything."""
        try:
            found = json.loads(self.ask(kind, "inspect", name))
        except Trouble:
            return None
        first: dict[str, Any] = found[0]
        return first


@contextmanager
def engine() -> Iterator[Engine]:
    """Lend an engine; one that was started for this is stopped again."""
    found = _running_engine()
    if found is not None:
        yield found
        return
    with only_one("engine"), tempfile.TemporaryDirectory(prefix="ha-mcp-engine-") as folder:
        yield from _own_engine(Path(folder))


def as_root(what: str) -> None:
    """Say plainly that something needs root, where it is not there."""
    if os.geteuid() != 0:
        raise Trouble(
            f"{what} needs root.\n"
            "Run this as root, or give yourself access to a running Docker engine."
        )


def install(*packages: str) -> None:
    """Install packages of this machine's distribution."""
    if not shutil.which("apt-get"):
        raise Trouble(f"{', '.join(packages)} must be installed, and this machine has no apt-get.")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    doing = f"Installing {', '.join(packages)}"
    run_logged(["apt-get", "update", "-qq"], "packages", doing=doing, env=quiet)
    run_logged(
        ["apt-get", "install", "--yes", "--no-install-recommends", *packages],
        "packages",
        doing=doing,
        env=quiet,
    )


def _running_engine() -> Engine | None:
    """Return the engine that the client finds by itself."""
    if not shutil.which("docker"):
        return None
    found = Engine(dict(os.environ), own=False)
    try:
        found.ask("version", "--format", "{{.Server.Version}}", limit=20)
    except (Trouble, subprocess.TimeoutExpired):
        return None
    return found


def _own_engine(folder: Path) -> Iterator[Engine]:
    as_root("Starting a container engine")
    _install_engine()
    socket = f"unix://{folder}/docker.sock"
    found = Engine(os.environ | {"DOCKER_HOST": socket, "DOCKER_BUILDKIT": "0"}, own=True)
    daemon = _started(found, folder, socket)
    try:
        yield found
    finally:
        _end(daemon)
        _unmount(folder, cache() / "engine")


def _started(found: Engine, folder: Path, socket: str) -> subprocess.Popen[bytes]:
    """Start with the first way to store layers that works here."""
    log = cache() / "logs" / "engine.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    for driver in _DRIVERS:
        with log.open("wb") as output:
            command = _command(folder, socket, driver)
            daemon = subprocess.Popen(command, stdout=output, stderr=output)
        if _answers(found, daemon):
            return daemon
        _end(daemon)
    last = log.read_text(errors="replace").strip().splitlines()[-1:]
    raise Trouble(f"The container engine did not start: {''.join(last)[-400:]}\nDetails: {log}")


def _install_engine() -> None:
    if shutil.which("dockerd") and shutil.which("docker"):
        return
    with step("Installing a container engine"):
        install(*_PACKAGES)
        if not shutil.which("docker"):
            install(_CLIENT_PACKAGE)


def _command(folder: Path, socket: str, driver: str) -> list[str]:
    """Start with everything of its own. Sockets need short paths, so they are not in the cache."""
    return [
        "dockerd",
        f"--storage-driver={driver}",
        "--bridge=none",
        f"--data-root={cache() / 'engine'}",
        f"--exec-root={folder}/exec",
        f"--pidfile={folder}/engine.pid",
        f"--host={socket}",
    ]


def _answers(found: Engine, daemon: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + _START_LIMIT
    while daemon.poll() is None and time.monotonic() < deadline:
        try:
            found.ask("version", limit=10)
        except (Trouble, subprocess.TimeoutExpired):
            time.sleep(_LOOK_EVERY)
        else:
            return True
    return False


def _end(daemon: subprocess.Popen[bytes]) -> None:
    daemon.terminate()
    try:
        daemon.wait(_STOP_LIMIT)
    except subprocess.TimeoutExpired:
        daemon.kill()
        daemon.wait()


def _unmount(*folders: Path) -> None:
    """Take away the mounts that an engine leaves behind in its folders, the inner ones first."""
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    for place in reversed([line.split()[1] for line in mounts]):
        if any(Path(place).is_relative_to(folder) for folder in folders):
            subprocess.run(["umount", place], capture_output=True, check=False)
