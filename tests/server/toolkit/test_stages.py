"""What every call passes through, each stage by itself and all in order."""

import asyncio
import logging
import re

import pytest

from ha_mcp.problems import NotFound, Problem, TimedOut, Unreachable
from ha_mcp.toolkit import Call, Handler, Outcome, Risk, Stage, Tool, tool
from ha_mcp.toolkit.stages import contain, deadline, record, validate

from .calls import through

LOG = logging.getLogger("stages")
CONTAIN = contain(LOG, lambda problem: problem.details.get("call"))


def raising(err: BaseException, risk: Risk = Risk.READ) -> Tool:
    """Return a tool that fails."""

    @tool(title="Fail", risk=risk)
    async def ha_fail() -> str:
        """Fail."""
        raise err

    return ha_fail


@tool(title="Double", risk=Risk.READ)
async def ha_double(number: int) -> str:
    """Double a number."""
    return str(number * 2)


@tool(title="Wait", risk=Risk.ACT)
async def ha_wait() -> str:
    """Wait for ever."""
    await asyncio.Event().wait()
    return "never"


async def test_the_first_stage_is_the_outermost() -> None:
    """The list reads in the order in which a call meets it."""
    met: list[str] = []

    def stage(name: str) -> Stage:
        async def meet(call: Call, following: Handler) -> Outcome:
            met.append(name)
            return await following(call)

        return meet

    outcome = await through(ha_double, stage("one"), stage("two"), number=1)

    assert (outcome.text, met) == ("2", ["one", "two"])


async def test_arguments_are_checked_before_the_tool_sees_them() -> None:
    """The tool gets a number."""
    outcome = await through(ha_double, validate, number="21")

    assert outcome.text == "42"


@pytest.mark.parametrize(
    ("problem", "risk", "text"),
    [
        (Problem("It failed"), Risk.READ, "internal: It failed"),
        (
            NotFound("No\nlamp", hint="Look again", similar=["one", "two"], call="ha_find()"),
            Risk.READ,
            "not_found: No lamp\nNearest: one, two\nLook again\nNext: ha_find()",
        ),
        (Unreachable("Gone"), Risk.READ, "unreachable: Gone\nRetry in a few seconds."),
        (Unreachable("Gone"), Risk.ACT, "unreachable: Gone\nRetry in a few seconds."),
        (Unreachable("Gone", hint="Wait"), Risk.READ, "unreachable: Gone\nWait"),
        (
            Unreachable("Gone", sent=True),
            Risk.ACT,
            "unreachable: Gone\nIt may have happened all the same: look before repeating it.",
        ),
        (TimedOut("Slow"), Risk.READ, "timeout: Slow\nRetry in a few seconds."),
        (
            TimedOut("Slow"),
            Risk.EDIT,
            "timeout: Slow\nIt may have happened all the same: look before repeating it.",
        ),
        (ExceptionGroup("", [NotFound("Inside")]), Risk.READ, "not_found: Inside"),
        (
            ExceptionGroup("", [ExceptionGroup("", [NotFound("Deep inside")])]),
            Risk.READ,
            "not_found: Deep inside",
        ),
    ],
)
async def test_a_problem_becomes_an_answer(problem: Exception, risk: Risk, text: str) -> None:
    """Code, sentence, nearest, next step; a write that may have been done is never retried."""
    outcome = await through(raising(problem, risk), CONTAIN)

    assert (outcome.text, outcome.failed) == (text, True)


@pytest.mark.parametrize(
    "mistake",
    [
        KeyError("token=abc"),
        ExceptionGroup("token=abc", [KeyError("token=abc")]),
        ExceptionGroup("token=abc", [NotFound("A lamp"), KeyError("token=abc")]),
    ],
    ids=["alone", "in a group", "beside a problem"],
)
async def test_a_mistake_becomes_an_incident(
    mistake: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """The model learns a number, the log the rest."""
    outcome = await through(raising(mistake), CONTAIN)

    found = re.fullmatch(
        r"internal: ha_fail failed by a mistake of this server; "
        r"its log says more under incident ([0-9a-f]{8})",
        outcome.text,
    )
    assert outcome.failed
    assert found is not None
    assert f"Incident {found[1]} in ha_fail" in caplog.text
    assert "token=abc" in caplog.text


async def test_cancelling_is_not_contained() -> None:
    """A client that left gets no answer, and the task ends."""
    with pytest.raises(asyncio.CancelledError):
        await through(raising(asyncio.CancelledError()), CONTAIN)


async def test_a_call_ends_in_time() -> None:
    """And the problem says after how long."""
    with pytest.raises(TimedOut, match=r"ha_wait took longer than 0\.01 s"):
        await through(ha_wait, deadline(0.01))


async def test_a_timeout_of_something_inside_is_not_the_deadline() -> None:
    """It would be reported with the wrong number of seconds."""
    with pytest.raises(TimeoutError, match="inside"):
        await through(raising(TimeoutError("inside")), deadline(5))


@pytest.mark.parametrize(
    ("err", "ended"),
    [
        (NotFound("secret"), "not_found"),
        (KeyError("secret"), "internal"),
        (asyncio.CancelledError("secret"), "cancelled"),
    ],
)
async def test_each_failure_leaves_one_line_without_its_words(
    err: BaseException, ended: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Words may hold what is private."""
    with caplog.at_level(logging.INFO), pytest.raises(type(err)):
        await through(raising(err), record(LOG))

    (line,) = caplog.messages
    assert re.fullmatch(rf"ha_fail by tester: {ended} in \d+ ms", line)


async def test_each_success_leaves_one_line_with_its_length(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Long answers are what costs."""
    with caplog.at_level(logging.INFO):
        await through(ha_double, validate, record(LOG), number=21)

    (line,) = caplog.messages
    assert re.fullmatch(r"ha_double by tester: 2 characters in \d+ ms", line)
