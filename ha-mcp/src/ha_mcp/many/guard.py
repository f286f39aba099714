"""Where a home may be: people tell this server an address, and it goes there with their token.

Homes are in private networks, so those are allowed. This machine itself, its neighbours on the
wire and what a cloud tells its machines are not: nobody's home is there, and secrets are. What
counts is the address that is connected to, looked at in the moment of connecting: a name that
leads elsewhere by then changes nothing.
"""

import errno
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final

from aiohttp import (
    ClientHandlerType,
    ClientRequest,
    ClientResponse,
    ClientSession,
    DummyCookieJar,
    TCPConnector,
    WSServerHandshakeError,
)

type _Address = IPv4Address | IPv6Address
type _AddrInfo = tuple[Any, Any, int, str, tuple[Any, ...]]

# What clouds tell a machine about itself, besides what is link-local (169.254.169.254 and others).
_METADATA: Final = frozenset(
    map(ip_address, ("fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"))
)
_THIS_NETWORK: Final = ip_network("0.0.0.0/8")
_TRANSLATED: Final = ip_network("64:ff9b::/96")  # IPv4 as seen from a network without it
_LINK_LOCAL_METADATA: Final = frozenset(map(ip_address, ("169.254.169.254", "fe80::a9fe:a9fe")))


@dataclass(frozen=True, slots=True)
class Guard:
    """The rules of one server.

    ``local``: homes may be on this machine and its own wire, for whoever runs both together.
    ``own_port``: where the server itself listens.
    """

    local: bool = False
    own_port: int | None = None

    def objection(self, address: str, port: int) -> str | None:
        """Return why no home may be at this address, or nothing."""
        meant = _meant(ip_address(address.partition("%")[0]))
        if meant in _METADATA or meant in _LINK_LOCAL_METADATA:
            return "it is where a cloud tells its machines their secrets"
        if _local(meant):
            if not self.local:
                return "it leads to this server itself or its own wire"
        elif meant.is_multicast or meant.is_reserved:
            return "it leads to no single machine"
        if port == self.own_port and _is_ours(meant):
            return "it leads to this server itself"
        return None

    def session(self) -> ClientSession:
        """Return a session that connects to nothing else, and follows nobody elsewhere."""
        return ClientSession(
            connector=TCPConnector(socket_factory=self._socket),
            cookie_jar=DummyCookieJar(),
            middlewares=(_stay,),
        )

    def _socket(self, info: _AddrInfo) -> socket.socket:
        """Return a socket for an address that is about to be connected to."""
        family, kind, protocol, _, place = info
        if objection := self.objection(str(place[0]), int(place[1])):
            raise OSError(errno.EACCES, f"not allowed: {objection}")
        return socket.socket(family, kind, protocol)


async def _stay(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """Refuse to be led elsewhere: the token was given for one address."""
    response = await handler(request)
    if 300 <= response.status < 400:
        response.release()
        raise WSServerHandshakeError(
            response.request_info, (), status=response.status, message="a redirect"
        )
    return response


def _meant(address: _Address) -> _Address:
    """Return the address that one of the other family stands for."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address


def _local(address: _Address) -> bool:
    return (
        address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or address in _THIS_NETWORK
    )


def _is_ours(address: _Address) -> bool:
    """Tell whether this machine has the address: only then can something be bound to it."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((str(address), 0))
        except OSError:
            return False
    return True
