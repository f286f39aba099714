"""What the owner decided, read once at the start and never changed after.

In the app the Supervisor writes the options to a file and gives the token in the environment;
elsewhere everything is in the environment. ``__main__`` passes the environment in: nothing else
reads it.
"""

import hashlib
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import voluptuous as vol

from .edge_options import Certificate, certificate, cors_origins
from .problems import Invalid
from .secret import MINIMUM, Secret, hard_to_guess, kept

APP_DATA: Final = Path("/data")
APP_PORT: Final = 9583
SUPERVISOR: Final = "http://supervisor"
VOICE_FILE: Final = "assist_secret"  # keeps the path for Home Assistant's agents
LOG_LEVELS: Final = ("debug", "info", "warning", "error")

_WEB_PORT = 8086
_WEB_PATH = "/mcp"
_LOOPBACK = "127.0.0.1"
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - a container has to be reached from outside it
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_PORTS = range(1, 65536)
_SECRETS = Path("/homeassistant/secrets.yaml")  # there only if the folder is mapped


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
    voice_path: Secret | None = None
    """Where Home Assistant's own agents come in; none when they are not to."""
    read_only: bool = False
    access_hours: int = 1
    """How long what a client got for a login admits, before it is renewed."""
    secrets_file: Path | None = None
    """Home Assistant's ``secrets.yaml``, where it may be read: its values are hidden."""

    @property
    def secrets(self) -> list[Secret]:
        """Return what neither an answer nor the log may show."""
        path = [self.edge.path] if self.edge is not None and not self.edge.guessable else []
        return [self.token, *path, *([self.voice_path] if self.voice_path is not None else [])]

    @property
    def reads_only(self) -> str:
        """Say why nothing may be changed; empty when it may."""
        return "the owner set this server to only read (option read_only)" if self.read_only else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppOptions:
    """The options of config.yaml, as the owner set them."""

    log_level: str = "info"
    secret_path: Secret | None = None
    announce_to_assist: bool = True
    read_only: bool = False
    access_hours: int = 1


def app_options(
    environ: Mapping[str, str], *, data: Path = APP_DATA, supervisor: str = SUPERVISOR
) -> Options:
    """Read what the Supervisor gives the app, and make its secret at the first start."""
    chosen = read_app_options(data / "options.json")
    token = _required(environ, "SUPERVISOR_TOKEN", hint="Outside Home Assistant OS run ha-mcp-web")
    secret = chosen.secret_path or kept(data / "secret")
    assist = kept(data / VOICE_FILE) if chosen.announce_to_assist else None
    return Options(
        core_rest=f"{supervisor}/core/api",
        core_ws=f"ws{supervisor.removeprefix('http')}/core/websocket",
        token=Secret(token),
        state_dir=data,
        log_level=chosen.log_level,
        supervisor=supervisor,
        edge=Edge(host=_EVERYWHERE, port=APP_PORT, path=Secret(f"/{secret.reveal()}")),
        voice_path=Secret(f"/{assist.reveal()}") if assist else None,
        read_only=chosen.read_only,
        access_hours=chosen.access_hours,
        secrets_file=_SECRETS,
    )


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


def plain_options(environ: Mapping[str, str]) -> Options:
    """Read what a command needs that serves nobody, in the app and outside."""
    return app_options(environ) if _in_app(environ) else stdio_options(environ)


def journal_dir(environ: Mapping[str, str]) -> Path:
    """Return the folder with the journal; outside the app the address of the home names it."""
    if _in_app(environ):
        return APP_DATA
    return state_dir(environ, home_address(_required(environ, "HOMEASSISTANT_URL")))


def read_app_options(file: Path) -> AppOptions:
    """Read options.json; what is not set has its default."""
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        given = {}
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as err:
        raise Invalid(
            f"The options in {file} cannot be read: {err}",
            hint="Save the options of the app again, then restart it",
        ) from err
    try:
        return AppOptions(**_APP_SCHEMA(given))
    except vol.Invalid as err:
        name = str(err.path[0]) if err.path else "options.json"
        raise _wrong(name, err.error_message) from err


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


def _in_app(environ: Mapping[str, str]) -> bool:
    return bool(environ.get("SUPERVISOR_TOKEN", "").strip())


def _outside(environ: Mapping[str, str], edge: Edge | None) -> Options:
    url = home_address(_required(environ, "HOMEASSISTANT_URL"))
    token = _required(
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
        secrets_file=Path(environ["SECRETS_FILE"]) if environ.get("SECRETS_FILE") else None,
    )


def _required(environ: Mapping[str, str], name: str, *, hint: str | None = None) -> str:
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
        raise _wrong("HOMEASSISTANT_URL", f"{url!r} is not a web address; {accepted}")
    if parts.username or parts.query or parts.fragment:
        raise _wrong("HOMEASSISTANT_URL", f"it has more than host, port and path; {accepted}")
    plain = f"{parts.scheme}://{parts.netloc.lower()}{parts.path}".rstrip("/")
    return plain.removesuffix("/api")


def read_port(text: str) -> int:
    """Read a port; raises Invalid."""
    if not (text.isascii() and text.isdigit() and int(text) in _PORTS):
        raise _wrong("MCP_PORT", f"{text!r} is not a port; a number from 1 to 65535 is needed")
    return int(text)


def read_path(text: str) -> Secret:
    """Read the path of the endpoint, with or without slashes around it; raises Invalid."""
    path = f"/{text.strip('/')}"
    if not _PATH.fullmatch(path):
        raise _wrong(
            "MCP_SECRET_PATH",
            "it has characters that an address cannot carry; letters, digits, - _ . ~ and / are"
            " accepted",
        )
    if path.startswith(("/healthz", "/.well-known")):
        raise _wrong("MCP_SECRET_PATH", "/healthz and /.well-known are the server's own")
    return Secret(path)


def read_switch(environ: Mapping[str, str], name: str) -> bool:
    """Read a switch; a word that is neither stops the start, for it may have been meant as yes."""
    word = environ.get(name, "").strip().lower()
    if word in {"", "0", "false", "no", "off"}:
        return False
    if word in {"1", "true", "yes", "on"}:
        return True
    raise _wrong(name, f"{word!r} is neither true nor false")


def read_level(environ: Mapping[str, str]) -> str:
    """Read how much is logged; raises Invalid."""
    try:
        return _level(environ.get("LOG_LEVEL") or "info")
    except vol.Invalid as err:
        raise _wrong("LOG_LEVEL", err.error_message) from err


def _level(value: Any) -> str:
    """Accept a level in any case."""
    level = value.strip().lower() if isinstance(value, str) else value
    if level not in LOG_LEVELS:
        raise vol.Invalid(f"{value!r} is not a level; {', '.join(LOG_LEVELS)} are accepted")
    return str(level)


def _secret_path(value: Any) -> Secret | None:
    """Accept a path of one segment, or nothing for the app's own."""
    if value is None or value == "":
        return None
    try:
        return hard_to_guess(value)
    except ValueError as err:
        raise vol.Invalid(str(err)) from err


# Unknown options are dropped as the Supervisor drops them: an older version may have left some.
_HOURS: Final = "a number from 1 to 24 is needed"
_APP_SCHEMA: Final = vol.Schema(
    {
        vol.Optional("log_level"): _level,
        vol.Optional("secret_path"): _secret_path,
        vol.Optional("announce_to_assist"): bool,
        vol.Optional("read_only"): bool,
        vol.Optional("access_hours"): vol.All(int, vol.Range(1, 24, msg=_HOURS)),
    },
    extra=vol.REMOVE_EXTRA,
)


def _wrong(name: str, reason: str) -> Invalid:
    return Invalid(f"Option {name} is wrong: {reason}", what="option", which=name)
