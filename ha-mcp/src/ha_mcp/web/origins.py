"""Which web pages may talk to the server, and under which names it may be addressed.

A browser runs pages of strangers inside the home network. It names the page in ``Origin``, and it
can be tricked into sending a page's requests to an address of the home (DNS rebinding), which shows
in ``Host``. A path nobody can guess protects from both; where there is none, these rules do.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_EVERY: Final = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """The rules of one server.

    ``on_loopback``: it listens to this machine only. ``secret``: its path cannot be guessed.
    ``listed``: further origins, such as ``https://inspector.example``; ``*`` is every one.
    """

    on_loopback: bool
    secret: bool
    listed: Collection[str] = ()

    def objection(self, headers: Mapping[str, str]) -> str | None:
        """Return what is wrong with a request, or nothing."""
        host = headers.get("host", "")
        if self.on_loopback and _name(f"//{host}") not in _LOOPBACK:
            return f"This server answers to localhost only, not to the name {host[:80]!r}"
        origin = headers.get("origin")
        if origin is None or self._welcome(origin, host):
            return None
        return f"Web pages of {origin[:80]!r} may not use this server"

    def _welcome(self, origin: str, host: str) -> bool:
        if origin in self.listed or _EVERY in self.listed:
            return True
        if self.on_loopback:
            return _name(origin) in _LOOPBACK
        return self.secret and origin.partition("://")[2] == host


def _name(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
