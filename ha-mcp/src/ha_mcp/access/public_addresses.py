"""Which network addresses belong to the world, and not to the house or this machine."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

# Where a network has IPv6 alone, its gateway writes the addresses of the others like this.
_NAT64: Final = ip_network("64:ff9b::/96")
_LAST_32: Final = (1 << 32) - 1


def is_public(address: str) -> bool:
    """Tell whether a literal address leads out into the world, however it is written."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if found in _NAT64:
        return _is_global(IPv4Address(int(found) & _LAST_32))
    return _is_global(found) and all(_is_global(inner) for inner in _inside(found))


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _inside(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """Return the IPv4 addresses that an IPv6 address carries, for some network to unwrap."""
    if isinstance(address, IPv4Address):
        return []
    carried = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    return [inner for inner in carried if inner is not None]
