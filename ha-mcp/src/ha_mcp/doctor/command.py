"""``python -m ha_mcp doctor <address>``: why an assistant in the cloud cannot reach the server."""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import ClientSession

from .._shared.relay import SERVICE
from ..app_options import SUPERVISOR
from ..ha import CoreRest
from ..problems import Problem, TimedOut, Unreachable
from .examining import examine
from .report import Report
from .world import CoreFacts, Internet

_INSIDE: Final = 5.0  # seconds for each question to Home Assistant
_EPILOG: Final = """\
environment (optional, to look into Home Assistant as well; inside the app it is set):
  HOMEASSISTANT_URL    address of Home Assistant in your network
  HOMEASSISTANT_TOKEN  long-lived access token
"""


@dataclass(slots=True)
class WithHome(Internet):
    """The internet, and the home seen from inside."""

    rest: CoreRest | None = None

    async def inside(self) -> CoreFacts | None:
        """Ask Home Assistant how it is; one that does not answer is not running."""
        if self.rest is None:
            return None
        try:
            config: dict[str, Any] = await self.rest.get_json("config")
        except (Unreachable, TimedOut):
            return CoreFacts("NOT_RUNNING")
        except Problem:
            return None  # it runs, and does not tell whom it does not know
        return CoreFacts(
            str(config.get("state")), frozenset(config.get("components", ())), await self._entries()
        )

    async def _entries(self) -> tuple[str, ...] | None:
        """Ask how the relay's entries are; only an admin is told."""
        if self.rest is None:
            return None
        try:
            found = await self.rest.get_json("config/config_entries/entry", domain=SERVICE)
        except Problem:
            return None
        return tuple("disabled" if one["disabled_by"] else str(one["state"]) for one in found)


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Examine an address, print the report, and return 0 when nothing is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m ha_mcp doctor",
        description="Play an assistant in the cloud and name the first thing that is wrong.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("address", help="what you give to assistants, https://…/api/webhook/mcp_…")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    chosen = parser.parse_args(arguments)
    report = asyncio.run(_examined(chosen.address, environ))
    said = json.dumps(report.as_json(), ensure_ascii=False) if chosen.json else report.as_text()
    sys.stdout.write(f"{said}\n")
    return 0 if report.fault is None else 1


async def _examined(address: str, environ: Mapping[str, str]) -> Report:
    async with world(environ) as seen:
        return await examine(address.strip(), seen)


@asynccontextmanager
async def world(environ: Mapping[str, str]) -> AsyncIterator[WithHome]:
    """See the internet, and the home when the environment has a way into it."""
    async with ClientSession() as session:
        yield WithHome(rest=_rest(session, environ))


def _rest(session: ClientSession, environ: Mapping[str, str]) -> CoreRest | None:
    """Return the way into Home Assistant, when the environment has one."""
    own = environ.get("SUPERVISOR_TOKEN", "")
    url, token = environ.get("HOMEASSISTANT_URL", ""), environ.get("HOMEASSISTANT_TOKEN", "")
    if own:
        return CoreRest(session, f"{SUPERVISOR}/core/api", lambda: own, answer_within=_INSIDE)
    if not (url and token):
        return None
    base = f"{url.strip().rstrip('/').removesuffix('/api')}/api"
    return CoreRest(session, base, lambda: token, answer_within=_INSIDE)
