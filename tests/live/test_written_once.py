"""A write reaches Core once or not at all, whatever happens on the way."""

import asyncio
import itertools
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from fakes.supervisor import App, Core, FakeSupervisor, House
from lab.client import CoreClient, core_client
from lab.core import RunningCore, running_core
from live.homes import eventually
from live.serving import LONGEST, Served, serving

pytestmark = pytest.mark.live

LIGHT = "light.kitchen_counter"
COUNTER = "counter.coffees"
TOGGLE: Final[dict[str, Any]] = {"action": "light.toggle", "target": {"entity_id": [LIGHT]}}
SLOWLY: Final[dict[str, Any]] = {"action": "script.count_slowly", "watch": 20}


@pytest.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """Run a home with a script that counts, then takes its time."""
    async with running_core() as running, core_client(running.url, running.token) as client:
        body = {
            "alias": "Count slowly",
            "sequence": [
                {"action": "counter.increment", "target": {"entity_id": COUNTER}},
                {"delay": "00:00:30"},
            ],
        }
        await client.post("/api/config/script/config/count_slowly", body)
        yield running


@pytest.fixture
async def served(core: RunningCore, tmp_path: Path) -> AsyncIterator[Served]:
    """Run a server for each test."""
    async with serving(tmp_path, core.url, core.token) as served:
        await served.server.wait_synced()
        yield served


class Calls:
    """Every call of an action that Core sees."""

    def __init__(self, client: CoreClient) -> None:
        self._client = client
        self._markers = itertools.count(1)

    async def since_last(self, action: str) -> int:
        """Count the calls of an action since the last count, up to this moment."""
        marker = f"marker-{next(self._markers)}"
        await self._client.act("persistent_notification.dismiss", notification_id=marker)
        seen = 0
        while True:
            call = (await self._client.event())["data"]
            if call["service_data"].get("notification_id") == marker:
                return seen
            seen += f"{call['domain']}.{call['service']}" == action


@asynccontextmanager
async def watching(core: RunningCore) -> AsyncIterator[Calls]:
    """Listen to every call of an action, as another client."""
    async with core_client(core.url, core.token) as client:
        await client.command("subscribe_events", event_type="call_service")
        yield Calls(client)


async def counted(core: RunningCore) -> int:
    """Return what the counter says."""
    async with core_client(core.url, core.token) as client:
        return int((await client.get(f"/api/states/{COUNTER}"))["state"])


async def is_counted(core: RunningCore, count: int) -> bool:
    """Tell whether the counter says so: the script runs."""
    return await counted(core) == count


async def logged(served: Served, pattern: str) -> bool:
    """Tell whether the server's log has a line."""
    return re.search(pattern, served.server.log()) is not None


async def test_a_call_is_sent_once(core: RunningCore, served: Served) -> None:
    """The usual day."""
    async with watching(core) as calls:
        answer = await served.ask("ha_call_action", **TOGGLE)

        assert not answer.failed
        assert await calls.since_last("light.toggle") == 1


async def test_a_call_that_waits_is_answered_when_its_time_is_up(
    core: RunningCore, served: Served
) -> None:
    """A script that goes on is still running: neither failed nor started again."""
    async with watching(core) as calls:
        answer = await served.ask("ha_call_action", action="script.count_slowly", watch=1)
        await served.ask("ha_call_action", action="script.turn_off", target="Count slowly")

        assert not answer.failed
        assert "still running" in answer.text
        assert answer.took < 3
        assert await calls.since_last("script.count_slowly") == 1


async def test_a_restart_in_the_middle_of_a_call_does_not_make_it_run_twice(
    core: RunningCore, served: Served
) -> None:
    """The answer comes with the loss and says to look; the server does not repeat by itself."""
    before = await counted(core)
    asking = asyncio.ensure_future(served.ask("ha_call_action", **SLOWLY))
    await eventually(lambda: is_counted(core, before + 1))
    pid, began = core.pid, time.monotonic()
    async with core_client(core.url, core.token) as client:
        await client.act("homeassistant.restart")
    answer = await asking
    told = time.monotonic() - began
    read = await served.ask("ha_get_state", entity_ids=[LIGHT])
    write = await served.ask("ha_call_action", **TOGGLE)
    await core.wait_restarted(pid)
    await served.connected()
    await served.server.wait_synced()
    again = await served.ask("ha_get_state", entity_ids=[LIGHT])

    assert answer.failed
    assert answer.text.startswith("unreachable: ")
    assert "look before repeating" in answer.text
    assert told < 5
    assert not read.failed
    assert read.took < 3
    assert write.failed
    assert write.text.startswith("unreachable: ")
    assert "look before repeating" not in write.text
    assert write.took < 3
    assert not again.failed
    assert "has not been reachable" not in again.text
    assert await counted(core) == before + 1


async def test_a_client_that_leaves_in_the_middle_costs_the_next_one_nothing(
    core: RunningCore, served: Served
) -> None:
    """Nobody reads the answer, so nobody waits for it; what Core was told goes on."""
    before = await counted(core)
    asking = asyncio.ensure_future(served.ask("ha_call_action", **SLOWLY))
    await eventually(lambda: is_counted(core, before + 1))
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await eventually(lambda: logged(served, "ha_call_action by .*: cancelled"))
    again = await served.ask("ha_call_action", action="script.turn_off", target="Count slowly")

    assert not again.failed
    assert again.text.startswith("script.turn_off: 1 changed")
    assert await counted(core) == before + 1


async def test_a_core_that_freezes_in_the_middle_is_found_out(
    core: RunningCore, served: Served
) -> None:
    """It closes nothing and answers nothing; thawed, it may do what it was sent, but once."""
    async with watching(core) as calls:
        await core.pause()
        async with asyncio.TaskGroup() as asking:
            reading = asking.create_task(served.ask("ha_eval_template", template="{{ now() }}"))
            writing = asking.create_task(served.ask("ha_call_action", **TOGGLE))
        await served.connected(yes=False)
        known = await served.ask("ha_get_state", entity_ids=[LIGHT])
        await core.resume()
        await served.connected()
        again = await served.ask("ha_eval_template", template="{{ 1 + 1 }}")
        read, write = reading.result(), writing.result()

        assert read.failed
        assert read.text.startswith(("timeout: ", "unreachable: "))
        assert write.failed
        assert write.text.startswith(("timeout: ", "unreachable: "))
        assert "look before repeating" in write.text
        assert max(read.took, write.took) < LONGEST
        assert "has not been reachable" in known.text
        assert not again.failed
        assert await calls.since_last("light.toggle") <= 1


@asynccontextmanager
async def behind_supervisor(
    core: RunningCore, folder: Path
) -> AsyncIterator[tuple[FakeSupervisor, Served]]:
    """Put the Supervisor's proxy between the server and Core."""
    house = House()
    app = house.add(App(slug="local_ha_mcp"))
    behind = Core(url=core.url, token=core.token)
    async with (
        FakeSupervisor(house, behind) as supervisor,
        serving(folder, f"{supervisor.url}/core", app.token) as served,
    ):
        await served.server.wait_synced()
        yield supervisor, served


async def test_while_the_proxy_answers_502_nothing_is_written(
    core: RunningCore, tmp_path: Path
) -> None:
    """Reads are answered from what is known; when the proxy lets through, all works by itself."""
    async with behind_supervisor(core, tmp_path) as (supervisor, served), watching(core) as calls:
        await supervisor.core.go_away()
        await served.connected(yes=False)
        read = await served.ask("ha_get_state", entity_ids=[LIGHT])
        write = await served.ask("ha_call_action", **TOGGLE)
        supervisor.core.stopped = False
        await served.connected()
        before = await calls.since_last("light.toggle")
        await served.server.wait_synced()
        after = await served.ask("ha_call_action", **TOGGLE)

        assert not read.failed
        assert "has not been reachable" in read.text
        assert write.failed
        assert write.text.startswith("unreachable: ")
        assert max(read.took, write.took) < 3
        assert before == 0
        assert not after.failed
        assert await calls.since_last("light.toggle") == 1


async def test_a_restart_of_the_supervisor_is_survived(core: RunningCore, tmp_path: Path) -> None:
    """It refuses connections, then says 400, then closes what was open before."""
    async with behind_supervisor(core, tmp_path) as (supervisor, served), watching(core) as calls:
        supervisor.power.restart_soon()
        await supervisor.power.reached("setup")
        during = await served.ask("ha_get_state", entity_ids=[LIGHT])
        await supervisor.power.settled()
        await served.connected()
        await served.server.wait_synced()
        after = await served.ask("ha_call_action", **TOGGLE)

        assert not during.failed
        assert not after.failed
        assert await calls.since_last("light.toggle") == 1


async def test_core_that_is_away_at_the_start_is_said_at_once(
    core: RunningCore, tmp_path: Path
) -> None:
    """Nothing is known yet, and nothing is kept for later."""
    await core.kill()
    async with serving(tmp_path, core.url, core.token) as served:
        read = await served.ask("ha_get_state", entity_ids=[LIGHT])
        write = await served.ask("ha_call_action", **TOGGLE)
        health = await served.server.health()
        await core.start()
        async with watching(core) as calls:
            await served.connected()
            await served.server.wait_synced()
            later = await served.ask("ha_get_state", entity_ids=[LIGHT])

            assert await calls.since_last("light.toggle") == 0
    assert read.failed
    assert write.failed
    assert "Nothing answers at 127.0.0.1" in read.text
    assert max(read.took, write.took) < 3
    assert health is not None
    assert not later.failed
    assert max(read.took, later.took) < LONGEST
