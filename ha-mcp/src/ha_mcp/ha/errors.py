"""What Home Assistant's refusals mean: tables from its codes to problems."""

from collections.abc import Mapping
from typing import Any, Final

import aiohttp

from ..problems import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    Rejected,
    TimedOut,
    Unreachable,
    Unsupported,
)

_LONGEST = 500

# Codes of the WebSocket: Core's own first, then those that integrations invented.
_BY_CODE: Final[Mapping[str, type[Problem]]] = {
    "invalid_format": Invalid,
    "not_found": NotFound,
    "not_allowed": Rejected,
    "not_supported": Unsupported,
    "unauthorized": Forbidden,
    "unknown_command": Unsupported,
    "unknown_error": Rejected,
    "home_assistant_error": Rejected,
    "service_validation_error": Rejected,
    "timeout": TimedOut,
    "template_error": Rejected,
    "already_exists": Conflict,
    "backup_not_found": NotFound,
    "config_not_found": NotFound,
    "credentials_not_found": NotFound,
    "duplicate": Conflict,
    "entity_not_found": NotFound,
    "forecast_not_supported": Unsupported,
    "invalid_config_entry_id": NotFound,
    "invalid_end_time": Invalid,
    "invalid_entity_id": Invalid,
    "invalid_entity_ids": Invalid,
    "invalid_info": Invalid,
    "invalid_schema": Invalid,
    "invalid_source": Invalid,
    "invalid_start_time": Invalid,
    "invalid_time_range": Invalid,
    "invalid_token_id": NotFound,
    "invalid_units": Invalid,
    "pipeline-not-found": NotFound,
    "unknown_issue": NotFound,
    "unknown_statistic_id": NotFound,
    "user_not_found": NotFound,
}

# HTTP statuses of the REST interface; the other 4xx are refusals, 5xx other than 500 an outage.
_BY_STATUS: Final[Mapping[int, tuple[type[Problem], str]]] = {
    400: (Invalid, "Home Assistant refused the request as wrong"),
    401: (Forbidden, "Home Assistant does not allow this with the token in use"),
    403: (Forbidden, "Home Assistant does not allow this"),
    404: (NotFound, "Home Assistant has nothing there"),
    405: (Unsupported, "Home Assistant does not offer this"),
    413: (Invalid, "It is larger than the 16 MiB that Home Assistant accepts"),
    500: (Rejected, "Home Assistant failed at it; its log says more"),
}
_AN_OUTAGE = 501  # from here on the request met a gateway, or a Core that is not ready

# Failures before anything was sent.
_BEFORE: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)

_ADMIN = "Use the token of a user who is an administrator"


def from_code(kind: str, code: Any, message: Any) -> Problem:
    """Return the problem that an error answer to the command ``kind`` means.

    ``code`` and ``message`` are as Core sent them; integrations send odd ones. The problem's
    details have ``core_code``.
    """
    words = plain(message)
    hint: str | None = None
    sort = _BY_CODE.get(str(code), Rejected)
    match code:
        case "unauthorized":
            said, hint = f"Home Assistant does not allow {kind} with this token", _ADMIN
        case "unknown_command":
            said = f"This Home Assistant does not know the command {kind}"
            hint = "The integration that it belongs to is not loaded"
        case "unknown_error":
            said = f"Home Assistant failed at {kind}: {words or 'unknown error'}"
            hint = "Home Assistant's log says more"
        case _:
            said = words or f"Home Assistant refused {kind}"
    return sort(said, hint=hint, core_code=str(code))


def from_status(status: int, words: str = "") -> Problem:
    """Return the problem that an HTTP status of the REST interface means.

    ``words`` are Home Assistant's own, when it gave any. The problem's details have ``status``.
    """
    if status >= _AN_OUTAGE:
        return Unreachable(absence(status), sent=True, status=status)
    if 300 <= status < 400:
        said = f"The address leads elsewhere (HTTP {status}): the final address is needed"
        return Unreachable(said, status=status)
    sort, said = _BY_STATUS.get(status, (Rejected, f"Home Assistant answered with HTTP {status}"))
    hint = _ADMIN if status == 401 else None
    return sort(plain(words) or said, hint=hint, status=status)


def absence(status: int) -> str:
    """Say what a status that comes instead of Home Assistant means."""
    match status:
        case 301 | 302 | 303 | 307 | 308:
            return f"The address leads elsewhere (HTTP {status}): the final address is needed"
        case 502 | 503 | 504:
            return f"Home Assistant is starting, restarting or stopped (HTTP {status})"
        case 400:
            return "The Supervisor starts, or Home Assistant distrusts a proxy before it (HTTP 400)"
        case 403:
            return "Home Assistant has banned this address after failed logins (HTTP 403)"
        case 404:
            return "There is no Home Assistant at this address (HTTP 404)"
        case _:
            return f"Home Assistant does not serve at this address (HTTP {status})"


def unreachable(err: aiohttp.ClientError | OSError, *, sent: bool) -> Unreachable:
    """Return the problem that a failure of the network means."""
    match err:
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            said = "The certificate of Home Assistant's address is not trusted"
        case aiohttp.ClientConnectorDNSError():
            said = f"The name {err.host} cannot be resolved"
        case aiohttp.ClientConnectorError():
            said = f"Nothing answers at {err.host}:{err.port} ({err.strerror or 'no connection'})"
        case aiohttp.ConnectionTimeoutError():
            said = "Nothing answers at the address of Home Assistant"
        case aiohttp.InvalidURL():
            said = "The address of Home Assistant is not one that can be connected to"
        case _:
            said = "The connection to Home Assistant broke"
    return Unreachable(said, sent=sent and not isinstance(err, _BEFORE))


def plain(words: Any) -> str:
    """Return Core's words on one line, without control characters and not too long."""
    if not isinstance(words, str):
        return ""
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
