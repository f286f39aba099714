"""What every way to run the server begins and ends with."""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from ..logs import open_log
from ..options import Options
from ..problems import Problem

type Serving[T] = Callable[[T], Coroutine[Any, Any, None]]


def run_home(options: Options, serving: Serving[Options]) -> None:
    """Serve one home."""
    open_log(options)
    run(serving(options))


def run(serving: Coroutine[Any, Any, None]) -> None:
    """Serve to the end."""
    gc.freeze()  # what was imported stays: no collection has to look at it again
    asyncio.run(serving)


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """Say in one sentence what keeps a server from running, and end."""
    try:
        yield
    except Problem as problem:
        said = [problem.message, *([problem.hint] if problem.hint else [])]
        sys.stderr.write(f"{'. '.join(said)}.\n")
        raise SystemExit(1) from None


def told_to_stop() -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def told(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)  # a loop cannot do it on every system
    return stop
