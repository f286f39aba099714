"""Subscriptions: events reach their listener until either side ends it."""

import asyncio
import logging

import pytest

from fakes.core_socket import FakeCore, Line, done
from ha_mcp.ha import CoreSocket
from ha_mcp.problems import Forbidden, TimedOut

from .sockets import LONG, problem_of, reaching, started


async def test_every_event_is_delivered_in_its_order(socket: CoreSocket, line: Line) -> None:
    """As the JSON that Core sent."""
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    asked = await started(socket.subscribe("subscribe_entities", heard.put_nowait))
    command = await line.command()
    await line.result(command)
    await asked
    for number in range(3):
        await line.event(command, {"n": number})

    assert [await heard.get() for _ in range(3)] == [b'{"n":0}', b'{"n":1}', b'{"n":2}']


async def test_an_event_beside_the_answer_is_not_missed(socket: CoreSocket, line: Line) -> None:
    """Core sends the first event in the same array."""
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    asked = await started(socket.subscribe("render_template", heard.put_nowait))
    command = await line.command()
    await line.send([done(command), {"id": command["id"], "type": "event", "event": 1}])
    await asked

    assert await heard.get() == b"1"


async def test_an_event_is_heard_before_the_answer_that_follows_it(
    socket: CoreSocket, line: Line
) -> None:
    """Who waits for an action to be done already has what it changed."""
    heard: list[bytes] = []
    subscribing = await started(socket.subscribe("subscribe_entities", heard.append))
    subscription = await line.command()
    await line.result(subscription)
    await subscribing
    asked = await started(socket.command("call_service"))
    command = await line.command()
    event = {"id": subscription["id"], "type": "event", "event": 1}
    await line.send([event, done(command)])
    await asked

    assert heard == [b"1"]


async def test_an_ended_subscription_is_ended_at_core_too(socket: CoreSocket, line: Line) -> None:
    """What is still on its way is heard by nobody, and ending it again asks nothing."""
    heard: list[bytes] = []
    asked = await started(socket.subscribe("subscribe_events", heard.append))
    command = await line.command()
    await line.result(command)
    stop = await asked
    stopping = await started(stop())
    ending = await line.command()
    await line.event(command, 1)
    await line.result(ending)
    await stopping
    await stop()

    assert ending["type"] == "unsubscribe_events"
    assert ending["subscription"] == command["id"]
    assert heard == []
    assert line.unread == 0


async def test_a_refused_subscription_hears_nothing(socket: CoreSocket, line: Line) -> None:
    """Core has none of that number."""
    heard: list[bytes] = []
    asked = await started(socket.subscribe("subscribe_events", heard.append))
    command = await line.command()
    await line.failure(command, "unauthorized")
    await problem_of(asked, Forbidden)
    await line.event(command, 1)
    again = await started(socket.command("ping"))
    await line.result(await line.command())
    await again

    assert heard == []


async def test_a_listener_that_raises_costs_nobody_else_anything(
    socket: CoreSocket, line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    """One event that is not understood is logged; the next one is heard."""
    heard: asyncio.Queue[int] = asyncio.Queue()

    def listen(event: bytes) -> None:
        heard.put_nowait(10 // int(event))

    asked = await started(socket.subscribe("subscribe_events", listen))
    command = await line.command()
    await line.result(command)
    await asked
    with caplog.at_level(logging.ERROR):
        await line.event(command, 0)
        await line.event(command, 5)
        async with asyncio.timeout(LONG):
            result = await heard.get()

    assert result == 2
    assert "ZeroDivisionError" in caplog.text
    assert socket.connected


async def test_a_subscription_whose_caller_has_gone_is_ended(
    socket: CoreSocket, line: Line
) -> None:
    """Core would go on sending until the connection ends."""
    heard: list[bytes] = []
    asked = await started(socket.subscribe("render_template", heard.append))
    command = await line.command()
    asked.cancel()
    await line.result(command)

    ending = await line.command()

    assert ending["type"] == "unsubscribe_events"
    assert ending["subscription"] == command["id"]
    assert asked.cancelled()


async def test_a_subscription_that_is_refused_after_its_caller_has_gone_is_forgotten(
    socket: CoreSocket, line: Line
) -> None:
    """There is nothing to end."""
    asked = await started(socket.subscribe("render_template", print))
    command = await line.command()
    asked.cancel()
    await line.failure(command, "template_error")
    again = await started(socket.command("ping"))
    following = await line.command()
    await line.result(following)
    await again

    assert following["type"] == "ping"
    assert line.unread == 0


async def test_a_subscription_that_core_confirms_too_late_is_ended(core: FakeCore) -> None:
    """Whoever wanted it was told that it timed out."""
    async with reaching(core, answer_within=0.05) as socket:
        await socket.up()
        line = await core.line()
        await problem_of(socket.subscribe("render_template", print), TimedOut)
        command = await line.command()
        await line.result(command)

        assert (await line.command())["subscription"] == command["id"]


async def test_subscriptions_end_with_their_connection(socket: CoreSocket, core: FakeCore) -> None:
    """Whoever wants more subscribes again; ending an old one asks nothing of the new connection."""
    line = await core.line()
    asked = await started(socket.subscribe("subscribe_events", print))
    await line.result(await line.command())
    stop = await asked
    await line.close()
    next_line = await core.line()
    await socket.up()

    await stop()

    assert next_line.unread == 0
