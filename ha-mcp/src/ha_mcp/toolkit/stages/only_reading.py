"""Close the wires against writing for callers who may only read."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from ..answers import Outcome
from ..pipeline import Call, Handler, Stage

type Closing = Callable[[str], AbstractContextManager[None]]  # by the reason


def only_reading(closing: Closing) -> Stage:
    """Return a stage that closes them for the time of such a call.

    The rights were looked at before: this holds when a tool does not keep what its risk says.
    """

    async def stage(call: Call, following: Handler) -> Outcome:
        why = call.client.why_only_reading
        if not why:
            return await following(call)
        with closing(why):
            return await following(call)

    return stage
