"""Nobody is signed out by a restart, whatever restarts and whenever, nor by time alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from live.clients.emulators.client import Client
from live.clients.emulators.discovery import Lost, Stage
from live.clients.emulators.habits import ALL, CLAUDE
from live.relay.homes import RelayedHome

from .servers import LOGIN, Served
from .worlds import World

pytestmark = pytest.mark.live
DAY = 86_400.0


@pytest.fixture
async def served(home: RelayedHome, tmp_path: Path) -> AsyncIterator[Served]:
    """Have a server that is not running yet."""
    served = Served(home, tmp_path)
    yield served
    served.clock.ahead = 0


async def connected(outside: World) -> list[Client]:
    """Connect every client there is."""
    clients = [await outside.introduced(habits) for habits in ALL]
    for client in clients:
        await client.connect()
    return clients


async def used(clients: list[Client]) -> list[str]:
    """Call with what each holds, refresh, and call again; return the answers."""
    said = []
    for client in clients:
        before = await client.call("ha_echo", words="held")
        await client.refresh()
        after = await client.call("ha_echo", words="new")
        said += [str(one["content"][0]["text"]) for one in (before, after)]
    return said


async def test_every_client_outlives_every_restart(outside: World, served: Served) -> None:
    """The server, then Home Assistant, then both at once."""
    async with served.serving():
        clients = await connected(outside)
    expected = ["held", "new"] * len(clients)

    async with served.serving():
        after_the_server = await used(clients)
        await outside.home.restart()
        after_core = await used(clients)
    await outside.home.restart()
    async with served.serving():
        after_both = await used(clients)

    assert after_the_server == expected
    assert after_core == expected
    assert after_both == expected


async def test_a_refresh_that_meets_a_server_that_is_away_comes_back(
    outside: World, served: Served
) -> None:
    """It is told to try again, and what it holds is still good then."""
    async with served.serving():
        client = outside.client(CLAUDE)
        await client.connect()
    await outside.home.lead_to("http://127.0.0.1:9/relay", **LOGIN)

    with pytest.raises(Lost) as lost:
        await client.refresh()

    assert lost.value.stage is Stage.TOKEN
    assert "503" in lost.value.why
    assert "temporarily_unavailable" in lost.value.why
    async with served.serving():
        assert await used([client]) == ["held", "new"]


async def test_a_question_may_outlive_a_restart(outside: World, served: Served) -> None:
    """Somebody looks for their phone while the server is updated."""
    client = outside.client(CLAUDE)
    begin: list[str] = []

    async def put_aside(url: str) -> str:
        begin.append(url)
        raise Lost(Stage.AUTHORIZATION, "the person looks for their phone")

    browse, client.browser = client.browser, put_aside
    async with served.serving():
        with pytest.raises(Lost):
            await client.connect()
        login = await outside.person.opened(begin[0])

    async with served.serving():
        ended = await browse(login)

    assert ended.startswith(CLAUDE.redirect)
    assert "code=" in ended


async def test_ninety_days_of_refreshes(outside: World, served: Served) -> None:
    """Once a day, with restarts in between; then it was away for longer than is allowed."""
    client = outside.client(CLAUDE)
    async with served.serving():
        await client.connect()
    for _ in range(3):
        async with served.serving():
            for _ in range(30):
                served.clock.ahead += DAY
                await client.call("ha_echo", words="daily")

    async with served.serving():
        served.clock.ahead += 91 * DAY
        with pytest.raises(Lost) as lost:
            await client.call("ha_echo", words="too late")

    assert "invalid_grant" in lost.value.why
