"""What only the system's own package manager can provide."""

import ctypes.util
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .progress import Trouble, step
from .provide import only_one, run_logged


@dataclass(frozen=True)
class Need:
    """Something of the system, how to see that it is there, and the Debian package that has it."""

    package: str
    present: Callable[[], bool]


def _program(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name) is not None


def _library(name: str) -> Callable[[], bool]:
    return lambda: ctypes.util.find_library(name) is not None


NEEDS = {
    "ffmpeg": Need("ffmpeg", _program("ffmpeg")),
    "turbojpeg": Need("libturbojpeg0", _library("turbojpeg")),
    "git": Need("git", _program("git")),
    "compiler": Need("gcc", _program("gcc")),
    "npm": Need("npm", _program("npm")),
    "nginx": Need("nginx-light", _program("nginx")),
    "chromium": Need("chromium", _program("chromium")),
    "caddy": Need("caddy", _program("caddy")),
    "redis": Need("redis-server", _program("redis-server")),
    "postgresql": Need("postgresql", lambda: postgresql_programs() is not None),
}
FOR_CORE = ("ffmpeg", "turbojpeg", "git", "compiler")
FOR_TESTS = ("npm", "nginx", "chromium", "caddy", "redis", "postgresql")


def postgresql_programs() -> Path | None:
    """Return the folder of the newest server's programs: Debian keeps them out of the way."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    beside = shutil.which("postgres")
    return found[-1].parent if found else Path(beside).parent if beside else None


def require(*names: str) -> None:
    """Make sure that these needs are met: by apt where we may, by a plain request where not."""
    missing = _missing(names)
    if not missing:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Trouble(
            f"Missing on this machine: {' '.join(missing)}.\n"
            f"Install them (Debian: sudo apt-get install {' '.join(missing)}), then run this again."
        )
    with only_one("apt"):
        if missing := _missing(names):
            _install(missing)


def _missing(names: tuple[str, ...]) -> list[str]:
    return [NEEDS[name].package for name in names if not NEEDS[name].present()]


def _install(packages: list[str]) -> None:
    # RUNLEVEL: what is installed is a program for our tests, not a service of this machine.
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    with step(f"Installing {' '.join(packages)} with apt"):
        run_logged(["apt-get", "update"], "apt", doing="Reading the package lists", env=env)
        run_logged(
            ["apt-get", "install", "--yes", "--no-install-recommends", *packages],
            "apt",
            doing=f"Installing {' '.join(packages)}",
            env=env,
        )
