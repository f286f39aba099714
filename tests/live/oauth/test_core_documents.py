"""What clients make of Home Assistant's own documents about a login, when there are no others.

A server elsewhere is reached through the webhook without a login of ours. Whoever looks for one all
the same finds what Home Assistant serves for itself at the root of its origin.
"""

from collections.abc import AsyncIterator

import pytest

from live.clients.emulators.discovery import Challenge, Lost, Stage, discovered
from live.clients.emulators.habits import (
    ALL,
    CHATGPT_WITHOUT_ISS,
    CLAUDE,
    GEMINI_CLI,
    HOME_ASSISTANT,
    Habits,
)
from live.relay.fronts import Authority
from live.relay.homes import RelayedHome
from server.web.edges import running

from .worlds import ORIGIN, SAYS_HOW, World, known_as, world

pytestmark = pytest.mark.live
NOBODY = Challenge(None, None, None)
LOOK_FIRST = [CLAUDE, CHATGPT_WITHOUT_ISS]
ASK_FIRST = [one for one in ALL if not one.looks_first]


@pytest.fixture(scope="module", autouse=True)
async def server(outside: World) -> AsyncIterator[None]:
    """Lead the relay to a server that asks for nothing."""
    async with running() as edge:
        await outside.home.lead_to(edge.url, token="", contracts="")
        yield
        await known_as(outside.home, None)


@pytest.mark.parametrize("habits", ASK_FIRST, ids=lambda one: one.name)
async def test_who_asks_the_server_first_never_looks(outside: World, habits: Habits) -> None:
    """The server answers, and that is that."""
    await known_as(outside.home, ORIGIN)
    client = outside.client(habits)

    await client.connect()

    assert not any("well-known" in one for one in client.web.asked)


@pytest.mark.parametrize("habits", LOOK_FIRST, ids=lambda one: one.name)
async def test_who_looks_first_takes_the_keys_of_the_whole_home(
    outside: World, habits: Habits
) -> None:
    """It ends with a token of Home Assistant that is good for everything this person may do."""
    await known_as(outside.home, ORIGIN)
    client = outside.client(habits)

    await client.connect()

    assert client.found is not None
    assert client.found.scope is None
    assert client.found.resource is None
    assert client.tokens is not None
    bearer = {"Authorization": f"Bearer {client.tokens.access}"}
    async with outside.home.http.get(f"{outside.home.core.url}/api/states", headers=bearer) as all_:
        assert all_.status == 200


@pytest.mark.parametrize("habits", LOOK_FIRST, ids=lambda one: one.name)
async def test_under_a_name_that_core_does_not_know_it_is_stuck(
    outside: World, habits: Habits
) -> None:
    """The document names no issuer there, and endpoints without an address."""
    await known_as(outside.home, None)

    with pytest.raises(Lost) as lost:
        await outside.client(habits).connect()

    assert lost.value.stage is Stage.ISSUER


async def test_a_proxy_that_does_not_say_who_asks_hides_the_name_from_core(
    home: RelayedHome, authority: Authority
) -> None:
    """Its requests look like http, and the name is known for https: stuck, though all is set up."""
    await known_as(home, ORIGIN)

    async with world(home, authority, says=SAYS_HOW) as seen:
        with pytest.raises(Lost) as lost:
            await seen.client(CLAUDE).connect()

    assert lost.value.stage is Stage.ISSUER


async def test_the_document_at_the_root_ends_a_strict_client(outside: World) -> None:
    """It is about the whole origin: whoever wants the address that was typed stops there."""
    await known_as(outside.home, ORIGIN)
    client = outside.client(GEMINI_CLI)

    with pytest.raises(Lost) as lost:
        await discovered(client.web, GEMINI_CLI, client.url, NOBODY)

    assert lost.value.stage is Stage.RESOURCE
    assert lost.value.why == f"it is about {ORIGIN}"


async def test_home_assistant_asks_for_the_root_even_when_told_where_to_look(
    outside: World,
) -> None:
    """All documents are fetched at once and the first counts, so the wrong one may win."""
    await known_as(outside.home, ORIGIN)
    client = outside.client(HOME_ASSISTANT)
    told = Challenge(f"{ORIGIN}/.well-known/oauth-protected-resource/told", None, None)

    with pytest.raises(Lost) as lost:
        await discovered(client.web, HOME_ASSISTANT, client.url, told)

    assert lost.value.stage is Stage.RESOURCE
    assert f"GET {ORIGIN}/.well-known/oauth-protected-resource" in client.web.asked


async def test_home_assistant_that_is_told_nothing_looks_below_the_address_only(
    outside: World,
) -> None:
    """Without an address in the challenge the root is never asked for: that way is safe."""
    await known_as(outside.home, ORIGIN)
    client = outside.client(HOME_ASSISTANT)

    await discovered(client.web, HOME_ASSISTANT, client.url, NOBODY)

    assert all(outside.home.webhook_id in one for one in client.web.asked)
