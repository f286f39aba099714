"""What the owner decided, read once at the start."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from ._shared.relay import AUTH_LOGIN, AUTH_URL
from .trouble import Trouble

LOG_LEVELS: Final = ("debug", "info", "warning", "error")
REMOTE_AUTHS: Final = (AUTH_LOGIN, AUTH_URL)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppOptions:
    """The options of config.yaml. The address of a server and the webhook's id are secrets."""

    log_level: str = "info"
    remote_url: str | None = None
    remote_auth: str | None = None
    mcp_server_url: str | None = field(default=None, repr=False)
    webhook_id: str | None = field(default=None, repr=False)

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read what the Supervisor wrote; raises Trouble that names the option."""
        try:
            given: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            given = {}
        except (OSError, ValueError) as err:
            raise Trouble(f"The options cannot be read: {err}") from err
        return cls(
            log_level=_one_of("log_level", given.get("log_level") or "info", LOG_LEVELS),
            remote_auth=_one_of("remote_auth", given.get("remote_auth") or None, REMOTE_AUTHS),
            remote_url=_address("remote_url", given.get("remote_url")),
            mcp_server_url=_address("mcp_server_url", given.get("mcp_server_url")),
            webhook_id=given.get("webhook_id") or None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the app finds what it works with."""

    supervisor: str = "http://supervisor"
    data: Path = Path("/data")
    homeassistant: Path = Path("/homeassistant")
    integration: Path = Path("/opt/custom_components/ha_mcp_proxy")
    heartbeat: Path = Path("/tmp/heartbeat")  # noqa: S108 - the container's own
    every: float = 30.0  # seconds between two looks


def _one_of[T: str | None](name: str, given: T, accepted: Collection[str]) -> T:
    if given is not None and given not in accepted:
        raise Trouble(f"Option {name} is wrong: {', '.join(accepted)} are accepted")
    return given


def _address(name: str, given: str | None) -> str | None:
    """Accept a web address; a wrong one is not repeated, because it may be secret."""
    if not given:
        return None
    try:
        parts = urlsplit(given.strip())
        right = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right:
        raise Trouble(f"Option {name} is wrong: an address such as https://home.example is needed")
    return given.strip().rstrip("/")
