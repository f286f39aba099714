"""Reading a small document from an address that a stranger has given.

The stranger chooses the address, so it may lead to nothing but the world: whatever a name resolves
to is looked at when the connection is made. What comes is read for a few seconds and a few
kilobytes, and nothing is followed.
"""

import re
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from aiohttp import (
    AddrInfoType,
    ClientError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver
from yarl import URL

from .public_addresses import is_public

MOST_BYTES: Final = 10 * 1024
SECONDS: Final = 5.0
_PLAIN: Final = re.compile(r"https://[!$%&'()*+,\-./0-9:;=?A-Z_a-z~]+")
_HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": "ha-mcp",
}


class NotFetched(Exception):
    """There is no document, or it may not be read; says why."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came."""

    body: bytes
    headers: Mapping[str, str]


async def fetch(
    url: str,
    *,
    allowed: Callable[[str], bool] = is_public,
    trusted: ssl.SSLContext | None = None,
    resolver: AbstractResolver | None = None,
) -> Fetched:
    """Return what is at an address; raises NotFetched."""
    if objection := address_objection(url):
        raise NotFetched(objection)
    # Asked for each address that is really connected to, whatever the name leads to a moment later.
    connector = TCPConnector(
        socket_factory=partial(_socket, allowed),
        resolver=resolver,
        force_close=True,
        ssl=trusted or True,
    )
    try:
        async with (
            ClientSession(
                connector=connector,
                cookie_jar=DummyCookieJar(),
                timeout=ClientTimeout(total=SECONDS),
                auto_decompress=False,
                trust_env=False,
            ) as session,
            session.get(URL(url, encoded=True), headers=_HEADERS, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise NotFetched(f"it answered {answer.status}")
            if answer.headers.get("Content-Encoding", "identity") != "identity":
                raise NotFetched("it is compressed")
            return Fetched(await _body(answer.content.iter_chunked(4096)), answer.headers)
    except TimeoutError as err:
        raise NotFetched(f"it took longer than {SECONDS:g} s") from err
    except (ClientError, OSError, ValueError) as err:
        raise NotFetched(f"it cannot be reached ({type(err).__name__})") from err


def address_objection(url: str) -> str | None:
    """Return why a document's address cannot be one, or nothing."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "its address cannot be read"
    if not _PLAIN.fullmatch(url) or "@" in parts.netloc:
        return "its address has parts that it may not have"
    if parts.path in {"", "/"} or {".", ".."} & set(unquote(parts.path).split("/")):
        return "its address has no path, or dots in it"
    if "." not in host or host.replace(".", "").isdigit() or ":" in host:
        return "its address names no host in the world"
    return None


def _socket(allowed: Callable[[str], bool], info: AddrInfoType) -> socket.socket:
    """Return a socket for an address, or raise for one that no stranger may choose."""
    family, kind, protocol, _, address = info
    if not allowed(str(address[0])):
        raise OSError("not a public address")
    return socket.socket(family, kind, protocol)


async def _body(chunks: Any) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MOST_BYTES:
            raise NotFetched(f"it is larger than {MOST_BYTES // 1024} kB")
    return bytes(body)
