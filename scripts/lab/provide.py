"""Things built once and kept in the cache, safely for several processes at a time."""

import fcntl
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from .paths import cache
from .progress import Trouble


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Let one process at a time build a thing; the system frees the lock of a dead one."""
    lock = cache() / f"{name}.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def provided(name: str, build: Callable[[Path], None]) -> Path:
    """Return a folder of the cache, building it where it does not stand complete.

    Virtual environments hold their own path and cannot be renamed into place, so a mark that is
    written last tells a complete folder from an interrupted one, which is thrown away.
    """
    place = cache() / name
    ready = place / ".ready"
    if ready.exists():
        return place
    with only_one(name):
        if not ready.exists():
            shutil.rmtree(place, ignore_errors=True)
            build(place)
            ready.touch()
    return place


def run_logged(
    command: Sequence[str | Path],
    log: str,
    *,
    doing: str,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run a command with its output in a log file; say plainly when it fails."""
    path = cache() / "logs" / f"{log}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as output:
        done = subprocess.run(command, stdout=output, stderr=output, cwd=cwd, env=env, check=False)
    if done.returncode:
        raise Trouble(f"{doing} failed: {_reason(path)}\nIs the network there? Details: {path}")


def _reason(log: Path) -> str:
    """Return the line of a log that most likely names the failure."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    named = [line for line in lines[-40:] if line.lower().startswith(("error", "e:", "npm err"))]
    return (named or lines or ["nothing was printed"])[-1][:300]
