"""The handshake: who we are is learned, and what is in the way is said in a sentence."""

import pytest

from fakes.core_socket import TOKEN, VERSION, FakeCore
from ha_mcp.ha import Backoff, CoreSocket
from ha_mcp.problems import Forbidden, Unreachable
from lab.process import free_port

from .sockets import reaching, refusal


async def test_the_greeting_tells_the_version_and_who_we_are(
    socket: CoreSocket, core: FakeCore
) -> None:
    """Both decide what can be offered."""
    assert socket.version == VERSION
    assert socket.user.name == "Owner"
    assert socket.user.is_admin


async def test_a_core_that_trusts_the_socket_is_not_sent_the_token(core: FakeCore) -> None:
    """So it is where the Supervisor's own socket is used."""
    core.trusts = True

    async with reaching(core) as socket:
        await socket.up()

        assert core.features[0]["type"] == "supported_features"


async def test_a_token_that_is_refused_is_said_and_tried_again(core: FakeCore) -> None:
    """The token is asked for each time: a new one works without a restart."""
    tokens = ["an old one"]
    async with reaching(core, lambda: tokens[0]) as socket:
        problem = await refusal(socket, "token")
        tokens[0] = TOKEN
        await socket.up()

        assert isinstance(problem, Forbidden)
        assert problem.hint
        assert "an old one" not in f"{problem.message} {problem.hint}"


async def test_a_token_that_is_refused_has_a_pace_of_its_own(core: FakeCore) -> None:
    """Core logs each attempt, and may ban who makes too many."""
    draws: list[float] = []

    def draw() -> float:
        draws.append(1.0)
        return 1.0

    core.token = "another one"
    async with reaching(core, refused=Backoff(0.01, 0.01, chance=draw)):
        await core.attempted(3)

    assert len(draws) >= 2


async def test_a_token_that_becomes_valid_again_is_accepted(core: FakeCore) -> None:
    """A user who was switched off and on."""
    core.token = "another one"
    async with reaching(core) as socket:
        await refusal(socket, "token")
        core.token = TOKEN

        await socket.up()


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (502, "502: Bad Gateway", "starting, restarting or stopped"),
        (503, "", "starting, restarting or stopped"),
        (
            400,
            '{"result":"error","message":"System is not ready with state: setup"}',
            "The Supervisor starts",
        ),
        (403, "403: Forbidden", "banned"),
        (404, "404: Not Found", "no Home Assistant at this address"),
        (200, "<html>A page of a router</html>", "does not serve at this address"),
        (500, "Traceback (most recent call last)", "does not serve at this address"),
    ],
)
async def test_what_comes_instead_of_home_assistant_is_said_in_a_sentence(
    core: FakeCore, status: int, body: str, said: str
) -> None:
    """Of what it sent nothing is repeated; when it is there it is used."""
    core.refuse = (status, body)
    async with reaching(core) as socket:
        problem = await refusal(socket, said)
        core.refuse = None
        await socket.up()

        assert isinstance(problem, Unreachable)
        assert not problem.sent
        assert not body or body not in problem.message


@pytest.mark.parametrize(
    "greeting", ["hello", "[]", "{}", "7", '{"type": "welcome"}', '["auth_ok"]', "\ufeff{}"]
)
async def test_another_program_is_not_taken_for_home_assistant(
    core: FakeCore, greeting: str
) -> None:
    """Whatever it says first, the token is not sent to it, and Core is found when it is there."""
    core.says_first = greeting
    async with reaching(core) as socket:
        problem = await refusal(socket, "not Home Assistant")
        core.says_first = None
        await socket.up()

        assert isinstance(problem, Unreachable)


@pytest.mark.parametrize("user", [None, "me", {"name": 7}, []])
async def test_a_user_that_is_not_understood_does_not_stop_the_server(
    core: FakeCore, user: object
) -> None:
    """It is said, and tried again."""
    core.user = user
    async with reaching(core) as socket:
        await refusal(socket, "auth/current_user")

        assert not socket.connected


@pytest.mark.parametrize(
    ("host", "said"),
    [("127.0.0.1", "Nothing answers at 127.0.0.1"), ("nowhere.invalid", "nowhere.invalid")],
)
async def test_an_address_where_nobody_is_is_named(core: FakeCore, host: str, said: str) -> None:
    """Port or name, the owner sees which one is wrong."""
    async with reaching(core, url=f"ws://{host}:{free_port()}/api/websocket") as socket:
        problem = await refusal(socket, said)

        assert isinstance(problem, Unreachable)
        assert TOKEN not in problem.message
