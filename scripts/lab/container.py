"""The app as a container, in a network like the one that the Supervisor makes."""

import ipaddress
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .engine import Engine
from .paths import LAB
from .progress import Trouble

# The Supervisor's own network first; others where the machine has it, or something in its place.
_SUBNETS: Final = ("172.30.32.0/23", "10.230.32.0/23", "192.168.232.0/23")
_RELAY: Final = LAB / "relay.py"
_LOOK_EVERY = 0.2


@dataclass(frozen=True)
class Network:
    """A network of containers that this machine is the gateway of."""

    name: str
    subnet: ipaddress.IPv4Network

    @property
    def gateway(self) -> str:
        """This machine, as the containers see it."""
        return str(self.subnet[1])

    @property
    def supervisor(self) -> str:
        """The address that the Supervisor has."""
        return str(self.subnet[2])

    @property
    def app(self) -> str:
        """The address that the app gets."""
        return self.app_at(0)

    def app_at(self, place: int) -> str:
        """Return the address of one of several apps."""
        return str(self.subnet[256 + 5 + place])


@dataclass(frozen=True)
class Container:
    """A container of the app."""

    engine: Engine
    name: str

    def log(self) -> str:
        """Return what it has printed so far, on both of its streams."""
        return self.engine.ask("logs", self.name, both=True)

    def health(self) -> str:
        """Return what the engine thinks: starting, healthy or unhealthy; or that it ended."""
        state = (self.engine.inspect("container", self.name) or {}).get("State", {})
        return str(state["Health"]["Status"] if state.get("Running") else state.get("Status"))

    def wait_healthy(self, limit: float) -> float:
        """Wait as the Supervisor does when it starts an app; return the seconds it took."""
        started = time.monotonic()
        while (health := self.health()) == "starting" and time.monotonic() - started < limit:
            time.sleep(_LOOK_EVERY)
        seconds = time.monotonic() - started
        if health != "healthy":
            raise Trouble(f"The app is {health} after {seconds:.0f} s. Its log:\n{self.log()}")
        return seconds

    def stop(self) -> float:
        """Stop it as the Supervisor does (SIGTERM, ten seconds, SIGKILL); return the seconds."""
        started = time.monotonic()
        self.engine.ask("stop", "--time=10", self.name)
        return time.monotonic() - started

    def exit_code(self) -> int:
        """Return how it ended; 137 means that it had to be killed."""
        return int(self.engine.ask("inspect", "--format", "{{.State.ExitCode}}", self.name))


@contextmanager
def network(engine: Engine, subnets: Sequence[str] = _SUBNETS) -> Iterator[Network]:
    """Make a network for the time of a test, in the first of these that the machine has free."""
    name = f"ha-mcp-lab-{secrets.token_hex(4)}"
    subnet = _create(engine, name, subnets)
    try:
        yield Network(name, ipaddress.IPv4Network(subnet))
    finally:
        with suppress(Trouble):
            engine.ask("network", "rm", name)


def _create(engine: Engine, name: str, subnets: Sequence[str]) -> str:
    for subnet in subnets:
        try:
            engine.ask("network", "create", f"--subnet={subnet}", name)
        except Trouble as trouble:
            last = trouble
        else:
            return subnet
    raise last


@contextmanager
def running(
    engine: Engine,
    image: str,
    place: Network,
    data: Path,
    environment: Mapping[str, str],
    *,
    homeassistant: Path | None = None,
    may_write: bool = False,
    address: str | None = None,
    names: Mapping[str, str] | None = None,
) -> Iterator[Container]:
    """Run the app the way the Supervisor does: init, its own /data, and http://supervisor.

    ``homeassistant`` is the configuration that an app with that ``map`` sees, and with ``:rw`` may
    write to; ``address`` is another one than that of the only app; ``names`` are further names it
    can look up.
    """
    mode = "rw" if may_write else "ro"
    settings = (
        f"--ip={address or place.app}",
        f"--add-host=supervisor:{place.supervisor}",
        *(f"--add-host={name}:{there}" for name, there in (names or {}).items()),
        f"--volume={data}:/data",
        *([f"--volume={homeassistant}:/homeassistant:{mode}"] if homeassistant else []),
        *(f"--env={name}={value}" for name, value in environment.items()),
    )
    with _run(engine, place, settings, image) as container:
        yield container


@contextmanager
def supervisor_at(
    engine: Engine, image: str, place: Network, port: int, ingress: int | None = None
) -> Iterator[None]:
    """Make a port of this machine answer where the containers expect the Supervisor.

    ``ingress`` is a port of the app, which answers there, too: who asks it that way asks from the
    Supervisor's address.
    """
    beside = () if ingress is None else (str(ingress), place.app, str(ingress))
    with standing_at(engine, image, place, (place.supervisor, 80), port, *beside):
        yield


@contextmanager
def standing_at(
    engine: Engine, image: str, place: Network, where: tuple[str, int], port: int, *beside: str
) -> Iterator[None]:
    """Make a port of this machine answer at another address and port in the network.

    What is ``beside`` is carried, too: a port there, and the address and port that it leads to.
    """
    address, there = where
    settings = (f"--ip={address}", "--no-healthcheck")
    carry = (_RELAY.read_text(encoding="utf-8"), str(there), place.gateway, str(port), *beside)
    with _run(engine, place, settings, image, "python", "-c", *carry):
        yield


@contextmanager
def _run(
    engine: Engine, place: Network, settings: Sequence[str], image: str, *command: str
) -> Iterator[Container]:
    container = Container(engine, f"ha-mcp-lab-{secrets.token_hex(4)}")
    named = ("--detach", "--init", f"--name={container.name}", f"--network={place.name}")
    try:
        engine.ask("run", *named, *settings, image, *command)
        yield container
    finally:
        with suppress(Trouble):
            engine.ask("rm", "--force", container.name)
