"""Databases of the tests' own, each a process on a free port of this machine."""

import os
import pwd
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .keeper import end_with_parent
from .process import free_port
from .progress import Trouble
from .system import postgresql_programs, require

_START_LIMIT = 60.0
_HOST = "127.0.0.1"


@dataclass
class Database:
    """A database that can be stopped and started again, keeping what it has."""

    url: str
    port: int
    command: Sequence[str | Path]
    log: Path
    user: str | None = None
    answers: Callable[[], bool] = field(default=lambda: True)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self.user,
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509 - nothing here holds a lock while forking
            )
        deadline = time.monotonic() + _START_LIMIT
        while not (_listens(self.port) and self.answers()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Trouble(f"A database did not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it as its owner would: at once, with everything written."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@contextmanager
def running_redis(folder: Path) -> Iterator[Database]:
    """Run Redis, which writes down every change."""
    require("redis")
    port = free_port()
    settings = ["--port", str(port), "--bind", _HOST, "--dir", str(folder), "--save", ""]
    lasting = ["--appendonly", "yes", "--appendfsync", "always"]
    url = f"redis://{_HOST}:{port}/0"
    with _running(Database(url, port, ["redis-server", *settings, *lasting], folder / "log")) as it:
        yield it


@contextmanager
def running_postgresql() -> Iterator[Database]:
    """Run PostgreSQL, which root may not do: its package makes a user for it."""
    require("postgresql")
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="ha-mcp-postgresql-") as name:
        if user is not None:
            owner = pwd.getpwnam(user)
            os.chown(name, owner.pw_uid, owner.pw_gid)
        with _postgresql(Path(name), user) as running:
            yield running


@contextmanager
def _postgresql(folder: Path, user: str | None) -> Iterator[Database]:
    data, port = folder / "data", free_port()
    programs = postgresql_programs()
    if programs is None:
        raise Trouble("PostgreSQL was installed and is not where Debian puts it")
    making: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "tests",
        "--auth=trust",
        "--no-sync",
    ]
    subprocess.run(making, check=True, capture_output=True, user=user, cwd=folder)
    command: list[str | Path] = [
        programs / "postgres",
        "-D",
        data,
        "-p",
        str(port),
        "-h",
        _HOST,
        "-k",
        folder,
    ]
    url = f"postgresql://tests@{_HOST}:{port}/postgres"

    def answers() -> bool:
        asked: list[str | Path] = [programs / "pg_isready", "-h", _HOST, "-p", str(port)]
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0

    with _running(Database(url, port, command, folder / "log", user, answers)) as it:
        yield it


@contextmanager
def _running(database: Database) -> Iterator[Database]:
    database.start()
    try:
        yield database
    finally:
        database.stop()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((_HOST, port)) == 0
