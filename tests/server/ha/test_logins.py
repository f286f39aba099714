"""A code from Home Assistant's login page becomes a person, and nothing is left of it in Core."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from ha_mcp.ha.logins import Logins
from ha_mcp.problems import Forbidden, Problem, Unreachable, Unsupported
from lab.process import free_port

from .sockets import problem_of

VERIFIER = "v" * 43


@dataclass
class LoginCore:
    """Answers what a sign-in asks, and writes down what it was asked."""

    base: str = ""
    token_status: int = 200
    token_body: Any = field(
        default_factory=lambda: {"access_token": "short", "refresh_token": "long", "more": 1}
    )
    welcomes: bool = True
    revoke_fails: int = 0
    forms: list[dict[str, str]] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)

    async def token(self, request: web.Request) -> web.Response:
        """Trade a code."""
        self.forms.append({name: str(value) for name, value in (await request.post()).items()})
        if isinstance(self.token_body, str):
            return web.Response(text=self.token_body, status=self.token_status)
        return web.json_response(self.token_body, status=self.token_status)

    async def revoke(self, request: web.Request) -> web.Response:
        """Take a token back."""
        if self.revoke_fails:
            self.revoke_fails -= 1
            assert request.transport is not None
            request.transport.abort()
        else:
            self.revoked.append(str((await request.post())["token"]))
        return web.Response()

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        """Greet, and say who somebody is."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "auth_required", "ha_version": "2026.11.0"})
        said = await socket.receive_json()
        if not self.welcomes or said["access_token"] != "short":
            await socket.send_json({"type": "auth_invalid", "message": "no"})
            await socket.close()
            return socket
        await socket.send_json({"type": "auth_ok", "ha_version": "2026.11.0"})
        async for message in socket:
            assert message.type is WSMsgType.TEXT
            asked = message.json()
            user = {"id": "u1", "name": "Ada", "is_admin": True, "is_owner": False}
            result = user if asked["type"] == "auth/current_user" else None
            answer = {"id": asked["id"], "type": "result", "success": True, "result": result}
            await socket.send_json(answer)
        return socket


@pytest.fixture
async def core() -> AsyncIterator[LoginCore]:
    """Run one."""
    fake, application = LoginCore(), web.Application()
    application.router.add_post("/auth/token", fake.token)
    application.router.add_post("/auth/revoke", fake.revoke)
    application.router.add_get("/api/websocket", fake.socket)
    runner = web.AppRunner(application, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield fake
    await runner.cleanup()


def logins(base: str) -> Logins:
    """Return what asks there."""

    async def address() -> str:
        return base

    return Logins(address, at_home=True)


async def test_a_code_becomes_a_person(core: LoginCore) -> None:
    """By name and rights, which decide what they may give away."""
    person = await logins(core.base).person("code", "https://h/", VERIFIER)

    assert (person.id, person.name, person.is_admin) == ("u1", "Ada", True)
    assert core.forms == [
        {
            "grant_type": "authorization_code",
            "code": "code",
            "client_id": "https://h/",
            "code_verifier": VERIFIER,
        }
    ]


async def test_what_core_gave_out_is_taken_back(core: LoginCore) -> None:
    """The refresh token ends what came from it as well."""
    await logins(core.base).person("code", "https://h/", VERIFIER)

    assert core.revoked == ["long"]


async def test_it_is_taken_back_also_when_the_person_stays_unknown(core: LoginCore) -> None:
    """A failure in between leaves no token that nobody knows of."""
    core.welcomes = False

    await problem_of(logins(core.base).person("code", "https://h/", VERIFIER), Forbidden)

    assert core.revoked == ["long"]


async def test_taking_back_is_tried_again(core: LoginCore) -> None:
    """One broken connection is no reason to leave it."""
    core.revoke_fails = 1

    await logins(core.base).person("code", "https://h/", VERIFIER)

    assert core.revoked == ["long"]


async def test_a_token_that_cannot_be_taken_back_is_said_without_showing_it(
    core: LoginCore, caplog: pytest.LogCaptureFixture
) -> None:
    """The person is signed in all the same."""
    core.revoke_fails = 2

    person = await logins(core.base).person("code", "https://h/", VERIFIER)

    assert person.id == "u1"
    assert "could not be taken back" in caplog.text
    assert "long" not in caplog.text


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_code_that_is_none_is_forbidden(core: LoginCore, status: int) -> None:
    """Used before, too old, or made for somebody else: the person begins again."""
    core.token_status, core.token_body = status, {"error": "invalid_request"}

    problem = await problem_of(logins(core.base).person("code", "https://h/", VERIFIER), Forbidden)

    assert problem.hint == "Begin again in the assistant"
    assert core.revoked == []


@pytest.mark.parametrize(
    "body", ["", "<html>", "[]", {}, {"access_token": "x"}, {"access_token": 1}]
)
async def test_an_answer_that_is_not_understood_is_said(core: LoginCore, body: Any) -> None:
    """Some proxy stands where Core should be."""
    core.token_body = body

    await problem_of(logins(core.base).person("code", "https://h/", VERIFIER), Unsupported)


async def test_a_core_that_is_away_is_said() -> None:
    """It restarts, for example."""
    away = logins(f"http://127.0.0.1:{free_port()}")

    await problem_of(away.person("code", "https://h/", VERIFIER), Unreachable)


async def test_no_problem_shows_what_core_gave_out(core: LoginCore) -> None:
    """It is shown to whoever sits there."""
    core.welcomes = False

    problem = await problem_of(
        logins(core.base).person("secret-code", "https://h/", VERIFIER), Problem
    )

    shown = f"{problem.message} {problem.hint} {problem.details}"
    assert not any(word in shown for word in ("secret-code", "short", "long", VERIFIER))
