"""The one place where a failure becomes an answer."""

import logging
import secrets
from collections.abc import Callable

from ...problems import Problem, TimedOut, Unreachable
from ..answers import Outcome, clean
from ..pipeline import Call, Handler, Stage
from ..risk import Risk

type NextCall = Callable[[Problem], str | None]

_LONGEST = 1_000


def contain(log: logging.Logger, next_call: NextCall) -> Stage:
    """Return a stage that turns problems into failed outcomes, and mistakes into an incident.

    ``next_call`` knows the tools: it writes out the call that would help, where there is one.
    """

    async def stage(call: Call, following: Handler) -> Outcome:
        try:
            return await following(call)
        except Exception as err:
            problem = _problem_in(err)
            if problem is not None:
                return Outcome(_described(problem, next_call(problem), call.tool.risk), failed=True)
            incident = secrets.token_hex(4)
            log.exception("Incident %s in %s", incident, call.tool.name)
            return Outcome(
                f"internal: {call.tool.name} failed by a mistake of this server; "
                f"its log says more under incident {incident}",
                failed=True,
            )

    return stage


def _problem_in(err: Exception) -> Problem | None:
    """Return the problem that was raised, also by one of several tasks of a tool."""
    if isinstance(err, ExceptionGroup):
        problems, others = err.split(Problem)
        return _problem_in(problems.exceptions[0]) if problems and not others else None
    return err if isinstance(err, Problem) else None


def _described(problem: Problem, following: str | None, risk: Risk) -> str:
    """Write a problem for a model: code, sentence, nearest real values, next step."""
    similar = ", ".join(str(one) for one in problem.details.get("similar", ()))
    parts = [
        f"{problem.code}: {clean(problem.message, _LONGEST)}",
        f"Nearest: {clean(similar, _LONGEST)}" if similar else "",
        problem.hint or "",
        f"Next: {following}" if following else "",
        _retrying(problem, risk),
    ]
    return "\n".join(part for part in parts if part)


def _retrying(problem: Problem, risk: Risk) -> str:
    """Say whether to try again: never a write that may have been done."""
    left = isinstance(problem, TimedOut) or (isinstance(problem, Unreachable) and problem.sent)
    if left and risk is not Risk.READ:
        return "It may have happened all the same: look before repeating it."
    return "Retry in a few seconds." if problem.retryable and not problem.hint else ""
