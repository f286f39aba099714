"""Saying what goes on, and what went wrong, in one line each."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Trouble(Exception):
    """Something the person at the keyboard has to know: what is wrong and what to do."""


def say(text: str) -> None:
    """Print one line for the person; standard output stays free for results."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Name a long step when it starts and say how long it took when it ends."""
    started = time.monotonic()
    say(f"  {title} ...")
    yield
    say(f"  {title}: done in {time.monotonic() - started:.1f} s")
