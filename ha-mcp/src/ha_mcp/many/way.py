"""The way into a home: its address, and the token of who lives there.

It travels inside the tokens of its owner's clients, encrypted, and is kept nowhere else.
"""

import re
from typing import Final
from urllib.parse import urlsplit

import msgspec

from ..problems import Forbidden, Invalid

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_LONGEST: Final = 1024
_EXAMPLE: Final = "An address such as http://homeassistant.local:8123 is needed"


class Way(msgspec.Struct, frozen=True, array_like=True):
    """Where the home is, who comes, and with what."""

    url: str
    user_id: str
    token: str

    def __repr__(self) -> str:
        """Leave the token out: this may end in a log."""
        return f"Way({self.url!r}, {self.user_id!r}, …)"

    def sealed(self) -> bytes:
        """Write it down, for what encrypts it."""
        return msgspec.msgpack.encode(self)


def way_in(sealed: bytes | None) -> Way:
    """Read what was written down; raises Forbidden when a token carries none."""
    try:
        return _WAY.decode(sealed or b"")
    except msgspec.DecodeError as err:
        raise Forbidden("This token leads to no home", hint="Sign in again") from err


_WAY: Final = msgspec.msgpack.Decoder(Way)


def home_url(typed: str) -> str:
    """Return the address that somebody typed, in one spelling for each home; raises Invalid."""
    text = typed.strip()
    if not _SCHEME.match(text):
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        right = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        right = False
    if not right or len(text) > _LONGEST or not text.isprintable() or " " in text:
        raise Invalid("This is not the address of a Home Assistant", hint=_EXAMPLE)
    if parts.username is not None or parts.query or parts.fragment:
        raise Invalid("The address has more than host, port and path", hint=_EXAMPLE)
    path = parts.path.rstrip("/").removesuffix("/api").removesuffix("/lovelace")
    return f"{parts.scheme}://{_place(parts.scheme, parts.netloc.lower())}{path}"


def _place(scheme: str, netloc: str) -> str:
    """Leave the port out that everybody means."""
    return netloc.removesuffix(":80" if scheme == "http" else ":443")
