"""Names as the internet knows them.

The resolver of a home often answers with the address inside (a rewrite, split DNS), which an
assistant in the cloud never sees. So a person who asks is told what public resolvers say, which are
asked over HTTPS and by address; where they cannot be reached, the resolver of this machine has to
do. Where nobody asked, no resolver outside is told the name unless it is needed.
"""

import asyncio
import ipaddress
import json
import socket
from collections.abc import Sequence
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout

PUBLIC: Final = ("https://1.1.1.1/dns-query", "https://8.8.8.8/resolve")
_PATIENCE: Final = 2.0  # seconds, for each question
_HEADERS: Final = {"Accept": "application/dns-json"}
_RECORDS: Final = {"A": 1, "AAAA": 28}
_KNOWN, _NO_SUCH_NAME = 0, 3
_MOST: Final = 65_536


async def resolved(
    host: str, servers: Sequence[str] = PUBLIC, *, home_first: bool = False
) -> list[str]:
    """Return the addresses of a name; none when nobody knows it or nobody can be asked.

    ``home_first``: nobody outside is asked when this machine knows a public address already.
    """
    try:
        name = host.encode("idna").decode()
    except UnicodeError:
        return []
    if home_first and any(map(_reachable, at_home := await _by_this_machine(name))):
        return at_home
    found = await _by_others(name, servers)
    return await _by_this_machine(name) if found is None else found


def _reachable(address: str) -> bool:
    """Tell whether assistants, which come by IPv4, could reach an address."""
    ip = ipaddress.ip_address(address)
    return ip.version == 4 and ip.is_global


async def _by_others(name: str, servers: Sequence[str]) -> list[str] | None:
    """Ask the resolvers outside, one after the other; nothing when none of them can be asked."""
    async with ClientSession(timeout=ClientTimeout(total=_PATIENCE)) as session:
        for server in servers:
            try:
                # Assistants come by IPv4: the rest only says why they cannot.
                found = await _asked(session, server, name, "A")
                return found or await _asked(session, server, name, "AAAA")
            except (ClientError, TimeoutError, ValueError):
                continue
    return None


async def _asked(session: ClientSession, server: str, host: str, record: str) -> list[str]:
    """Ask for one kind of record; raises ValueError when the answer says nothing."""
    async with session.get(
        server, params={"name": host, "type": record}, headers=_HEADERS, allow_redirects=False
    ) as answer:
        said: Any = json.loads(await answer.content.read(_MOST))
    if not isinstance(said, dict) or said.get("Status") not in {_KNOWN, _NO_SUCH_NAME}:
        raise ValueError("The resolver could not tell")
    rows = [row for row in said.get("Answer") or [] if row.get("type") == _RECORDS[record]]
    return [str(ipaddress.ip_address(row["data"])) for row in rows]


async def _by_this_machine(host: str) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(2 * _PATIENCE):
            found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError):
        return []
    return list(dict.fromkeys(str(row[4][0]) for row in found))
