"""A line in Home Assistant's own logbook for each change, where people look first."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from ..home import Home
from ..problems import Problem
from .drafts import Plan
from .written import Written

_VERBS: Final = {
    "set": "changed",
    "remove": "removed",
    "undo": "took back changes of",
    "rename": "renamed",
}
_MOST: Final = 3


async def note_in_logbook(home: Home, plan: Plan, client: str, written: Sequence[Written]) -> None:
    """Leave the line; a home without a logbook gets none, and the change stands all the same."""
    names = [f"{one.kind} {one.name}" for one in written[:_MOST]]
    if len(written) > _MOST:
        names.append(f"{len(written) - _MOST} more")
    await leave_line(home, client, f"{_VERBS[plan.verb]} {', '.join(names)}")


async def leave_line(home: Home, client: str, message: str) -> None:
    """Leave a line of a client."""
    line = {"name": client, "message": message}
    with suppress(Problem):
        await home.core.command("call_service", domain="logbook", service="log", service_data=line)
