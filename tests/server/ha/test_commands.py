"""Commands: each gets its own answer, whatever else is under way."""

import asyncio
from typing import Any

import pytest
from msgspec import Struct

from fakes.core_socket import FakeCore, Line, done
from ha_mcp.ha import CoreSocket
from ha_mcp.problems import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    Rejected,
    TimedOut,
    Unsupported,
)

from .sockets import problem_of, reaching, started


class Area(Struct):
    """A row as the home wants it."""

    area_id: str
    name: str


async def test_a_command_has_its_fields_and_gets_its_result(socket: CoreSocket, line: Line) -> None:
    """Nothing is added but a number."""
    asked = await started(socket.command("config/area_registry/create", name="Attic"))
    command = await line.command()
    await line.result(command, {"area_id": "attic"})

    assert await asked == {"area_id": "attic"}
    assert command == {"id": command["id"], "type": "config/area_registry/create", "name": "Attic"}


async def test_a_result_is_read_straight_into_its_type(socket: CoreSocket, line: Line) -> None:
    """What the type does not name is never kept."""
    asked = await started(socket.fetch("config/area_registry/list", list[Area]))
    await line.result(await line.command(), [{"area_id": "attic", "name": "Attic", "icon": None}])

    assert await asked == [Area("attic", "Attic")]


async def test_a_result_of_another_shape_is_unsupported(socket: CoreSocket, line: Line) -> None:
    """A Core of next year must not stop the server of today."""
    asked = await started(socket.fetch("config/area_registry/list", list[Area]))
    await line.result(await line.command(), [{"area_id": 7}])

    problem = await problem_of(asked, Unsupported)

    assert "config/area_registry/list" in problem.message
    assert socket.connected


async def test_many_commands_at_once_are_answered_in_any_order(
    socket: CoreSocket, line: Line
) -> None:
    """Two hundred leave before the first answer, which is the last one's."""
    asked = [await started(socket.command("get", which=which)) for which in range(200)]
    commands = [await line.command() for _ in range(200)]
    for command in reversed(commands):
        await line.result(command, command["which"])

    assert await asyncio.gather(*asked) == list(range(200))


async def test_numbers_rise_with_every_command(socket: CoreSocket, line: Line) -> None:
    """Core refuses a number that is not above the one before."""
    asked = [await started(socket.command("ping")) for _ in range(20)]
    commands = [await line.command() for _ in asked]
    await line.send([done(command) for command in commands])
    await asyncio.gather(*asked)

    numbers = [command["id"] for command in commands]
    assert numbers == sorted(set(numbers))


async def test_answers_that_come_together_are_told_apart(socket: CoreSocket, line: Line) -> None:
    """Core coalesces what is ready at the same moment into one array."""
    first, second = await started(socket.command("a")), await started(socket.command("b"))
    one, other = await line.command(), await line.command()
    await line.send([done(other, 2), done(one, 1)])

    assert [await first, await second] == [1, 2]


async def test_core_is_asked_to_send_messages_together(core: FakeCore, line: Line) -> None:
    """Hundreds of small frames would cost more than what is in them."""
    assert core.features[0]["features"] == {"coalesce_messages": 1}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("invalid_format", Invalid),
        ("not_found", NotFound),
        ("not_allowed", Rejected),
        ("not_supported", Unsupported),
        ("unauthorized", Forbidden),
        ("unknown_command", Unsupported),
        ("unknown_error", Rejected),
        ("home_assistant_error", Rejected),
        ("service_validation_error", Rejected),
        ("timeout", TimedOut),
        ("template_error", Rejected),
        ("already_exists", Conflict),
        ("entity_not_found", NotFound),
        ("invented_by_an_integration", Rejected),
        (42, Rejected),
        (None, Rejected),
    ],
)
async def test_every_code_of_core_means_a_problem(
    socket: CoreSocket, line: Line, code: Any, kind: type[Problem]
) -> None:
    """Its words are kept, except where ours say more."""
    asked = await started(socket.command("labs/try"))
    await line.failure(await line.command(), code, "It will not do")

    problem = await problem_of(asked, Problem)

    assert type(problem) is kind
    assert problem.details["core_code"] == str(code)
    assert "It will not do" in problem.message or "labs/try" in problem.message


@pytest.mark.parametrize(
    "message", [None, "", 7, {"base": "unknown"}, ["a"], "two\nlines\x07", "x" * 5000]
)
async def test_odd_words_of_an_integration_become_one_short_line(
    socket: CoreSocket, line: Line, message: Any
) -> None:
    """Some send an exception, some nothing at all."""
    asked = await started(socket.command("odd/one"))
    await line.failure(await line.command(), "failed", message)

    problem = await problem_of(asked, Rejected)

    assert 0 < len(problem.message) <= 500
    assert problem.message.isprintable()


async def test_a_command_that_core_would_not_take_is_not_sent(
    socket: CoreSocket, line: Line
) -> None:
    """Core would cut the connection that everybody shares."""
    problem = await problem_of(
        socket.command("lovelace/config/save", config="x" * (4 * 2**20)), Invalid
    )
    asked = await started(socket.command("ping"))
    await line.result(await line.command())
    await asked

    assert "4 MiB" in problem.message
    assert line.unread == 0


async def test_the_limit_itself_is_too_much(socket: CoreSocket, line: Line) -> None:
    """Core cuts the connection at 4 MiB, not above it."""
    config = "x" * (4 * 2**20 - len('{"config":"","id":3,"type":"save"}'))

    await problem_of(socket.command("save", config=config), Invalid)
    asked = await started(socket.command("save", config=config[2:]))
    await line.result(await line.command(), "stored")

    assert await asked == "stored"


async def test_a_command_just_below_the_limit_is_sent(socket: CoreSocket, line: Line) -> None:
    """Dashboards of that size exist."""
    asked = await started(socket.command("save", config="x" * (4 * 2**20 - 100)))
    await line.result(await line.command(), "stored")

    assert await asked == "stored"


async def test_a_command_that_cannot_be_json_is_invalid(socket: CoreSocket, line: Line) -> None:
    """Half a character, as a client may cut one."""
    await problem_of(socket.command("save", config="\ud83d"), Invalid)

    assert line.unread == 0


async def test_an_unanswered_command_times_out(core: FakeCore) -> None:
    """It may have been done: that is not the same as unreachable."""
    async with reaching(core, answer_within=0.05) as socket:
        await socket.up()
        problem = await problem_of(socket.command("call_service"), TimedOut)

        assert "call_service" in problem.message
        assert socket.connected


async def test_an_answer_that_comes_too_late_disturbs_nobody(core: FakeCore) -> None:
    """The one who asked has gone, the next one gets their own."""
    async with reaching(core, answer_within=0.05) as socket:
        await socket.up()
        line = await core.line()
        await problem_of(socket.command("slow"), TimedOut)
        asked = await started(socket.command("quick"))
        await line.result(await line.command(), "late")
        await line.result(await line.command(), "in time")

        assert await asked == "in time"


async def test_a_cancelled_command_leaves_no_trace(socket: CoreSocket, line: Line) -> None:
    """A client that has gone must not cost those who stay."""
    gone = await started(socket.command("slow"))
    gone.cancel()
    asked = await started(socket.command("quick"))
    await line.result(await line.command(), "for nobody")
    await line.result(await line.command(), "for somebody")

    assert await asked == "for somebody"
    assert gone.cancelled()
    assert socket._link is not None
    assert not socket._link._waiting


async def test_twenty_megabytes_arrive(socket: CoreSocket, line: Line) -> None:
    """The entity registry of a large home, or a day of history."""
    asked = await started(socket.command("history/history_during_period"))
    await line.result(await line.command(), "x" * (20 * 2**20))

    assert len(await asked) == 20 * 2**20
