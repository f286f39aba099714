"""The connection: found, lost and found again, and whoever waits is told at once."""

import asyncio
import logging
import time

import pytest

from fakes.core_socket import FakeCore, Line
from ha_mcp.ha import CoreSocket
from ha_mcp.problems import TimedOut, Unreachable

from .sockets import LONG, problem_of, reaching, refusal, started


async def test_without_a_connection_nothing_was_sent(core: FakeCore) -> None:
    """Also after one was lost that had carried commands."""
    async with reaching(core) as socket:
        early = await problem_of(socket.command("call_service"), Unreachable)
        await socket.up()
        line = await core.line()
        core.refuse = (502, "")
        line.cut()
        await socket.down()
        late = await problem_of(socket.command("call_service"), Unreachable)

        assert not early.sent
        assert not late.sent


async def test_each_caller_gets_a_problem_of_their_own(core: FakeCore) -> None:
    """One adds to the sentence what only concerns them."""
    core.refuse = (502, "")
    async with reaching(core) as socket:
        mine = await refusal(socket, "starting")
        mine.message += " (call 1 of 2)"

        theirs = await problem_of(socket.command("ping"), Unreachable)

        assert "call 1" not in theirs.message


@pytest.mark.parametrize("how", ["close", "cut", "not JSON", "bytes", "not a message"])
async def test_everybody_who_waits_is_failed_at_once(core: FakeCore, how: str) -> None:
    """However it ends; what was sent may have been done."""
    async with reaching(core, answer_within=60) as socket:
        await socket.up()
        line = await core.line()
        asked = [await started(socket.command("call_service", n=n)) for n in range(5)]
        for _ in asked:
            await line.command()
        await _end(line, how)

        problems = [await problem_of(one, Unreachable) for one in asked]

        assert all(problem.sent for problem in problems)


async def _end(line: Line, how: str) -> None:
    match how:
        case "close":
            await line.close()
        case "cut":
            line.cut()
        case "bytes":
            await line.say_bytes(b"{}")
        case "not JSON":
            await line.say('{"id": 3, "type": "result", "succ')
        case _:
            await line.say('{"id": "three"}')


async def test_after_a_loss_commands_work_again(socket: CoreSocket, core: FakeCore) -> None:
    """On a new connection, and nothing of the old one is sent again."""
    old = await core.line()
    lost = await started(socket.command("call_service"))
    await old.command()
    await old.close()
    await problem_of(lost, Unreachable)
    line = await core.line()
    await socket.up()
    asked = await started(socket.command("ping"))
    command = await line.command()
    await line.result(command, "pong")

    assert command["type"] == "ping"
    assert await asked == "pong"


async def test_a_dead_socket_is_found_by_its_heartbeat(core: FakeCore) -> None:
    """No close, no reset: a router that forgot us, a machine that froze."""
    async with reaching(core, answer_within=60, heartbeat=0.2) as socket:
        await socket.up()
        line = await core.line()
        line.freeze()
        began = time.monotonic()
        asked = await started(socket.command("call_service"))

        problem = await problem_of(asked, Unreachable)

        assert problem.sent
        assert time.monotonic() - began < 1
        await core.line()  # it is there again


async def test_a_dead_socket_fails_also_who_could_not_send_everything(core: FakeCore) -> None:
    """Megabytes that nobody reads wait in buffers; who sends them does not wait with them."""
    async with reaching(core, answer_within=60, heartbeat=0.2) as socket:
        await socket.up()
        line = await core.line()
        line.freeze()
        began = time.monotonic()
        asked = [await started(socket.command("save", config="x" * 4_000_000)) for _ in range(5)]

        problems = [await problem_of(one, Unreachable) for one in asked]

        assert all(problem.sent for problem in problems)
        assert time.monotonic() - began < 1
        await core.line()


async def test_a_silent_connection_that_lives_is_kept(core: FakeCore) -> None:
    """A house at night: pings and pongs, nothing else."""
    async with reaching(core, heartbeat=0.05) as socket:
        await socket.up()
        down = asyncio.ensure_future(socket.down())
        done, _ = await asyncio.wait([down], timeout=0.4)
        down.cancel()

        assert not done
        assert core.attempts == 1


async def test_more_than_the_limit_ends_the_connection_with_a_sentence(
    core: FakeCore, caplog: pytest.LogCaptureFixture
) -> None:
    """64 MiB is what the Supervisor lets through; the next command works."""
    async with reaching(core, answer_within=60) as socket:
        await socket.up()
        line = await core.line()
        asked = await started(socket.command("recorder/everything"))
        command = await line.command()
        with caplog.at_level(logging.WARNING):
            sending = asyncio.ensure_future(line.result(command, "x" * (64 * 2**20)))
            await problem_of(asked, Unreachable)
            await core.line()

        await asyncio.gather(sending, return_exceptions=True)
        assert "more than 64 MiB" in caplog.text


async def test_a_core_that_accepts_and_says_nothing_is_given_up(core: FakeCore) -> None:
    """It is frozen, or starting very slowly."""
    core.is_silent = True
    async with reaching(core, heartbeat=0.1) as socket:
        problem = await refusal(socket, "stopped answering")
        core.is_silent = False
        await socket.up()

        assert isinstance(problem, Unreachable)
        assert not problem.sent


async def test_down_returns_at_once_without_a_connection(core: FakeCore) -> None:
    """Whoever comes too late to see it end does not wait for the next end."""
    core.refuse = (502, "")
    async with reaching(core) as socket, asyncio.timeout(LONG):
        await socket.down()

        assert not socket.connected


async def test_an_outage_is_logged_once_and_each_one_anew(
    core: FakeCore, caplog: pytest.LogCaptureFixture
) -> None:
    """A log full of the same line hides the other ones."""
    caplog.set_level(logging.WARNING, logger="ha_mcp")
    async with reaching(core) as socket:
        for _ in range(2):
            await socket.up()
            line = await core.line()
            core.refuse = (502, "")
            await line.close()
            await refusal(socket, "starting")
            await core.attempted(core.attempts + 3)
            core.refuse = None
        await socket.up()

    assert caplog.text.count("starting, restarting or stopped") == 2


async def test_a_connection_that_is_lost_again_is_logged_again(
    core: FakeCore, caplog: pytest.LogCaptureFixture
) -> None:
    """In the same words, since it came back in between."""
    caplog.set_level(logging.WARNING, logger="ha_mcp")
    async with reaching(core) as socket:
        for _ in range(2):
            line = await core.line()
            await line.close()
        await core.line()
        await socket.up()

    assert caplog.text.count("closed the connection") == 2


async def test_stopping_ends_everything(core: FakeCore) -> None:
    """Who waits is told, and no task is left."""
    async with reaching(core) as socket:
        await socket.up()
        asked = await started(socket.command("slow"))

    problem = await problem_of(asked, Unreachable)
    await asyncio.sleep(0)
    left = [task.get_coro() for task in asyncio.all_tasks()]
    assert problem.sent
    assert not [coro for coro in left if "ha_mcp/ha" in str(getattr(coro, "cr_code", ""))]


async def test_a_timeout_does_not_end_the_connection(core: FakeCore) -> None:
    """One slow command is no reason to read the whole home again."""
    async with reaching(core, answer_within=0.05) as socket:
        await socket.up()
        await problem_of(socket.command("slow"), TimedOut)

        assert socket.connected
        assert core.attempts == 1
