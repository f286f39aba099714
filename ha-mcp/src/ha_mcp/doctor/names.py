"""Does the name lead to an address that can be reached from the internet?"""

import ipaddress
from typing import Final

from .report import Fault, Hop
from .world import World

_AT_HOME: Final = (".local", ".lan", ".home", ".internal", ".home.arpa", ".localdomain")
_CARRIER: Final = ipaddress.IPv4Network("100.64.0.0/10")


async def public_address(world: World, host: str) -> str:
    """Return an address of the name that assistants reach."""
    found = [ipaddress.ip_address(one.partition("%")[0]) for one in await _known(world, host)]
    if not found:
        raise Fault(
            Hop.NAME,
            "name_unknown",
            f"Nobody knows the name {host}",
            "Check the spelling, and that the name is published in public DNS",
        )
    fours = [one for one in found if isinstance(one, ipaddress.IPv4Address)]
    if not fours:
        raise Fault(
            Hop.NAME,
            "only_ipv6",
            f"{host} has only IPv6 addresses, and Claude comes by IPv4",
            "Add an A record, or use a tunnel or Nabu Casa, which bring an IPv4 address",
        )
    for address in fours:
        _check_public(host, address)
    return str(fours[0])


async def _known(world: World, host: str) -> list[str]:
    """Look a name up, unless it is an address, or one that no resolver outside can know."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    if "." not in host or host.endswith(_AT_HOME):
        raise Fault(
            Hop.NAME,
            "name_local",
            f"The name {host} is known in your own network only",
            "Use the address of your home outside: Nabu Casa's, or your own domain's",
        )
    return await world.resolve(host)


def _check_public(host: str, address: ipaddress.IPv4Address) -> None:
    if address in _CARRIER:
        raise Fault(
            Hop.NAME,
            "address_cgnat",
            f"{host} leads to {address}, which your provider shares among customers (CGNAT)",
            "Nobody reaches it from outside: use Nabu Casa or a tunnel",
        )
    if not address.is_global:
        raise Fault(
            Hop.NAME,
            "address_private",
            f"{host} leads to {address}, which exists in your own network only",
            "Let the name lead to your home's public address, or use Nabu Casa or a tunnel",
        )
