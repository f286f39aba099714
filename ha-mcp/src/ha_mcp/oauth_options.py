"""What the owner of a server for many people decides (``ha-mcp-oauth``)."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from .edge_options import EVERY_ORIGIN, certificate, cors_origins, wrong
from .options import (
    Edge,
    Options,
    home_address,
    read_days,
    read_level,
    read_path,
    read_port,
    read_switch,
    user_state,
)
from .problems import Invalid
from .secret import Secret

_PORT: Final = "8086"
_LOOPBACK: Final = "127.0.0.1"
_PATH: Final = "/mcp"
_MOST_HOMES: Final = "8"
_SHORTEST_KEY: Final = 32
_MAKE_A_KEY: Final = "Make one with: openssl rand -base64 32"
_STORES: Final = {"DATABASE_URL": ("postgresql", "postgres"), "REDIS_URL": ("redis", "rediss")}
_OURS: Final = frozenset(
    "authorize consent signin token register revoke introspect jwks healthz .well-known".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OauthOptions:
    """Everything such a server is told from outside."""

    base_url: str
    edge: Edge
    state_dir: Path
    key: Secret | None = None  # without one it is made, and kept in the folder of the state
    shared_store: Secret | None = None  # the address of a database that replicas share
    log_level: str = "info"
    local_homes: bool = False
    most_homes: int = int(_MOST_HOMES)
    suggested_home: str = field(default="")
    read_only: bool = False
    journal_days: int = 30

    @property
    def unprotected(self) -> bool:
        """Whether tokens travel to the server as anybody on the way can read them."""
        host = urlsplit(self.base_url).hostname
        return self.base_url.startswith("http:") and host not in {_LOOPBACK, "localhost", "::1"}

    @property
    def reads_only(self) -> str:
        """Say why nothing may be changed; empty when it may."""
        return "the owner set this server to only read (READ_ONLY)" if self.read_only else ""

    @property
    def secrets(self) -> list[Secret]:
        """What no line of the log may show."""
        return [one for one in (self.key, self.shared_store) if one is not None]

    @property
    def resource(self) -> str:
        """The address of the endpoint, as clients know it."""
        return f"{self.base_url}{self.edge.path.reveal()}"

    def at(self, url: str, token: str, folder: str) -> Options:
        """Return the options for one home of one person, whose state is in a folder of its own."""
        return Options(
            core_rest=f"{url}/api",
            core_ws=f"ws{url.removeprefix('http')}/api/websocket",
            token=Secret(token),
            state_dir=self.state_dir / "homes" / folder,
            read_only=self.read_only,
            journal_days=self.journal_days,
        )


def oauth_options(environ: Mapping[str, str], *, platform: str = sys.platform) -> OauthOptions:
    """Read the environment of ha-mcp-oauth."""
    base_url = _base_url(environ)
    edge = Edge(
        host=environ.get("MCP_HOST") or _LOOPBACK,
        port=read_port(environ.get("MCP_PORT") or _PORT),
        path=read_path(environ.get("MCP_SECRET_PATH") or _PATH),
        certificate=certificate(environ),
    )
    if edge.path.reveal().split("/")[1] in _OURS:
        raise wrong("MCP_SECRET_PATH", f"{edge.path.reveal()} is the server's own")
    # Whoever comes in shows a token, which no page has that was not given one: any may ask.
    origins = cors_origins(environ, guessable=False) or frozenset({EVERY_ORIGIN})
    shared_store = _shared_store(environ)
    suggested = environ.get("HOMEASSISTANT_URL", "").strip()
    return OauthOptions(
        base_url=base_url,
        edge=replace(edge, origins=origins),
        state_dir=user_state(environ, platform) / "ha-mcp" / "oauth",
        key=_key(environ, shared=shared_store is not None),
        shared_store=shared_store,
        log_level=read_level(environ),
        local_homes=read_switch(environ, "MCP_ALLOW_LOCAL_HOMES"),
        most_homes=_most_homes(environ),
        suggested_home=home_address(suggested) if suggested else "",
        read_only=read_switch(environ, "READ_ONLY"),
        journal_days=read_days(environ),
    )


def _base_url(environ: Mapping[str, str]) -> str:
    """Return the address under which clients and browsers reach the server: an origin."""
    name = "MCP_BASE_URL"
    text = environ.get(name, "").strip()
    if not text:
        raise Invalid(
            f"{name} is not set",
            hint="Set it to the address under which clients reach the server, such as"
            " https://mcp.example",
            what="option",
            which=name,
        )
    try:
        parts = urlsplit(text)
        right = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        right = False
    if not right or parts.username is not None:
        raise wrong(name, "it is not a web address; one such as https://mcp.example is needed")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise wrong(
            name, "it has more than scheme, host and port: clients look for documents at its root"
        )
    netloc = parts.netloc.lower().removesuffix(":80" if parts.scheme == "http" else ":443")
    return f"{parts.scheme}://{netloc}"


def _key(environ: Mapping[str, str], *, shared: bool) -> Secret | None:
    name = "OAUTH_ENCRYPTION_KEY"
    text = environ.get(name, "").strip()
    if text and len(text) < _SHORTEST_KEY:
        said = f"it has {len(text)} characters; at least {_SHORTEST_KEY} are needed"
        raise wrong(name, f"{said}. {_MAKE_A_KEY}")
    if shared and not text:
        raise Invalid(
            f"{name} is not set, and servers that share a store need the same one",
            hint=_MAKE_A_KEY,
            what="option",
            which=name,
        )
    return Secret(text) if text else None


def _shared_store(environ: Mapping[str, str]) -> Secret | None:
    given = [name for name in _STORES if environ.get(name, "").strip()]
    if not given:
        return None
    if len(given) > 1:
        raise wrong(
            "REDIS_URL", "DATABASE_URL is set, too, and there is one store; set one of them"
        )
    (name,) = given
    text = environ[name].strip()
    if text.partition("://")[0] not in _STORES[name]:
        raise wrong(name, f"an address that begins with {_STORES[name][0]}:// is needed")
    return Secret(text)


def _most_homes(environ: Mapping[str, str]) -> int:
    name = "MCP_MAX_HOMES"
    text = environ.get(name, "").strip() or _MOST_HOMES
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 1000):
        raise wrong(name, f"{text!r} is not a number from 1 to 1000")
    return int(text)
