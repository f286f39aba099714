"""Tell the owner, once and in the log, under which address assistants reach the server."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from .access.asked import Asked
from .access.parts import in_words
from .addresses import machine_hosts, own_host
from .ha import Supervisor
from .options import Edge
from .problems import Problem
from .redact import ADDRESS_LOG
from .secret import Secret

_LOG = logging.getLogger(__name__)
_ADDRESS = logging.getLogger(ADDRESS_LOG)

type Told = Sequence[tuple[Asked, Secret]]

_AGAIN: Final = 5.0  # seconds until the Supervisor is asked again


async def announce(edge: Edge, supervisor: Supervisor | None, further: Told = ()) -> None:
    """Write the private addresses into the log, further ones with what they are for."""
    if supervisor is None:
        _tell([own_host(edge.host)], edge.port, edge, further)
        return
    hosts, port = await _outside(edge, supervisor)
    if port is None:
        _LOG.warning("No client can connect: set a port on the app's Configuration tab, Network")
    elif not hosts:
        _LOG.warning("No client can connect: Home Assistant OS has no address in a network")
    else:
        _tell(hosts, port, edge, further)


def announce_at(url: str) -> None:
    """Write the address into the log where it is no secret."""
    _ADDRESS.info("The address for assistants; whoever enters it signs in to their own home:")
    _ADDRESS.info("%s", url)


async def _outside(edge: Edge, supervisor: Supervisor) -> tuple[list[str], int | None]:
    """Return the machine's addresses and its port for this app; asks until they are told."""
    said = ""
    while True:
        try:
            network = await supervisor.network_info()
            app = await supervisor.self_info()
        except Problem as problem:
            if problem.message != said:
                _LOG.warning("The address is not known yet: %s", problem.message)
            said = problem.message
            await asyncio.sleep(_AGAIN)
        else:
            return machine_hosts(network), (app.network or {}).get(f"{edge.port}/tcp")


def _tell(hosts: Sequence[str], port: int, edge: Edge, further: Told) -> None:
    _ADDRESS.info("The address for your assistant; whoever knows it can use your home:")
    scheme = "http" if edge.certificate is None else "https"
    for host in hosts:
        _ADDRESS.info("%s://%s:%d%s", scheme, host, port, edge.path.reveal())
    for asked, word in further:
        part = f", only {in_words(asked.only)}" if asked.only is not None else ""
        _ADDRESS.info("The address for %s; it allows %s%s:", asked.name, asked.right, part)
        for host in hosts:
            _ADDRESS.info("%s://%s:%d/%s", scheme, host, port, word.reveal())
