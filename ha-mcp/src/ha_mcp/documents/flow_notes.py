"""Config flows in the journal: the intent before Home Assistant is asked, what is there afterwards.

Any answer may be the last one of a flow, and the first question may already be the end. So there is
an intent before each request; it is withdrawn when Home Assistant says that the flow goes on.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from ..home import Home
from ..journal import Intent, Journal, Unwritable
from ..problems import NotFound, Problem, TimedOut, Unreachable
from .kind import Body
from .steps import Step

VERB: Final = "form"
_KIND: Final = "integration"
_DONE: Final = "_successful"  # how Home Assistant ends a flow that changed an entry
_TOLD: Final = ("title", "domain", "state", "reason", "disabled_by")


class FlowNotes:
    """What the journal hears of flows."""

    def __init__(self, home: Home, journal: Journal) -> None:
        """Take the home, and what remembers."""
        self._home = home
        self._journal = journal

    async def around(
        self,
        ask: Callable[[], Awaitable[Step]],
        intended: tuple[str, str, Body | None, Body],
        client: str,
    ) -> tuple[Step, int]:
        """Ask for the next step; returns it with the number of the change, 0 when it wrote nothing.

        ``intended`` is the entry's id, its name, and what is there before and meant to be after.
        Raises Unwritable before anything is asked.
        """
        entry_id, name, before, after = intended
        images = [None if one is None else {"body": one} for one in (before, after)]
        intent = Intent(_KIND, entry_id, name, images[0], images[1])
        number = await self._journal.intend(client, VERB, "", [intent])
        try:
            step = await ask()
        except Problem as problem:
            if isinstance(problem, TimedOut) or getattr(problem, "sent", False):
                raise Unreachable(
                    f"Whether it was written is not known: {problem.message}",
                    hint=f"Look at the integration; the journal has what was intended as c{number}",
                    sent=True,
                ) from problem
            await self._journal.withdraw(number)
            raise
        if step.open or not wrote(step):
            await self._journal.withdraw(number)
            return step, 0
        return step, number

    async def complete(self, number: int, entry_id: str, name: str, after: Body) -> bool:
        """Note what is there now; tells whether that was possible."""
        try:
            await self._journal.done(number, 0, entry_id, name, {"body": after})
        except Unwritable:
            return False
        return True

    async def entry(self, entry_id: str) -> Body:
        """Return what Home Assistant tells of an entry now; nothing when it is gone."""
        try:
            answer = await self._home.core.command("config_entries/get_single", entry_id=entry_id)
        except NotFound:
            return {}
        row = answer["config_entry"]
        body = {key: row[key] for key in _TOLD if row.get(key)}
        if row["num_subentries"]:
            rows = await self._home.core.command(
                "config_entries/subentries/list", entry_id=entry_id
            )
            body["subentries"] = sorted(f"{one['subentry_type']}: {one['title']}" for one in rows)
        return body


def wrote(step: Step) -> bool:
    """Tell whether a flow that ended has changed anything."""
    return step.type == "create_entry" or step.reason.endswith(_DONE)
