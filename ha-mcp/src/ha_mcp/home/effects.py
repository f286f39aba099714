"""What an action changed: seen from before the call until the house has settled."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from .rows import State
from .states import States

_QUIET = 0.4  # seconds of silence after Core's result mean that it is over
_MOVING: Final = frozenset(
    "opening closing locking unlocking arming pending returning buffering".split()
)
_RESTING: Final = frozenset({"off", "unavailable", "unknown"})
_DONE: Final[dict[str, Callable[[str], bool]]] = {
    "turn_on": lambda state: state not in _RESTING,  # a heating is "heat" when it is on
    "turn_off": lambda state: state == "off",
    "lock": lambda state: state == "locked",
    "unlock": lambda state: state == "unlocked",
    "open_cover": lambda state: state == "open",
    "close_cover": lambda state: state == "closed",
    "open_valve": lambda state: state == "open",
    "close_valve": lambda state: state == "closed",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What one entity did: None before or after when it did not exist."""

    entity_id: str
    before: State | None
    after: State | None


def done_by(action_id: str) -> Callable[[str], bool] | None:
    """Return what tells whether a state is the one an action wants; None where nobody can."""
    return _DONE.get(action_id.partition(".")[2])


@dataclass(slots=True)
class Watch:
    """The changes since watching began: per entity the first old and the newest state."""

    before: dict[str, State | None] = field(default_factory=dict)
    after: dict[str, State | None] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, old: State | None, new: State | None) -> None:
        """Note one change."""
        row = new or old
        if row is not None:
            self.before.setdefault(row.entity_id, old)
            self.after[row.entity_id] = new
            self.news.set()

    def context_of(self, wanted: Sequence[str]) -> str | None:
        """Return the context a target changed under, for a call that has not ended."""
        return next((s.context_id for one in wanted if (s := self.after.get(one))), None)

    def effects(self, wanted: Collection[str], context_id: str | None) -> list[Effect]:
        """Return what changed by a call: its targets, and what changed under its context."""
        return [
            Effect(entity_id, self.before[entity_id], new)
            for entity_id, new in self.after.items()
            if entity_id in wanted or _under(new, context_id)
        ]

    async def settle(
        self, awaited: Collection[str] | None, context_id: str | None, most: float
    ) -> None:
        """Wait until all that is awaited changed and none of it moves, or until it is quiet.

        None awaits nothing in particular: it is over when it is quiet.
        """
        loop = asyncio.get_running_loop()
        ends = loop.time() + most
        while (left := ends - loop.time()) > 0:
            self.news.clear()
            seen = [self.after.get(one) for one in awaited or ()]
            moving = any(state.state in _MOVING for state in seen if state)
            if awaited is not None and not moving and all(_under(s, context_id) for s in seen):
                return
            try:
                async with asyncio.timeout(left if moving else min(_QUIET, left)):
                    await self.news.wait()
            except TimeoutError:
                return


@contextmanager
def watching(states: States) -> Iterator[Watch]:
    """Watch all states for as long as the block lasts."""
    watch = Watch()
    stop = states.listen(watch.hear)
    try:
        yield watch
    finally:
        stop()


def _under(state: State | None, context_id: str | None) -> bool:
    return (
        state is not None
        and context_id is not None
        and context_id in (state.context_id, state.parent_id)
    )
