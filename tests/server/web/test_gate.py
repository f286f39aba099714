"""The gate lets through what can be a message from who may send it, and names what it refuses."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from io import StringIO

import pytest

from ha_mcp.web.origins import Origins

from .edges import PATH, Edge, calling, running

OPEN = Origins(on_loopback=False, secret=True)


@pytest.mark.parametrize(
    "path",
    ["/", "/mcp", "/private_", PATH[:-1], PATH + "x", PATH + "//", PATH + "/mcp", "/PRIVATE_"],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_every_other_path_is_not_found_and_looks_the_same(
    edge: Edge, method: str, path: str
) -> None:
    """Who guesses learns nothing from a near miss."""
    answer = await edge.http.request(method, edge.base + path, json=calling("ha_echo"))

    assert (answer.status_code, answer.text) == (404, "Not found")


@pytest.mark.parametrize("path", [PATH, PATH + "/"])
async def test_a_slash_at_the_end_does_not_matter(edge: Edge, path: str) -> None:
    """People copy addresses with and without one, and a redirect would lose the body."""
    answer = await edge.http.post(edge.base + path, json=calling("ha_echo", words="hello"))

    assert answer.json()["result"]["content"][0]["text"] == "hello"


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "HEAD", "OPTIONS", "PATCH"])
async def test_only_post_is_answered(edge: Edge, method: str) -> None:
    """Clients ask for a stream with GET and end sessions with DELETE: there are none."""
    answer = await edge.http.request(method, edge.url, headers={"Accept": "text/event-stream"})

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


async def test_a_browser_is_told_what_this_is(edge: Edge) -> None:
    """The address is often tried in a browser first."""
    answer = await edge.http.get(edge.url, headers={"Accept": "text/html,*/*", "Host": "<b>.local"})

    assert answer.status_code == 403  # only this machine's own names, while it listens there only
    answer = await edge.http.get(edge.url, headers={"Accept": "text/html,*/*"})
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert f"claude mcp add --transport http home {edge.url}" in answer.text


async def test_what_a_browser_sends_cannot_become_part_of_the_page() -> None:
    """The page repeats the name it was asked by."""
    async with running(origins=OPEN) as edge:
        answer = await edge.http.get(
            edge.url, headers={"Accept": "text/html", "Host": "<script>alert(1)</script>"}
        )

    assert "<script>" not in answer.text


async def test_a_body_of_five_megabytes_is_refused_and_the_next_call_works(edge: Edge) -> None:
    """One client's mistake must not take the memory of the house."""
    answer = await edge.call("ha_echo", words="x" * 5_000_000)

    assert answer.status_code == 413
    assert answer.json()["error"]["message"] == "The request is larger than 4 MiB"
    assert (await edge.call("ha_echo", words="still here")).status_code == 200


async def test_a_body_without_a_length_is_counted_too(edge: Edge) -> None:
    """A stream in chunks does not say how long it will be."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(60):
            yield b" " * 100_000

    answer = await edge.http.post(
        edge.url, content=endless(), headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", -32700),
        (b"", -32700),
        (b"\xff\xfe", -32700),
        (b"[" * 100_000, -32700),
        (b'{"jsonrpc":"2.0","id":1,"method":"\\ud800"}', -32700),
        (b"[]", -32600),
        (b"7", -32600),
    ],
    ids=["cut off", "empty", "not text", "deep", "half a character", "a batch", "a number"],
)
@pytest.mark.parametrize("era", ["2025-11-25", "2026-07-28"])
async def test_what_is_no_message_is_refused_in_both_eras(
    edge: Edge, body: bytes, code: int, era: str
) -> None:
    """The answer is a JSON-RPC error, so a client can show it."""
    headers = {"Content-Type": "application/json", "MCP-Protocol-Version": era}
    answer = await edge.http.post(edge.url, content=body, headers=headers)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


async def test_a_form_is_refused(edge: Edge) -> None:
    """Only forms and plain text can be sent by a foreign page without asking first."""
    answer = await edge.http.post(edge.url, data={"a": "b"})

    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("origins", "host", "origin", "status"),
    [
        (Origins(on_loopback=True, secret=True), "localhost:8086", None, 200),
        (Origins(on_loopback=True, secret=True), "[::1]:8086", None, 200),
        (Origins(on_loopback=True, secret=True), "evil.example", None, 403),
        (Origins(on_loopback=True, secret=True), "localhost.evil.example", None, 403),
        (Origins(on_loopback=True, secret=True), "[::1", None, 403),
        (Origins(on_loopback=True, secret=True), "localhost", "http://localhost:6274", 200),
        (Origins(on_loopback=True, secret=True), "localhost", "http://evil.example", 403),
        (Origins(on_loopback=True, secret=True), "localhost", "null", 403),
        (OPEN, "any.name.example:9583", None, 200),
        (OPEN, "home.local:9583", "http://home.local:9583", 200),
        (OPEN, "home.local:9583", "http://evil.example", 403),
        (OPEN, "home.local:9583", "http://localhost:6274", 403),
        (
            Origins(on_loopback=False, secret=False),
            "rebound.example",
            "http://rebound.example",
            403,
        ),
        (
            Origins(on_loopback=False, secret=False, listed=["https://app.example"]),
            "home.local",
            "https://app.example",
            200,
        ),
    ],
)
async def test_who_may_come_in(
    origins: Origins, host: str, origin: str | None, status: int
) -> None:
    """Pages of strangers run inside the home network, too."""
    headers = {"Host": host} | ({"Origin": origin} if origin else {})
    async with running(origins=origins) as edge:
        answer = await edge.http.post(
            edge.url, json=calling("ha_echo", words="hello"), headers=headers
        )

    assert answer.status_code == status


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream", "text/html", "*/*"])
async def test_what_a_client_accepts_does_not_matter(edge: Edge, accept: str) -> None:
    """Every answer is plain JSON, and some clients forget to say that they take it."""
    answer = await edge.http.post(
        edge.url, json=calling("ha_echo", words="hello"), headers={"Accept": accept}
    )

    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("era", ["2025-11-25", "2026-07-28"])
async def test_a_client_that_leaves_stops_its_call(edge: Edge, era: str) -> None:
    """Nobody would read the answer, and the work may be heavy."""
    message = calling("ha_wait")
    message["params"] |= {
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": era,
            "io.modelcontextprotocol/clientCapabilities": {},
        }
    }
    headers = {"MCP-Protocol-Version": era, "Mcp-Method": "tools/call", "Mcp-Name": "ha_wait"}
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(edge.http.post(edge.url, json=message, headers=headers))
        await edge.bell.begun.wait()
        asking.cancel()
        await edge.bell.stopped.wait()

    assert (await edge.call("ha_echo", words="still here")).status_code == 200


async def test_a_client_that_leaves_in_the_middle_of_its_request_harms_nobody(edge: Edge) -> None:
    """The body is promised and never comes."""
    host, _, port = edge.base.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"POST {PATH} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        "Content-Length: 100\r\n\r\n{".encode()
    )
    await writer.drain()
    writer.close()
    await writer.wait_closed()

    assert (await edge.call("ha_echo", words="still here")).status_code == 200


async def test_health_tells_name_version_and_home(edge: Edge) -> None:
    """Others recognise the server by it, also while Home Assistant is away."""
    answer = await edge.http.get(edge.base + "/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"name": "ha-mcp", "version": "1.2.3", "home": {"connected": False}}


async def test_the_private_path_is_in_no_log(edge: Edge, root_log: StringIO) -> None:
    """Logs are shown to others who help."""
    await edge.call("ha_echo", words="hello")
    await edge.http.get(edge.url)

    assert "ha_echo" in root_log.getvalue()
    ours = [line for line in root_log.getvalue().splitlines() if not line.startswith("httpx2")]
    assert PATH not in "\n".join(ours)


@pytest.fixture
def root_log() -> Iterator[StringIO]:
    """Collect what reaches the log; the fixture of pytest listens also to what does not."""
    text = StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)
