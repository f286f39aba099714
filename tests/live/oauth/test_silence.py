"""Where the address admits, every client connects without a question, also one that looks first."""

from collections.abc import AsyncIterator

import pytest

from live.clients.emulators.habits import ALL, Habits
from live.relay.homes import RelayedHome
from server.web.edges import calling

from .servers import BY_URL, LOGIN, Served
from .worlds import ORIGIN, World, known_as

pytestmark = pytest.mark.live
CLIENTS = pytest.mark.parametrize("habits", ALL, ids=lambda one: one.name)
NAMES = pytest.mark.parametrize("known", [ORIGIN, None], ids=["known name", "unknown name"])


@pytest.fixture(scope="module")
async def served(
    home: RelayedHome, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """Run one server for all clients."""
    served = Served(home, tmp_path_factory.mktemp("access"))
    async with served.serving(BY_URL):
        yield served


@NAMES
@CLIENTS
async def test_nobody_is_asked_anything(
    outside: World, served: Served, habits: Habits, known: str | None
) -> None:
    """No page is shown on the whole way, and Home Assistant's own login is never found."""
    await known_as(outside.home, known)
    client = outside.client(habits)
    shown = len(outside.person.pages)

    await client.connect()

    assert (await client.call("ha_echo", words="hello"))["content"][0]["text"] == "hello"
    assert len(outside.person.pages) == shown
    assert not any("/auth/" in one for one in client.web.asked)


async def test_what_was_given_without_a_question_is_worth_nothing_after_a_login_is_wanted(
    outside: World, served: Served
) -> None:
    """The owner changed their mind: everybody has to sign in."""
    client = outside.client(next(one for one in ALL if one.looks_first))
    await client.connect()
    assert client.tokens is not None
    held = client.tokens

    async with served.serving(LOGIN):
        answer = await client.ask(calling("ha_echo", words="x"))
        again = await client._token(
            {"grant_type": "refresh_token", "refresh_token": held.refresh or ""}
        )

    assert answer.status == 401
    assert again.status == 400
    assert again.json()["error"] == "invalid_grant"
