"""Where a blueprint may be fetched from.

Core fetches it, from inside the home's network, where a mere address can switch a relay.
"""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from ...problems import Invalid

_INNER: Final = (".local", ".lan", ".home", ".internal", ".home.arpa", ".localhost")
_FILES: Final = (".yaml", ".yml")


def check_address(url: str) -> None:
    """Raise Invalid for what is no address of a page, or may be a command to a device."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not host:
        raise Invalid(f"{url!r} is no http or https address", what="body field", which="blueprint")
    if _is_inner(host) and (parts.query or not parts.path.endswith(_FILES)):
        raise Invalid(
            f"{host} is in the home's own network, where an address can be a command to a device",
            hint="From there only plain .yaml files are fetched; or give the text as yaml",
            what="body field",
            which="blueprint",
        )


def _is_inner(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        # Numbers in odd spellings (0x7f.1, 2130706433) are addresses too.
        return "." not in host or host.endswith(_INNER) or host.rpartition(".")[2][:1].isdigit()
