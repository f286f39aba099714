"""Tell the owner, once and in the log, under which address assistants reach the server."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from .access.asked import Asked
from .access.parts import in_words
from .addresses import Reached, reached
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
    where = await _reached(edge, supervisor)
    if where.objection:
        _LOG.warning("%s", where.objection)
    else:
        _tell(where.bases, edge, further)


def announce_at(url: str) -> None:
    """Write the address into the log where it is no secret."""
    _ADDRESS.info("The address for assistants; whoever enters it signs in to their own home:")
    _ADDRESS.info("%s", url)


async def _reached(edge: Edge, supervisor: Supervisor | None) -> Reached:
    """Return where the server is reached; asks until that is told."""
    said = ""
    while True:
        try:
            return await reached(edge, supervisor)
        except Problem as problem:
            if problem.message != said:
                _LOG.warning("The address is not known yet: %s", problem.message)
            said = problem.message
            await asyncio.sleep(_AGAIN)


def _tell(bases: Sequence[str], edge: Edge, further: Told) -> None:
    _ADDRESS.info("The address for your assistant; whoever knows it can use your home:")
    for base in bases:
        _ADDRESS.info("%s%s", base, edge.path.reveal())
    for asked, word in further:
        part = f", only {in_words(asked.only)}" if asked.only is not None else ""
        _ADDRESS.info("The address for %s; it allows %s%s:", asked.name, asked.right, part)
        for base in bases:
            _ADDRESS.info("%s/%s", base, word.reveal())
