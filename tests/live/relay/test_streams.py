"""Bodies pass as they come: bounded in memory, in size and in time, whole or visibly broken."""

import asyncio
import contextlib
import gzip
import io
import resource
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from .homes import RelayedHome
from .mirrors import Mirror, mirror

pytestmark = pytest.mark.live
MIB = 1024 * 1024
ANSWER = 192 * MIB  # more than the kernel's buffers on the way can swallow (32 MiB each here)


@pytest.fixture
async def seen(home: RelayedHome) -> AsyncIterator[Mirror]:
    """Run a server behind the relay that writes down what reaches it."""
    async with mirror() as server:
        await home.lead_to(server.url)
        yield server


async def test_a_large_answer_and_a_slow_client_take_little_of_cores_memory(
    home: RelayedHome, seen: Mirror
) -> None:
    """Far more than 20 MB are on their way, and the client reads only now and then."""
    sent = 0
    part = b"x" * MIB

    async def large(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        for _ in range(ANSWER // MIB):
            await response.write(part)
            sent += MIB
        return response

    seen.answer = large
    before = _resident(home.core.pid)
    received = most = sent_early = 0
    async with home.http.post(home.url, json={}) as answer:
        async for chunk in answer.content.iter_chunked(256 * 1024):
            received += len(chunk)
            if received <= 4 * MIB:
                await asyncio.sleep(0.02)  # the slow client
                most = max(most, _resident(home.core.pid))
                sent_early = sent

    assert received == ANSWER
    assert most - before < 8 * MIB
    assert sent_early < ANSWER, "The server was not held back"


async def test_an_answer_that_breaks_off_does_not_look_whole(
    home: RelayedHome, seen: Mirror
) -> None:
    """A client that takes half of it for all would act on it."""

    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"half of")
        assert request.transport is not None
        request.transport.abort()
        return response

    seen.answer = half

    with pytest.raises(aiohttp.ClientError):
        async with home.http.post(home.url, json={}) as answer:
            await answer.read()


async def test_events_arrive_when_they_are_sent(home: RelayedHome, seen: Mirror) -> None:
    """Nothing on the way collects them."""
    go_on = asyncio.Event()

    async def events(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b"data: first\n\n")
        await go_on.wait()
        await response.write(b"data: second\n\n")
        return response

    seen.answer = events
    async with home.http.post(home.url, json={}) as answer, asyncio.timeout(5):
        first = await answer.content.readuntil(b"\n\n")
        go_on.set()
        rest = await answer.read()

    assert first == b"data: first\n\n"
    assert rest == b"data: second\n\n"


async def test_a_body_that_says_it_is_too_large_is_refused_at_once(
    home: RelayedHome, seen: Mirror
) -> None:
    """The server is not asked."""
    async with home.http.post(home.url, data=io.BytesIO(b"x" * (5 * MIB))) as answer:
        said = await answer.json()

    assert answer.status == 413
    assert "larger than 4 MiB" in said["error"]["message"]
    assert seen.requests == []


async def test_a_body_that_turns_out_too_large_is_refused(home: RelayedHome, seen: Mirror) -> None:
    """Sent in chunks, it does not say so beforehand."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b"x" * MIB

    async with home.http.post(home.url, data=chunks()) as answer:
        assert answer.status == 413


async def test_a_body_that_never_ends_is_refused_in_time(home: RelayedHome, seen: Mirror) -> None:
    """Somebody who sends a byte now and then holds nothing for long."""
    host, port = "127.0.0.1", home.core.port
    reader, writer = await asyncio.open_connection(host, port)
    path = home.url.removeprefix(home.core.url)
    head = f"POST {path} HTTP/1.1\r\nHost: home\r\nContent-Length: 1000\r\n\r\n"
    writer.write(head.encode())

    async def drip() -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(2)  # as slow as the attacker likes

    async with asyncio.TaskGroup() as tasks, asyncio.timeout(40):
        dripping = tasks.create_task(drip())
        status = await reader.readline()
        dripping.cancel()
    writer.close()

    assert b" 408 " in status


async def test_what_only_concerns_one_connection_stays_there(
    home: RelayedHome, seen: Mirror
) -> None:
    """Cookies of Home Assistant, claims of others about the way here, hop-by-hop headers."""
    sent = {
        "Cookie": "ingress_session=secret",
        "Connection": "keep-alive, X-Private-Hop",
        "X-Private-Hop": "1",
        "X-HA-MCP-User": "somebody else",
        "X-Remote-User-Id": "somebody else",
        "Mcp-Protocol-Version": "2025-11-25",
        "Authorization": "Bearer of another realm",
    }
    async with home.http.post(f"{home.url}?profile=small", json={"a": 1}, headers=sent) as answer:
        await answer.read()

    (request,) = seen.requests
    got = {name.lower() for name in request.headers}
    assert got.isdisjoint({"cookie", "x-private-hop", "x-ha-mcp-user", "x-remote-user-id"})
    assert request.headers["Mcp-Protocol-Version"] == "2025-11-25"
    assert request.headers["Authorization"] == "Bearer of another realm"
    assert request.headers["X-Forwarded-Host"] == f"127.0.0.1:{home.core.port}"
    assert request.query["profile"] == "small"
    assert seen.bodies == [b'{"a": 1}']


async def test_the_server_learns_whose_home_assistant_token_came_along(
    home: RelayedHome, seen: Mirror
) -> None:
    """The token itself stays in Core."""
    me = await home.client.command("auth/current_user")
    headers = {"Authorization": f"Bearer {home.core.token}"}
    async with home.http.post(home.url, json={}, headers=headers) as answer:
        await answer.read()

    (request,) = seen.requests
    assert request.headers["X-HA-MCP-User"] == me["id"]
    assert "Authorization" not in request.headers


async def test_an_answer_is_passed_on_as_it_is(home: RelayedHome, seen: Mirror) -> None:
    """Packed stays packed, a status stays one, a login is passed on; cookies are not."""

    async def odd(_: web.Request) -> web.StreamResponse:
        headers = {
            "Content-Encoding": "gzip",
            "Set-Cookie": "a=b",
            "WWW-Authenticate": "Bearer realm=x",
            "Mcp-Session-Id": "7",
        }
        return web.Response(body=gzip.compress(b"teapot"), status=418, headers=headers)

    seen.answer = odd
    async with home.http.post(home.url, json={}) as answer:
        text = await answer.text()

    assert (answer.status, text) == (418, "teapot")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["WWW-Authenticate"] == "Bearer realm=x"
    assert answer.headers["Mcp-Session-Id"] == "7"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_no_request_is_sent_elsewhere(home: RelayedHome, seen: Mirror) -> None:
    """A redirect is the client's to follow or not."""

    async def elsewhere(_: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "http://192.0.2.1/"})

    seen.answer = elsewhere
    async with home.http.post(home.url, json={}, allow_redirects=False) as answer:
        assert answer.status == 302


def _resident(pid: int) -> int:
    """Return the resident memory of a process in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()
