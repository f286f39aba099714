"""Clients whose id is the address of a document about them.

The document is read when somebody is to be asked, and kept for as long as its host says. When it
cannot be read, what it said last still counts for a week, and after that what is pinned.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import orjson

from .clients import RegisteredClient, Unusable, documented
from .fetching import Fetched, NotFetched, address_objection, fetch
from .freshness import lifetime
from .pinned import pinned
from .rates import Rates

type Fetch = Callable[[str], Awaitable[Fetched]]

_LOG = logging.getLogger(__name__)
_MOST: Final = 200  # documents
_STALE: Final = 7 * 86_400.0  # seconds that a document counts after it could last be read
_AGAIN: Final = 60.0  # seconds until one that could not be read is tried again
_AT_ONCE: Final = 8  # requests


@dataclass(slots=True)
class _Kept:
    """What is known of one address."""

    client: RegisteredClient | None = None
    read: float = 0.0
    fresh_until: float = 0.0
    why_not: str = ""


class MetadataDocuments:
    """Reads documents, and remembers them."""

    def __init__(self, fetching: Fetch = fetch, now: Callable[[], float] = time.monotonic) -> None:
        """Take what reads an address."""
        self._fetch = fetching
        self._now = now
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._running = 0
        # Anybody can make us ask, so there is a limit for each host, and for the world.
        self._for_host = Rates(10, 10.0, now)
        self._for_all = Rates(20, 20.0, now)

    async def __call__(self, url: str) -> RegisteredClient:
        """Return the client that the document at an address describes; raises Unusable."""
        if objection := address_objection(url):
            raise Unusable("invalid_client_metadata", objection)
        kept = self._kept.get(url) or _Kept()
        if self._now() >= kept.fresh_until:
            kept = await self._read(url, kept)
        client = kept.client or pinned(url)
        if client is None:
            why = f"the document at its address cannot be used: {kept.why_not}"
            raise Unusable("invalid_client_metadata", why)
        return client

    async def _read(self, url: str, old: _Kept) -> _Kept:
        """Return what is known after trying to read the document once."""
        try:
            new = await self._fresh(url)
        except (NotFetched, Unusable) as no:
            now = self._now()
            stale = old.client if now - old.read < _STALE else None
            new = _Kept(stale, old.read, now + _AGAIN, str(no))
            _LOG.info("The document about the client %s cannot be used: %s", url[:200], no)
        self._kept[url] = new
        self._kept.move_to_end(url)
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        return new

    async def _fresh(self, url: str) -> _Kept:
        """Read the document; raises NotFetched and Unusable."""
        host = urlsplit(url).hostname or ""
        if self._running >= _AT_ONCE or self._for_host.wait(host) or self._for_all.wait(""):
            raise NotFetched("too many documents are being read: try again in a minute")
        self._running += 1
        try:
            came = await self._fetch(url)
        finally:
            self._running -= 1
        client = documented(url, _json(came.body))
        now = self._now()
        return _Kept(client, now, now + lifetime(came.headers))


def _json(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as err:
        raise NotFetched("it is not JSON") from err
