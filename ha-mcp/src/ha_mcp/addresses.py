"""Under which addresses clients in the home network reach the server."""

import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_interface
from typing import Final

from .ha import Addresses, NetworkInfo, Supervisor
from .options import Edge

_NOWHERE: Final = "192.0.2.1"  # reserved for documents: asking for the way there sends nothing
_EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - it is compared, not bound


@dataclass(frozen=True, slots=True)
class Reached:
    """Where clients in the home's network reach the server."""

    hosts: Sequence[str]
    port: int | None
    scheme: str = "http"

    @property
    def bases(self) -> list[str]:
        """Return the addresses without a path, the best one first; none where nobody gets in."""
        if self.port is None:
            return []
        return [f"{self.scheme}://{host}:{self.port}" for host in self.hosts]

    @property
    def objection(self) -> str:
        """Say why no client can connect; empty when one can."""
        if self.port is None:
            return "No client can connect: set a port on the app's Configuration tab, Network"
        if not self.hosts:
            return "No client can connect: Home Assistant OS has no address in a network"
        return ""


async def reached(edge: Edge, supervisor: Supervisor | None) -> Reached:
    """Return where the server is reached; raises Problem while the Supervisor cannot say."""
    scheme = "http" if edge.certificate is None else "https"
    if supervisor is None:
        return Reached([own_host(edge.host)], edge.port, scheme)
    network, app = await supervisor.network_info(), await supervisor.self_info()
    return Reached(machine_hosts(network), (app.network or {}).get(f"{edge.port}/tcp"), scheme)


def machine_hosts(network: NetworkInfo) -> list[str]:
    """Return the addresses of the machine that runs Home Assistant OS, the primary one first.

    IPv6 addresses only where there is no other: nobody wants to copy those.
    """
    plugged = [one for one in network.interfaces if one.enabled and one.connected]
    plugged.sort(key=lambda one: not one.primary)
    return _plain(one.ipv4 for one in plugged) or [
        f"[{address}]" for address in _plain(one.ipv6 for one in plugged)
    ]


def _plain(families: Iterable[Addresses | None]) -> list[str]:
    """Return the addresses without their prefixes and without those that lead nowhere."""
    ips = [ip_interface(text).ip for one in families if one for text in one.address]
    return [str(ip) for ip in ips if not ip.is_link_local]


def own_host(listening_on: str) -> str:
    """Return the address of this machine for a server that may listen on all of them."""
    if listening_on not in _EVERYWHERE:
        return f"[{listening_on}]" if ":" in listening_on else listening_on
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((_NOWHERE, 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
