"""Leave one line in the log for each call: which tool, who, how long, how it ended."""

import asyncio
import logging
import time

from ...problems import Problem
from ..answers import Outcome
from ..pipeline import Call, Handler, Stage


def record(log: logging.Logger) -> Stage:
    """Return a stage that logs each call; arguments stay out, they may hold secrets."""

    async def stage(call: Call, following: Handler) -> Outcome:
        started = time.perf_counter()
        ended = "internal"
        try:
            outcome = await following(call)
            ended = f"{len(outcome.text)} characters"
        except Problem as problem:
            ended = problem.code
            raise
        except asyncio.CancelledError:
            ended = "cancelled"
            raise
        finally:
            took = (time.perf_counter() - started) * 1000
            log.info("%s by %s: %s in %.0f ms", call.tool.name, call.client.who, ended, took)
        return outcome

    return stage
