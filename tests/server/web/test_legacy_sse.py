"""Clients of the older transport open a stream and post beside it, behind the same gate."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import orjson
import pytest
from mcp import types
from mcp.client.session import ClientSession
from mcp.client.sse import sse_client
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from ha_mcp.access import scopes
from ha_mcp.access.grants import Grant
from ha_mcp.web.legacy_sse import LegacySse
from ha_mcp.web.protocol import GRANT
from ha_mcp.web.serving import listen, serve

from .edges import Edge, calling, server_of_tests
from .tools_for_tests._bell import Bell

WANTING = {"Accept": "text/event-stream"}
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2024-11-05",
        "capabilities": {},
        "clientInfo": {"name": "tests", "version": "1"},
    },
}


@dataclass(frozen=True, slots=True)
class Open:
    """A stream that is open, and where its messages go."""

    endpoint: str
    lines: AsyncIterator[str]

    async def event(self) -> dict[str, Any]:
        """Return what comes next."""
        async for line in self.lines:
            if line.startswith("data: "):
                said: dict[str, Any] = orjson.loads(line.removeprefix("data: "))
                return said
        raise EOFError

    async def comment(self) -> str:
        """Return the next line that is no event."""
        async for line in self.lines:
            if line.startswith(":"):
                return line
        raise EOFError


@asynccontextmanager
async def opened(http: httpx2.AsyncClient, url: str) -> AsyncIterator[Open]:
    """Open a stream as a client does."""
    async with asyncio.timeout(20), http.stream("GET", url, headers=WANTING) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        assert await anext(lines) == "event: endpoint"
        endpoint = (await anext(lines)).removeprefix("data: ")
        yield Open(endpoint, lines)


async def test_an_official_client_calls_over_it(edge: Edge) -> None:
    """As clients from before 2025 do."""
    async with (
        sse_client(f"{edge.url}/sse") as (reading, writing),
        ClientSession(reading, writing) as session,
    ):
        await session.initialize()
        tools = {tool.name for tool in (await session.list_tools()).tools}
        answer = await session.call_tool("ha_echo", {"words": "hello"})

    assert "ha_echo" in tools
    assert isinstance(answer.content[0], types.TextContent)
    assert answer.content[0].text == "hello"


async def test_the_answer_comes_on_the_stream_of_who_asked(edge: Edge) -> None:
    """Two clients at the same time, both with the number 1."""
    url = f"{edge.url}/sse"
    async with opened(edge.http, url) as one, opened(edge.http, url) as other:
        for stream in (one, other):
            taken = await edge.http.post(edge.base + stream.endpoint, json=HELLO)
            assert taken.status_code == 202
        await edge.http.post(edge.base + other.endpoint, json=calling("ha_echo", words="other"))
        await edge.http.post(edge.base + one.endpoint, json=calling("ha_echo", words="one"))
        greetings = [await one.event(), await other.event()]
        answers = [await one.event(), await other.event()]

    assert [said["id"] for said in greetings] == [1, 1]
    assert [said["result"]["content"][0]["text"] for said in answers] == ["one", "other"]


@pytest.mark.parametrize("path", ["/sse", "/mcp/sse", "/private_/sse"])
async def test_the_stream_is_behind_the_secret_path(edge: Edge, path: str) -> None:
    """And every other path looks the same."""
    answer = await edge.http.get(edge.base + path, headers=WANTING)

    assert (answer.status_code, answer.text) == (404, "Not found")


async def test_pages_of_strangers_open_no_stream(edge: Edge) -> None:
    """The same rules as for the endpoint itself."""
    headers = WANTING | {"Origin": "https://evil.example"}
    answer = await edge.http.get(f"{edge.url}/sse", headers=headers)

    assert answer.status_code == 403


async def test_the_endpoint_itself_has_no_stream(edge: Edge) -> None:
    """Newer clients ask for one there, and are told that there is none."""
    answer = await edge.http.get(edge.url, headers=WANTING)

    assert answer.status_code == 405


@pytest.mark.parametrize("query", ["", "?session_id=", "?session_id=0123456789abcdef"])
async def test_a_message_needs_an_open_stream(edge: Edge, query: str) -> None:
    """Its answer would go nowhere."""
    answer = await edge.http.post(f"{edge.url}/sse{query}", json=HELLO)

    assert answer.status_code == 404


async def test_what_is_no_message_is_refused_and_the_stream_goes_on(edge: Edge) -> None:
    """One mistake does not cost the session; the size is limited as at the endpoint."""
    async with opened(edge.http, f"{edge.url}/sse") as stream:
        url = edge.base + stream.endpoint
        odd = await edge.http.post(url, json={"jsonrpc": "1.0", "id": [1]})
        large = await edge.http.post(url, json=calling("ha_echo", words="x" * 5_000_000))
        await edge.http.post(url, json=HELLO)
        greeting = await stream.event()

    assert (odd.status_code, large.status_code) == (400, 413)
    assert greeting["result"]["serverInfo"]["name"] == "ha-mcp"


async def test_who_closes_the_stream_stops_the_call(edge: Edge) -> None:
    """Nobody would read the answer."""
    async with opened(edge.http, f"{edge.url}/sse") as stream:
        url = edge.base + stream.endpoint
        await edge.http.post(url, json=HELLO)
        await stream.event()
        await edge.http.post(url, json={"jsonrpc": "2.0", "method": "notifications/initialized"})
        await edge.http.post(url, json=calling("ha_wait"))
        await edge.bell.begun.wait()

    async with asyncio.timeout(10):
        await edge.bell.stopped.wait()
        while (await edge.http.post(url, json=HELLO)).status_code != 404:
            pass


@asynccontextmanager
async def alone(streams: LegacySse) -> AsyncIterator[tuple[httpx2.AsyncClient, str]]:
    """Serve the transport without its gate; callers hold the grant that they name."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        holder = dict(scope["headers"]).get(b"x-holder", b"nobody").decode()
        grant = Grant(
            client_id="", client_name="", scopes=scopes.up_to(scopes.Scope.READ), id=holder
        )
        half = streams.open if scope["method"] == "GET" else streams.take
        await half({**scope, GRANT: grant}, receive, send)

    stop, listening = asyncio.Event(), listen("127.0.0.1", 0)
    async with asyncio.TaskGroup() as tasks, httpx2.AsyncClient(verify=False) as http:
        tasks.create_task(serve(Starlette(routes=[Mount("/", answer)]), listening, stop))
        yield http, f"http://127.0.0.1:{listening.getsockname()[1]}"
        stop.set()


async def test_a_stream_takes_messages_only_from_who_opened_it() -> None:
    """Who learns the number of a session has not got its rights."""
    async with alone(LegacySse(server_of_tests(Bell()))) as (http, base):
        http.headers["X-Holder"] = "one"
        async with opened(http, base) as stream:
            url = base + stream.endpoint
            foreign = await http.post(url, json=HELLO, headers={"X-Holder": "other"})
            own = await http.post(url, json=HELLO)

    assert (foreign.status_code, own.status_code) == (404, 202)


async def test_there_are_not_many_streams_at_once_and_room_comes_back() -> None:
    """Each costs memory, and clients forget to close them."""
    async with alone(LegacySse(server_of_tests(Bell()), most=1)) as (http, base):
        async with opened(http, base):
            full = await http.get(base, headers=WANTING)
        async with asyncio.timeout(10):
            while (await _status(http, base)) != 200:
                pass

    assert full.status_code == 503
    assert full.headers["Retry-After"] == "60"


async def _status(http: httpx2.AsyncClient, url: str) -> int:
    async with http.stream("GET", url, headers=WANTING) as answer:
        return answer.status_code


async def test_a_silent_stream_is_touched_now_and_then() -> None:
    """What stands in between closes connections on which nothing happens."""
    streams = LegacySse(server_of_tests(Bell()), alive_every=0.01)
    async with alone(streams) as (http, base), opened(http, base) as stream:
        said = await stream.comment()

    assert said == ": still here"


async def test_the_server_stops_at_once_however_many_streams_are_open(
    edge: Edge, caplog: pytest.LogCaptureFixture
) -> None:
    """They would never end by themselves."""
    url = f"{edge.url}/sse"
    async with opened(edge.http, url) as one, opened(edge.http, url) as other:
        edge.stop.set()
        async with asyncio.timeout(2):
            ends = [[line async for line in stream.lines if line] for stream in (one, other)]

    assert ends == [[], []]
    assert "Traceback" not in caplog.text
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
