"""What the owner decided, read once at the start."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from .trouble import Trouble

LOG_LEVELS: Final = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppOptions:
    """The options of config.yaml. The address of a server and the webhook's id are secrets."""

    log_level: str = "info"
    remote_url: str | None = None
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
            log_level=_one_of(given.get("log_level") or "info"),
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


def _one_of(level: str) -> str:
    if level not in LOG_LEVELS:
        raise Trouble(f"Option log_level is wrong: {', '.join(LOG_LEVELS)} are accepted")
    return level


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
