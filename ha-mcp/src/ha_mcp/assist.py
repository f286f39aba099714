"""Home Assistant's own voice and chat agents: they are offered to look and act, nothing more.

Core has an MCP client (its integration ``mcp``), which the Supervisor tells where a server is. The
owner confirms it there, and chooses in the settings of an agent whether it may use these tools.
"""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from .access.grants import Grant
from .access.scopes import Scope, up_to
from .app_options import VOICE_FILE
from .ha import CoreSocket, Supervisor
from .options import Options
from .problems import Forbidden, NotFound, Problem
from .secret import Secret
from .web.entrance import Entrance
from .web.protocol import McpServer

SERVICE: Final = "mcp"
NAME: Final = "MCP Server for Home Assistant"  # Core shows it where an agent's tools are chosen
GRANT: Final = Grant(
    client_id="", client_name="Home Assistant", scopes=up_to(Scope.CONTROL), id="assist"
)
_SINCE: Final = (2026, 11)  # versions of Core before ask for an address by hand
_AGAIN: Final = 5.0  # seconds until the Supervisor is asked again
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What Core is told, or that it is not told any more; kept is which message it was."""

    path: Secret | None  # None: the owner does not want it
    port: int
    kept: Path
    reads_only: str = ""  # why nothing may be told, if so

    @classmethod
    def of(cls, options: Options) -> Self:
        """Read what the owner wants."""
        if options.edge is None:
            raise ValueError("Only who listens can be announced")
        return cls(
            path=options.voice_path,
            port=options.edge.port,
            kept=options.state_dir / "assist_announced",
            reads_only=options.reads_only,
        )


def entrances(path: Secret | None, server: McpServer | None) -> list[Entrance]:
    """Return where the agents come in, and with which rights."""
    if path is None or server is None:
        return []
    return [Entrance(path=path.reveal(), server=server, grant=GRANT)]


async def offer(wanted: Offer, core: CoreSocket, supervisor: Supervisor) -> None:
    """Say it each time that Core is there anew: an older one may have been updated meanwhile."""
    if wanted.reads_only:
        _LOG.info("Assist is told nothing about this server: %s", wanted.reads_only)
        return
    while True:
        await core.up()
        try:
            await _say(wanted, core.version, supervisor)
        except (Forbidden, OSError) as problem:
            _LOG.warning("Assist is not offered the tools: %s", problem)
        except Problem as problem:
            _LOG.debug("Assist is not offered the tools yet: %s", problem.message)
            await asyncio.sleep(_AGAIN)
            continue
        await core.down()


async def _say(wanted: Offer, version: str, supervisor: Supervisor) -> None:
    if wanted.path is None:
        await _withdraw(wanted, supervisor)
    elif _knows(version):
        await _announce(wanted, wanted.path, supervisor)
    else:
        _LOG.info("Assist is offered the tools from Home Assistant 2026.11 on")


def _knows(version: str) -> bool:
    year, _, month = version.partition(".")
    month = month.partition(".")[0]
    return year.isdigit() and month.isdigit() and (int(year), int(month)) >= _SINCE


async def _announce(wanted: Offer, path: Secret, supervisor: Supervisor) -> None:
    app = await supervisor.self_info()
    url = f"http://{app.hostname}:{wanted.port}{path.reveal()}"
    message = await supervisor.announce(SERVICE, {"url": url})
    wanted.kept.write_text(f"{message.uuid}\n", encoding="ascii")


async def _withdraw(wanted: Offer, supervisor: Supervisor) -> None:
    """Take back what was announced once; Core then removes what the owner had set up with it."""
    try:
        uuid = wanted.kept.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return
    try:
        await supervisor.withdraw(uuid)
    except NotFound:
        _LOG.debug("The announcement was gone already")
    wanted.kept.unlink()
    wanted.kept.with_name(VOICE_FILE).unlink(missing_ok=True)  # the next one is another
    _LOG.info("Assist is not offered the tools any more")
