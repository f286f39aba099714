"""A call goes as far as the rights of who makes it, and no further."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from ha_mcp.problems import Forbidden
from ha_mcp.toolkit import (
    Call,
    Client,
    Everything,
    Outcome,
    Resources,
    Risk,
    Tool,
    pipeline,
    present,
    tool,
)
from ha_mcp.toolkit.stages import authorize, only_reading, validate, weigh


@dataclass(frozen=True)
class UpTo:
    """Rights up to a risk."""

    most: Risk

    @property
    def held(self) -> str:
        """Name the risk."""
        return f"test:{self.most}"

    def allows(self, risk: Risk) -> bool:
        """Compare the places of both in the order of risks."""
        return list(Risk).index(risk) <= list(Risk).index(self.most)

    def missing(self, risk: Risk) -> str:
        """Name the risk."""
        return f"test:{risk}"


def risking(risk: Risk) -> Tool:
    """Return a tool of this risk."""

    @tool(title="Risk", risk=risk)
    async def ha_risk() -> str:
        """Do it."""
        return "done"

    return ha_risk


async def call(tool: Tool, client: Client) -> Outcome:
    """Send a call of the client through the stage."""

    async def run(call: Call) -> Outcome:
        return present(await call.tool.run({}, {}), call.tool.ceiling)

    return await pipeline([authorize], run)(Call(tool, {}, {}, client))


@pytest.mark.parametrize("risk", Risk)
async def test_who_was_given_no_grant_may_do_everything(risk: Risk) -> None:
    """The process of the owner on the owner's machine is not asked for papers."""
    outcome = await call(risking(risk), Client())

    assert outcome.text == "done"


@pytest.mark.parametrize("risk", Risk)
def test_everything_lacks_nothing(risk: Risk) -> None:
    """So nothing can be said to be missing."""
    assert Everything().allows(risk)
    assert Everything().missing(risk) == ""
    assert Everything().held == "everything"


async def test_what_is_covered_goes_on() -> None:
    """The stage is no obstacle."""
    outcome = await call(risking(Risk.ACT), Client(rights=UpTo(Risk.ACT)))

    assert outcome.text == "done"


async def test_what_is_not_covered_is_refused_with_what_is_missing_and_who_can_give_it() -> None:
    """The model can tell its user what to do, in the words of the consent page."""
    with pytest.raises(Forbidden) as caught:
        await call(risking(Risk.EDIT), Client(rights=UpTo(Risk.READ)))

    assert caught.value.message == "ha_risk needs test:edit, and this client has test:read"
    assert "allow test:edit" in str(caught.value.hint)
    assert caught.value.details["needed"] == "test:edit"


@pytest.mark.parametrize(
    ("client", "who"),
    [
        (Client("cursor"), "cursor"),
        (Client(), "unknown"),
        (Client("Claude", id="0123456789abcdef"), "Claude #01234567"),
        (Client(id="0123456789abcdef"), "unknown #01234567"),
    ],
)
def test_a_grant_tells_clients_of_one_name_apart(client: Client, who: str) -> None:
    """Two people may both have connected something called Claude."""
    assert client.who == who


def weighing(*risks: Risk) -> Tool:
    """Return a tool whose argument adds risks when it is a dangerous one."""

    async def risks_of(resources: Resources, arguments: Mapping[str, Any]) -> Collection[Risk]:
        assert resources == {}
        return risks if arguments["what"] == "danger" else ()

    @tool(title="Weigh", risk=Risk.ACT, risks_of=risks_of)
    async def ha_weigh(what: str) -> str:
        """Do it."""
        return f"{what} done"

    return ha_weigh


async def weighed(tool: Tool, client: Client, what: str) -> tuple[Outcome, Call]:
    """Send a call through the check of arguments and the scales."""

    async def run(call: Call) -> Outcome:
        return present(await call.tool.run({}, call.arguments), call.tool.ceiling)

    one = Call(tool, {"what": what}, {}, client)
    return await pipeline([authorize, validate, weigh], run)(one), one


async def test_arguments_add_to_the_risk_and_never_take_from_it() -> None:
    """Whoever asks a person first has to know all that a call is."""
    outcome, call = await weighed(weighing(Risk.GUARD, Risk.READ), Client(), "danger")

    assert outcome.text == "danger done"
    assert call.risks == {Risk.ACT, Risk.GUARD, Risk.READ}


async def test_a_call_that_arguments_make_too_risky_is_refused() -> None:
    """The tool is allowed, this is not."""
    client = Client(rights=UpTo(Risk.GUARD))
    outcome, _ = await weighed(weighing(Risk.EDIT), client, "lamp")

    with pytest.raises(Forbidden, match="ha_weigh needs test:edit for this, and this client has"):
        await weighed(weighing(Risk.EDIT), client, "danger")
    assert outcome.text == "lamp done"


async def test_a_tool_whose_risk_is_always_the_same_is_not_weighed() -> None:
    """Most are."""
    outcome = await pipeline([weigh], answer_with_risks)(Call(risking(Risk.READ), {}, {}))

    assert outcome.text == "read"


async def answer_with_risks(call: Call) -> Outcome:
    """Answer with the risks of the call."""
    return Outcome(" ".join(sorted(call.risks)))


async def test_who_may_only_read_is_told_why() -> None:
    """Whatever was allowed: the owner's word beats it."""
    client = Client(reads_only="the owner said so")

    with pytest.raises(Forbidden, match="ha_risk can change something, and the owner said so"):
        await call(risking(Risk.ACT), client)
    assert (await call(risking(Risk.READ), client)).text == "done"
    assert [risk for risk in Risk if client.allows(risk)] == [Risk.READ]


@pytest.mark.parametrize(
    ("client", "closed"),
    [
        (Client(), []),
        (Client(rights=UpTo(Risk.ACT)), []),
        (Client(rights=UpTo(Risk.READ)), ["this client may only read"]),
        (Client(reads_only="the owner said so"), ["the owner said so"]),
    ],
    ids=["everything", "acts", "reads", "whole server reads"],
)
async def test_the_wires_are_closed_for_who_may_only_read(
    client: Client, closed: list[str]
) -> None:
    """For the time of the call, and with the reason."""
    open_again: list[str] = []
    reasons: list[str] = []

    @contextmanager
    def closing(why: str) -> Iterator[None]:
        reasons.append(why)
        yield
        open_again.append(why)

    outcome = await pipeline([only_reading(closing)], answer_with_risks)(
        Call(risking(Risk.READ), {}, {}, client)
    )

    assert outcome.text == "read"
    assert reasons == closed
    assert open_again == closed


@tool(title="Whole", risk=Risk.READ, whole=True)
async def ha_whole() -> str:
    """Look at all of it."""
    return "all"


async def test_what_is_about_all_of_the_home_is_nothing_for_who_has_a_part() -> None:
    """And is not offered to it."""
    guest = Client(part=True)

    with pytest.raises(Forbidden, match="ha_whole is about all of the home"):
        await call(ha_whole, guest)
    assert (await call(ha_whole, Client())).text == "all"
    assert (await call(risking(Risk.ACT), guest)).text == "done"
    assert [guest.may_ever(one) for one in (ha_whole, risking(Risk.ACT))] == [False, True]
    assert Client().may_ever(ha_whole)
