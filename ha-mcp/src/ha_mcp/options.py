"""What the owner decided, read once at the start and never changed after.

Inside Home Assistant OS they are in a file (``app_options``), elsewhere in the environment.
``__main__`` passes the environment in: nothing else reads it.
"""

import hashlib
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from .access.asked import Asked
from .edge_options import Certificate, certificate, cors_origins, wrong
from .problems import Invalid
from .secret import MINIMUM, Secret

LOG_LEVELS: Final = ("debug", "info", "warning", "error")

JOURNAL_DAYS: Final = range(1, 366)
_WEB_PORT = 8086
_WEB_PATH = "/mcp"
_LOOPBACK = "127.0.0.1"
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_PORTS = range(1, 65536)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Where clients come in over HTTP."""

    host: str
    port: int
    path: Secret
    certificate: Certificate | None = None
    origins: frozenset[str] = frozenset()  # of web pages that may use the server

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can connect."""
        return self.host in {_LOOPBACK, "localhost", "::1"}

    @property
    def guessable(self) -> bool:
        """Whether the path is one that anybody could try."""
        return len(self.path.reveal().strip("/")) < MINIMUM


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Everything the server is told from outside."""

    core_rest: str
    core_ws: str
    token: Secret
    state_dir: Path
    log_level: str = "info"
    supervisor: str | None = None
    edge: Edge | None = None
    further: tuple[Asked, ...] = ()
    """Private addresses that there are to be beside the first."""
    voice_path: Secret | None = None
    """Where Home Assistant's own agents come in; none when they are not to."""
    read_only: bool = False
    access_hours: int = 1
    """How long what a client got for a login admits, before it is renewed."""
    journal_days: int = 30
    """How long the journal keeps what was changed."""
    config_dir: Path | None = None
    """Home Assistant's own folder, where the server may look into it."""

    @property
    def secrets_file(self) -> Path | None:
        """Home Assistant's ``secrets.yaml``, where it may be read: its values are hidden."""
        return self.config_dir / "secrets.yaml" if self.config_dir else None

    @property
    def at_edge(self) -> Edge:
        """Where clients come in; raises ValueError where none come over HTTP."""
        if self.edge is None:
            raise ValueError("These options are not for serving over HTTP")
        return self.edge

    @property
    def secrets(self) -> list[Secret]:
        """Return what neither an answer nor the log may show."""
        path = [self.edge.path] if self.edge is not None and not self.edge.guessable else []
        return [self.token, *path, *([self.voice_path] if self.voice_path is not None else [])]

    @property
    def reads_only(self) -> str:
        """Say why nothing may be changed; empty when it may."""
        return "the owner set this server to only read (option read_only)" if self.read_only else ""


def web_options(environ: Mapping[str, str]) -> Options:
    """Read the environment of ha-mcp-web."""
    edge = Edge(
        host=environ.get("MCP_HOST") or _LOOPBACK,
        port=read_port(environ.get("MCP_PORT") or str(_WEB_PORT)),
        path=read_path(environ.get("MCP_SECRET_PATH") or _WEB_PATH),
        certificate=certificate(environ),
    )
    origins = cors_origins(environ, guessable=edge.guessable)
    return _outside(environ, replace(edge, origins=origins))


def stdio_options(environ: Mapping[str, str]) -> Options:
    """Read the environment of ha-mcp, which nobody connects to from outside."""
    return _outside(environ, None)


def state_dir(environ: Mapping[str, str], home_url: str, *, platform: str = sys.platform) -> Path:
    """Return the folder in which the server keeps what it knows about one home."""
    home = hashlib.sha256(home_url.encode()).hexdigest()[:16]
    return user_state(environ, platform) / "ha-mcp" / home


def user_state(environ: Mapping[str, str], platform: str) -> Path:
    """Return where the system keeps the state of the user's programs."""
    if platform == "win32" and environ.get("LOCALAPPDATA"):
        return Path(environ["LOCALAPPDATA"])
    if platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")


def _outside(environ: Mapping[str, str], edge: Edge | None) -> Options:
    url = home_address(required(environ, "HOMEASSISTANT_URL"))
    token = required(
        environ,
        "HOMEASSISTANT_TOKEN",
        hint="Make a long-lived access token on the security page of your Home Assistant profile",
    )
    return Options(
        core_rest=f"{url}/api",
        core_ws=f"ws{url.removeprefix('http')}/api/websocket",
        token=Secret(token),
        state_dir=state_dir(environ, url),
        log_level=read_level(environ),
        edge=edge,
        read_only=read_switch(environ, "READ_ONLY"),
        journal_days=read_days(environ),
        config_dir=read_config_dir(environ),
    )


def read_config_dir(environ: Mapping[str, str]) -> Path | None:
    """Read the folder of Home Assistant; one without its configuration would hide no secret."""
    path = environ.get("HOMEASSISTANT_CONFIG", "").strip()
    if not path:
        return None
    if not Path(path, "configuration.yaml").is_file():
        raise wrong("HOMEASSISTANT_CONFIG", f"there is no configuration.yaml in {path}")
    return Path(path)


def required(environ: Mapping[str, str], name: str, *, hint: str | None = None) -> str:
    """Return a setting that there has to be; raises Invalid."""
    value = environ.get(name, "").strip()
    if not value:
        raise Invalid(f"{name} is not set", hint=hint, what="option", which=name)
    return value


def home_address(url: str) -> str:
    """Return the address without a slash or ``/api`` at its end."""
    accepted = "an address such as http://homeassistant.local:8123 is needed"
    try:
        parts = urlsplit(url)
        right = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        right = False
    if not right:
        raise wrong("HOMEASSISTANT_URL", f"{url!r} is not a web address; {accepted}")
    if parts.username or parts.query or parts.fragment:
        raise wrong("HOMEASSISTANT_URL", f"it has more than host, port and path; {accepted}")
    plain = f"{parts.scheme}://{parts.netloc.lower()}{parts.path}".rstrip("/")
    return plain.removesuffix("/api")


def read_port(text: str) -> int:
    """Read a port; raises Invalid."""
    if not (text.isascii() and text.isdigit() and int(text) in _PORTS):
        raise wrong("MCP_PORT", f"{text!r} is not a port; a number from 1 to 65535 is needed")
    return int(text)


def read_path(text: str) -> Secret:
    """Read the path of the endpoint, with or without slashes around it; raises Invalid."""
    path = f"/{text.strip('/')}"
    if not _PATH.fullmatch(path):
        raise wrong(
            "MCP_SECRET_PATH",
            "it has characters that an address cannot carry; letters, digits, - _ . ~ and / are"
            " accepted",
        )
    if path.startswith(("/healthz", "/.well-known")):
        raise wrong("MCP_SECRET_PATH", "/healthz and /.well-known are the server's own")
    return Secret(path)


def read_switch(environ: Mapping[str, str], name: str) -> bool:
    """Read a switch; a word that is neither stops the start, for it may have been meant as yes."""
    word = environ.get(name, "").strip().lower()
    if word in {"", "0", "false", "no", "off"}:
        return False
    if word in {"1", "true", "yes", "on"}:
        return True
    raise wrong(name, f"{word!r} is neither true nor false")


def read_days(environ: Mapping[str, str]) -> int:
    """Read how long changes are kept; raises Invalid."""
    text = environ.get("JOURNAL_DAYS", "").strip() or "30"
    if not text.isdecimal() or int(text) not in JOURNAL_DAYS:
        raise wrong("JOURNAL_DAYS", f"{text!r} is no number from 1 to {JOURNAL_DAYS[-1]}")
    return int(text)


def read_level(environ: Mapping[str, str]) -> str:
    """Read how much is logged; raises Invalid."""
    try:
        return level(environ.get("LOG_LEVEL") or "info")
    except ValueError as err:
        raise wrong("LOG_LEVEL", str(err)) from err


def level(value: Any) -> str:
    """Accept a level in any case; raises ValueError."""
    read = value.strip().lower() if isinstance(value, str) else value
    if read not in LOG_LEVELS:
        raise ValueError(f"{value!r} is not a level; {', '.join(LOG_LEVELS)} are accepted")
    return str(read)
