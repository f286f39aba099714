"""Who sends a byte now and then holds nothing for long, and disturbs nobody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount

from ha_mcp.web.gate import Gate
from ha_mcp.web.origins import Origins
from ha_mcp.web.serving import listen, serve

HEAD = (
    "POST /private_path_of_the_tests HTTP/1.1\r\nHost: localhost\r\n"
    "Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
)


@asynccontextmanager
async def gate_with(patience: float) -> AsyncIterator[int]:
    """Serve an endpoint behind a gate that waits so long; give its port."""
    gate = Gate(
        PlainTextResponse("in"),
        path="/private_path_of_the_tests",
        origins=Origins(on_loopback=True, secret=True),
        page=lambda _: None,
        patience=patience,
    )
    app = Starlette(routes=[Mount("/", gate)])
    stop, listening = asyncio.Event(), listen("127.0.0.1", 0)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(serve(app, listening, stop))
        yield listening.getsockname()[1]
        stop.set()


async def _drip(writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)


async def test_a_body_that_never_ends_is_refused_and_the_connection_closed() -> None:
    """However many there are, each is gone after a while."""
    async with gate_with(0.3) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD.format(length=100_000).encode())
        async with asyncio.TaskGroup() as tasks, asyncio.timeout(10):
            dripping = tasks.create_task(_drip(writer))
            said = await reader.read()
            dripping.cancel()
        writer.close()

    assert said.startswith(b"HTTP/1.1 408 ")
    assert b"did not arrive in time" in said


async def test_a_body_that_comes_in_time_passes_in_pieces() -> None:
    """A slow line is no attack."""
    async with gate_with(10) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD.format(length=2).encode())
        for piece in (b"{", b"}"):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.05)
        said = await reader.readline()
        writer.close()

    assert said == b"HTTP/1.1 200 OK\r\n"
