"""Which network addresses belong to the world, and not to the house or this machine."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

# Ways to write an IPv4 address inside an IPv6 one that some network on the way unwraps.
_NAT64: Final = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
_LAST_32: Final = (1 << 32) - 1


def is_public(address: str) -> bool:
    """Tell whether a literal address leads out into the world, however it is written."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        return _is_global(found) and all(_is_global(inner) for inner in _inside(found))
    return _is_global(found)


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _inside(address: IPv6Address) -> list[IPv4Address]:
    """Return the IPv4 addresses that an IPv6 address carries."""
    carried = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(address in network for network in _NAT64):
        carried.append(IPv4Address(int(address) & _LAST_32))
    return [inner for inner in carried if inner is not None]
