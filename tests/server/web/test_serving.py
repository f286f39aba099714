"""The server takes its port or says why not, and stops in time."""

import asyncio
import statistics
import time

import httpx2
import pytest

from ha_mcp.problems import Conflict, Invalid
from ha_mcp.web.serving import listen

from .edges import Edge, calling, running


def test_a_port_in_use_is_named() -> None:
    """The one thing that goes wrong at the first start."""
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(Conflict, match=f"Port {port} is in use") as caught:
            listen("127.0.0.1", port)

    assert caught.value.hint == "Stop that program, or choose another port"


def test_a_host_that_is_not_ours_is_named() -> None:
    """A typing mistake in an option."""
    with pytest.raises(Invalid, match=r"Cannot listen on 192\.0\.2\.1, port 0"):
        listen("192.0.2.1", 0)


async def test_an_answer_is_not_held_back() -> None:
    """Head and body leave in two parts, and the second must not wait for the first's receipt."""
    async with running() as edge:
        times = [await _seconds(edge) for _ in range(9)]

    assert statistics.median(times) < 0.03


async def _seconds(edge: Edge) -> float:
    started = time.perf_counter()
    await edge.call("ha_echo", words="hello")
    return time.perf_counter() - started


async def test_stopping_does_not_wait_for_a_call_that_hangs() -> None:
    """The Supervisor kills what has not stopped after ten seconds."""
    async with asyncio.timeout(6):
        async with running(seconds=60) as edge, asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(_answer_or_end(edge))
            await edge.bell.begun.wait()
            edge.stop.set()
            ended = await asking

        assert edge.bell.stopped.is_set()
    assert ended


async def _answer_or_end(edge: Edge) -> bool:
    """Return whether the call of the waiting tool ended without its answer."""
    try:
        answer = await edge.http.post(edge.url, json=calling("ha_wait"), timeout=30)
    except httpx2.HTTPError:
        return True
    return answer.status_code >= 500
