"""Where a client may be sent back to.

The address has to be one that the client named when it introduced itself, letter by letter. Only
the port of an address on the person's own machine may differ: programs take a free one (RFC 8252).
"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import SplitResult, urlsplit

LONGEST: Final = 2048
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
# What a browser itself would act on; every other scheme of this form belongs to some program.
_BROWSERS: Final = frozenset(
    "about blob chrome data feed file filesystem ftp javascript jar mailto resource tel"
    " vbscript view-source ws wss".split()
)
_PLAIN: Final = re.compile(r"[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+")
_LOCAL: Final = re.compile(
    r"http://(?P<host>localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?(?P<rest>[/?][^#]*|)"
)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]{1,40}")


def objection(uri: str) -> str | None:
    """Return why a client may not be sent to this address, or nothing."""
    if len(uri) > LONGEST:
        return f"a redirect address is longer than {LONGEST} characters"
    parts = _split(uri)
    if parts is None or not _PLAIN.fullmatch(uri):
        return "a redirect address is not an absolute URL"
    if "#" in uri:
        return "a redirect address may have no fragment"
    if parts.scheme in {"http", "https"}:
        return _of_the_web(parts)
    if parts.scheme in _BROWSERS:
        return f"a redirect address may not begin with {parts.scheme}:"
    return None


def matches(asked: str, registered: Iterable[str]) -> bool:
    """Tell whether an address is one of those that the client named."""
    known = set(registered)
    if asked in known:
        return True
    portless = _portless(asked)
    return portless is not None and portless in {_portless(uri) for uri in known}


def is_local(uri: str) -> bool:
    """Tell whether an address leads to the machine that the browser runs on."""
    return _portless(uri) is not None


def place(uri: str) -> str:
    """Return what a person should know of an address: the host, or the program's scheme."""
    parts = urlsplit(uri)
    return parts.hostname or f"{parts.scheme}:"


def _of_the_web(parts: SplitResult) -> str | None:
    if not parts.hostname or not parts.netloc:
        return "a redirect address has no host"
    if "@" in parts.netloc:
        return "a redirect address may have no user name"
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        return "a redirect address has to begin with https:// unless it is on localhost"
    return None


def _split(uri: str) -> SplitResult | None:
    try:
        parts = urlsplit(uri)
        _ = parts.port  # reads it
    except ValueError:
        return None
    return parts if _SCHEME.fullmatch(parts.scheme) and (parts.netloc or parts.path) else None


def _portless(uri: str) -> tuple[str, str] | None:
    """Return the host and the rest of an address on this machine, or nothing for any other.

    By its letters, for those are sent: what reads addresses for meaning is lenient.
    """
    found = _LOCAL.fullmatch(uri)
    return (found["host"], found["rest"]) if found else None
