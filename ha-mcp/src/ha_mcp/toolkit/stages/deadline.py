"""Answer in time, whatever happens behind."""

import asyncio

from ...problems import TimedOut
from ..answers import Outcome
from ..pipeline import Call, Handler, Stage


def deadline(seconds: float) -> Stage:
    """Return a stage that gives up after this many seconds; raises TimedOut."""

    async def stage(call: Call, following: Handler) -> Outcome:
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                return await following(call)
        except TimeoutError as err:
            if not limit.expired():
                raise  # of something inside, which should have said what
            raise TimedOut(f"{call.tool.name} took longer than {seconds:g} s") from err

    return stage
