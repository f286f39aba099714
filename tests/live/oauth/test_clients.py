"""Every client signs in at a real Home Assistant through the relay, and stays signed in.

Under a name that Home Assistant knows and under one it does not: behind a proxy both are common.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from lab.homes import OWNER, RESIDENT
from live.clients.emulators.discovery import Lost, Stage
from live.clients.emulators.habits import ALL, CLAUDE, GEMINI_CLI, HOME_ASSISTANT, Habits
from live.relay.homes import RelayedHome
from server.web.edges import calling

from .servers import Served
from .worlds import ORIGIN, World, known_as

pytestmark = pytest.mark.live
CLIENTS = pytest.mark.parametrize("habits", ALL, ids=lambda one: one.name)
NAMES = pytest.mark.parametrize("known", [ORIGIN, None], ids=["known name", "unknown name"])
EVERYTHING = "home:read home:control home:configure"


@pytest.fixture(scope="module")
async def served(
    home: RelayedHome, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """Run one server for all clients."""
    served = Served(home, tmp_path_factory.mktemp("access"))
    async with served.serving():
        yield served


def words(result: dict[str, Any]) -> str:
    """Return what a tool answered."""
    return str(result["content"][0]["text"])


@NAMES
@CLIENTS
async def test_a_client_signs_in_and_uses_the_home(
    outside: World, served: Served, habits: Habits, known: str | None
) -> None:
    """From the address in the log to a tool's answer, with one question to the person."""
    await known_as(outside.home, known)
    client = await outside.introduced(habits)
    shown = len(outside.person.pages)

    await client.connect()

    assert words(await client.call("ha_echo", words="hello")) == "hello"
    assert client.tokens is not None
    assert set(EVERYTHING.split()) <= set(client.tokens.scope.split())
    assert len(outside.person.pages) == shown + 1


@CLIENTS
async def test_an_address_with_something_behind_it_is_the_same_endpoint(
    outside: World, served: Served, habits: Habits
) -> None:
    """A profile is chosen there; the documents are about what was typed all the same."""
    client = await outside.introduced(habits, "?profile=readonly")

    await client.connect()

    assert words(await client.call("ha_echo", words="hello")) == "hello"


@CLIENTS
async def test_a_client_stays_signed_in(outside: World, served: Served, habits: Habits) -> None:
    """With new tokens for old ones, and the old access ends by itself."""
    client = await outside.introduced(habits)
    await client.connect()
    assert client.tokens is not None
    before = client.tokens

    await client.refresh()

    assert client.tokens.access != before.access
    assert client.tokens.refresh != before.refresh
    assert words(await client.call("ha_echo", words="still here")) == "still here"


@CLIENTS
async def test_a_client_that_was_away_comes_back_by_itself(
    outside: World, served: Served, habits: Habits
) -> None:
    """Its access has ended, and it is told so in a way that makes it refresh."""
    client = await outside.introduced(habits)
    await client.connect()
    assert client.tokens is not None
    before = client.tokens.access

    served.clock.ahead += 2 * 3600
    answer = await client.ask(calling("ha_echo", words="x"))
    said = await client.call("ha_echo", words="back")
    served.clock.ahead = 0

    assert answer.status == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert words(said) == "back"
    assert client.tokens.access != before


@CLIENTS
async def test_a_client_that_is_removed_has_no_way_in(
    outside: World, served: Served, habits: Habits
) -> None:
    """What it held is worth nothing at once."""
    client = await outside.introduced(habits)
    await client.connect()

    await client.disconnect()

    with pytest.raises(Lost) as lost:
        await client.call("ha_echo", words="x")
    assert lost.value.stage is Stage.TOKEN
    assert "invalid_grant" in lost.value.why


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_who_comes_without_a_token_is_told_where_to_get_one(
    outside: World, served: Served, method: str
) -> None:
    """Whatever they ask: some clients look with GET first."""
    async with outside.session.request(
        method, outside.url, json=calling("ha_echo", words="x")
    ) as answer:
        challenge = answer.headers["WWW-Authenticate"]

    assert answer.status == 401
    path = f"/.well-known/oauth-protected-resource/api/webhook/{outside.home.webhook_id}"
    assert f'resource_metadata="{ORIGIN}{path}"' in challenge
    assert 'scope="home:read' in challenge
    assert "error" not in challenge


async def test_home_assistant_s_own_client_is_not_led_astray(
    outside: World, served: Served
) -> None:
    """It never asks at the root, where it would find the wrong document."""
    await known_as(outside.home, ORIGIN)
    client = await outside.introduced(HOME_ASSISTANT)

    await client.connect()

    root = f"GET {ORIGIN}/.well-known/oauth-protected-resource"
    assert not any(one.startswith(root) for one in client.web.asked)


async def test_the_longest_state_comes_back(outside: World, served: Served) -> None:
    """It travels in addresses and headers, which every station on the way limits."""
    client = outside.client(CLAUDE)
    client.remembers = 3072  # 4,096 characters of which none can be spared

    await client.connect()

    assert words(await client.call("ha_echo", words="hello")) == "hello"


async def test_a_person_without_rights_gives_none_away(outside: World, served: Served) -> None:
    """A resident may look and act."""
    outside.person.username, outside.person.password = RESIDENT["username"], RESIDENT["password"]
    client = outside.client(CLAUDE)
    await client.connect()
    outside.person.username, outside.person.password = OWNER["username"], OWNER["password"]

    assert client.tokens is not None
    granted = set(client.tokens.scope.split()) - {"offline_access"}
    assert granted == {"home:read", "home:control"}


async def test_what_was_not_ticked_is_asked_for_when_it_is_needed(
    outside: World, served: Served
) -> None:
    """The client is told which scopes to ask for, and the person is asked again."""
    outside.person.unchecks = frozenset({"home:control", "home:configure"})
    client = outside.client(CLAUDE)
    await client.connect()
    outside.person.unchecks = frozenset()

    answer = await client.ask(calling("ha_refuse"))

    assert answer.status == 403
    challenge = answer.headers["WWW-Authenticate"]
    assert 'error="insufficient_scope"' in challenge
    assert 'scope="home:read home:control"' in challenge
    assert words(await client.call("ha_echo", words="looking")) == "looking"


async def test_a_person_who_says_no_is_left_alone(outside: World, served: Served) -> None:
    """The client learns that it was refused, and has nothing."""
    outside.person.refuses = True
    client = outside.client(CLAUDE)

    with pytest.raises(Lost) as lost:
        await client.connect()
    outside.person.refuses = False

    assert lost.value.why == "access_denied"
    assert client.tokens is None


async def test_a_token_of_home_assistant_admits_nobody(outside: World, served: Served) -> None:
    """It is not for this address, and nobody was asked."""
    bearer = {"Authorization": f"Bearer {outside.home.core.token}"}

    async with outside.session.post(
        outside.url, json=calling("ha_echo", words="x"), headers=bearer
    ) as answer:
        assert answer.status == 401


async def test_a_token_for_one_name_admits_under_no_other(outside: World, served: Served) -> None:
    """Tokens are for the address they were asked for."""
    client = outside.client(GEMINI_CLI)
    await client.connect()
    assert client.tokens is not None
    bearer = {"Authorization": f"Bearer {client.tokens.access}"}

    async with outside.home.http.post(
        outside.home.url, json=calling("ha_echo", words="x"), headers=bearer
    ) as answer:
        assert answer.status == 401


async def test_a_cloud_hook_is_told_that_it_cannot_have_a_login(
    outside: World, served: Served
) -> None:
    """It passes on no challenge, so the words have to do; nobody comes in."""
    answer = await outside.home.client.command(
        "webhook/handle",
        webhook_id=outside.home.webhook_id,
        method="POST",
        headers={"Content-Type": "application/json"},
        body="{}",
    )

    assert answer["status"] == 401
    assert "login_needed" in answer["body"]
    assert "cannot be had at this address" in answer["body"]
