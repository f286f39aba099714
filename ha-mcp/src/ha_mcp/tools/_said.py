"""Sentences that several tools say in the same words."""

from collections.abc import Sequence

from ..home import Home
from ..problems import Problem


def now_line(home: Home) -> str:
    """Return the first line of answers that involve time: now, weekday and zone."""
    return home.times.header()


def unlisted(problems: Sequence[Problem]) -> str:
    """Say what could not be found, with the nearest, under what was found."""
    lines = []
    for problem in problems:
        similar = ", ".join(problem.details.get("similar", ()))
        lines.append(f"{problem.message}; nearest: {similar}" if similar else problem.message)
    return "\n".join(lines)
