"""The HTTP interface: every answer is a body or a problem, and no write goes out twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Self

import pytest
from aiohttp import ClientSession, web

from ha_mcp.ha import CoreRest
from ha_mcp.problems import (
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    Rejected,
    TimedOut,
    Unreachable,
    Unsupported,
)
from lab.process import free_port

from .sockets import problem_of

TOKEN = "the-token-of-the-owner"

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class FakeRest:
    """Answers every path below /api with what a test says, and remembers what it was asked."""

    def __init__(self) -> None:
        """Start with an empty object as the answer."""
        self.handler: Handler = answering(web.json_response, {})
        self.seen: list[tuple[str, str, bytes]] = []
        self.tokens: list[str] = []
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Listen."""
        application = web.Application(client_max_size=2**30)
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/api/"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append((request.method, request.path_qs, await request.read()))
        self.tokens.append(request.headers.get("Authorization", ""))
        return await self.handler(request)


def answering(make: Callable[..., web.Response], *args: Any, **kwargs: Any) -> Handler:
    """Return a handler that answers everybody alike."""

    async def answer(_request: web.Request) -> web.StreamResponse:
        return make(*args, **kwargs)

    return answer


async def vanish(request: web.Request) -> web.StreamResponse:
    """Break the connection instead of answering."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def dawdle(_request: web.Request) -> web.StreamResponse:
    """Never answer."""
    await asyncio.Event().wait()
    return web.Response()


async def dawdle_in_the_middle(request: web.Request) -> web.StreamResponse:
    """Begin a body and never end it."""
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"[1, ")
    await asyncio.Event().wait()
    return response


async def flood(request: web.Request) -> web.StreamResponse:
    """Send a body without an end."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"x" * 65_536)


@pytest.fixture
async def core() -> AsyncIterator[FakeRest]:
    """Return a Core that listens."""
    async with FakeRest() as fake:
        yield fake


@asynccontextmanager
async def asking(url: str, *, answer_within: float = 5) -> AsyncIterator[CoreRest]:
    """Give a client until the block ends."""
    async with ClientSession() as session:
        yield CoreRest(session, url, lambda: TOKEN, answer_within=answer_within)


@pytest.fixture
async def rest(core: FakeRest) -> AsyncIterator[CoreRest]:
    """Return its client."""
    async with asking(core.url) as client:
        yield client


async def test_json_is_asked_for_and_returned(core: FakeRest, rest: CoreRest) -> None:
    """With the query and the token."""
    core.handler = answering(web.json_response, [{"entity_id": "calendar.home"}])

    read = await rest.get_json("calendars/calendar.home", start="2026-11-20T00:00:00+01:00")

    assert read == [{"entity_id": "calendar.home"}]
    method, path, body = core.seen[0]
    assert (method, body) == ("GET", b"")
    assert path == "/api/calendars/calendar.home?start=2026-11-20T00:00:00%2B01:00"
    assert core.tokens == [f"Bearer {TOKEN}"]


async def test_a_body_is_posted_as_json(core: FakeRest, rest: CoreRest) -> None:
    """Also in other alphabets."""
    await rest.post_json("config/automation/config/1", {"alias": "Küche"})

    assert core.seen == [("POST", "/api/config/automation/config/1", '{"alias":"Küche"}'.encode())]


async def test_bytes_come_with_their_media_type(core: FakeRest, rest: CoreRest) -> None:
    """A picture, whatever it is."""
    core.handler = answering(web.Response, body=b"\xff\xd8", content_type="image/jpeg")

    assert await rest.get_bytes("camera_proxy/camera.door", most=10) == (b"\xff\xd8", "image/jpeg")


async def test_the_token_is_asked_for_each_time(core: FakeRest) -> None:
    """It may have changed meanwhile."""
    tokens = iter(["first", "second"])
    async with ClientSession() as session:
        rest = CoreRest(session, core.url, lambda: next(tokens))
        await rest.get_json("config")
        await rest.get_json("config")

    assert core.tokens == ["Bearer first", "Bearer second"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Invalid),
        (401, Forbidden),
        (403, Forbidden),
        (404, NotFound),
        (405, Unsupported),
        (409, Rejected),
        (413, Invalid),
        (418, Rejected),
        (429, Rejected),
        (500, Rejected),
        (501, Unreachable),
        (502, Unreachable),
        (503, Unreachable),
        (504, Unreachable),
        (301, Unreachable),
        (304, Unreachable),
    ],
)
async def test_every_status_means_a_problem(
    core: FakeRest, rest: CoreRest, status: int, kind: type[Problem]
) -> None:
    """In a sentence of ours: what a gateway wrote is for its operator."""
    core.handler = answering(web.Response, status=status, text="<h1>nginx at 10.0.0.7</h1>")

    problem = await problem_of(rest.get_json("config"), Problem)

    assert type(problem) is kind
    assert problem.details["status"] == status
    assert "nginx" not in problem.message
    assert TOKEN not in f"{problem.message} {problem.hint} {problem.details}"


async def test_the_words_of_home_assistant_are_kept(core: FakeRest, rest: CoreRest) -> None:
    """They are what helps: of the key that is wrong in an automation."""
    said = {"message": "Message malformed: required key not provided @ data['trigger']"}
    core.handler = answering(web.json_response, said, status=400)

    problem = await problem_of(rest.post_json("config/automation/config/1", {}), Invalid)

    assert problem.message == said["message"]


async def test_a_traceback_beside_the_words_is_not_told(core: FakeRest, rest: CoreRest) -> None:
    """Only the sentence is read."""
    said = {"message": "No", "traceback": "File /usr/src"}
    core.handler = answering(web.json_response, said, status=500)

    problem = await problem_of(rest.get_json("config"), Rejected)

    assert problem.message == "No"


async def test_words_that_arrive_in_pieces_are_read_whole(core: FakeRest, rest: CoreRest) -> None:
    """A slow gateway cuts them anywhere."""

    async def pieces(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=400)
        await response.prepare(request)
        for piece in (b'{"mess', b'age": "Too', b' short"}'):
            await response.write(piece)
            await asyncio.sleep(0.01)
        return response

    core.handler = pieces

    problem = await problem_of(rest.get_json("config"), Invalid)

    assert problem.message == "Too short"


async def test_a_supervisor_that_starts_is_not_a_wrong_request(
    core: FakeRest, rest: CoreRest
) -> None:
    """It says so with 400, and passes nothing on."""
    said = {"result": "error", "message": "System is not ready with state: setup"}
    core.handler = answering(web.json_response, said, status=400)

    problem = await problem_of(rest.post_json("services/light/turn_on", {}), Unreachable)

    assert not problem.sent


async def test_a_gateway_that_gives_up_on_a_write_leaves_it_open(
    core: FakeRest, rest: CoreRest
) -> None:
    """The Supervisor answers 502 for a restart that happens."""
    core.handler = answering(web.Response, status=502)

    problem = await problem_of(rest.post_json("services/homeassistant/restart", {}), Unreachable)

    assert problem.sent


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(core: FakeRest, rest: CoreRest, status: int) -> None:
    """The token is for one address only."""
    core.handler = answering(web.Response, status=status, headers={"Location": "/api/elsewhere"})

    await problem_of(rest.post_json("config", {}), Unreachable)

    assert len(core.seen) == 1


async def test_a_body_without_an_end_is_cut(core: FakeRest, rest: CoreRest) -> None:
    """A camera that streams instead of giving a picture."""
    core.handler = flood

    problem = await problem_of(rest.get_bytes("camera_proxy/x", most=100_000), Rejected)

    assert "100000" in problem.message


@pytest.mark.parametrize("handler", [dawdle, dawdle_in_the_middle])
async def test_an_answer_that_does_not_come_times_out(core: FakeRest, handler: Handler) -> None:
    """Not begun, or not ended."""
    core.handler = handler
    async with asking(core.url, answer_within=0.1) as rest:
        problem = await problem_of(rest.get_json("error_log"), TimedOut)

    assert "error_log" in problem.message


@pytest.mark.parametrize("body", [b"<html>", b'{"a":', b"\xff"])
async def test_what_is_not_json_is_not_home_assistant(
    core: FakeRest, rest: CoreRest, body: bytes
) -> None:
    """A login page of a hotel answers everything with 200."""
    core.handler = answering(web.Response, body=body)

    read = await problem_of(rest.get_json("config"), Unreachable)
    written = await problem_of(rest.post_json("config", {}), Unreachable)

    assert (read.sent, written.sent) == (False, True)


async def test_an_answer_that_is_lost_tells_whether_something_may_have_happened(
    core: FakeRest, rest: CoreRest
) -> None:
    """A read may be repeated, a write may not."""
    core.handler = vanish

    read = await problem_of(rest.get_json("x"), Unreachable)
    posted = await problem_of(rest.post_json("x", {}), Unreachable)
    deleted = await problem_of(rest.delete("x"), Unreachable)

    assert (read.sent, posted.sent, deleted.sent) == (False, True, True)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_a_write_whose_answer_is_lost_is_not_sent_again(
    core: FakeRest, rest: CoreRest, method: str
) -> None:
    """Not even on a connection that was used before, where HTTP libraries do."""
    await rest.get_json("warm")
    core.handler = vanish
    asking = rest.delete("x") if method == "DELETE" else rest.post_json("x", {})

    await problem_of(asking, Unreachable)

    assert [seen[0] for seen in core.seen] == ["GET", method]


async def test_where_nobody_listens_nothing_was_sent() -> None:
    """So a write may be repeated."""
    async with asking(f"http://127.0.0.1:{free_port()}/api") as rest:
        problem = await problem_of(rest.post_json("x", {}), Unreachable)

    assert not problem.sent
    assert "Nothing answers at 127.0.0.1" in problem.message


async def test_more_than_core_takes_is_not_sent(core: FakeRest, rest: CoreRest) -> None:
    """It would read 16 MiB and then refuse."""
    problem = await problem_of(rest.post_json("x", {"a": "x" * (16 * 2**20)}), Invalid)

    assert "16 MiB" in problem.message
    assert core.seen == []


async def test_a_body_that_cannot_be_json_is_invalid(core: FakeRest, rest: CoreRest) -> None:
    """Half a character, as a client may cut one."""
    await problem_of(rest.post_json("x", "\ud83d"), Invalid)

    assert core.seen == []
