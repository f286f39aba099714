"""Where only reading is allowed, nothing that writes arrives at Core, whatever is asked."""

import asyncio
import itertools
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import ClientSession

from ha_mcp import tools
from ha_mcp.access.grants import Grant
from ha_mcp.access.scopes import Scope
from ha_mcp.answering import answering
from ha_mcp.documents import Remembered, Store, opened
from ha_mcp.ha import CoreRest, CoreSocket
from ha_mcp.ha import only_reading as quiet
from ha_mcp.home import Home
from ha_mcp.toolkit import Call, Catalog, Client, Handler, Outcome, Stage, pipeline
from ha_mcp.toolkit.stages import authorize, contain, deadline, only_reading, validate, weigh
from lab.core import RunningCore, running_core
from live.counting import Counted, counting
from live.homes import home_of
from live.random_calls import RandomCalls

pytestmark = pytest.mark.live

SEED = 20_261_121
CALLS = 1_000
AT_ONCE = 8
CATALOG = Catalog.discover(tools)
READER = Grant(client_id="c", client_name="Reader", scopes=frozenset({Scope.READ}))
LOG = logging.getLogger("read only")

# What Core says on its bus when somebody writes; the demo changes states by itself.
TELLING = (
    "call_service", "area_registry_updated", "device_registry_updated", "floor_registry_updated",
    "label_registry_updated", "lovelace_updated", "automation_reloaded", "scene_reloaded",
    "my_event", "doorbell",
)  # fmt: skip


@pytest.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """Run one home for all."""
    async with running_core() as running:
        yield running


@asynccontextmanager
async def told(core: RunningCore) -> AsyncIterator[Counter[str]]:
    """Count what Core itself says that was done to it, by a connection of its own."""
    heard: Counter[str] = Counter()
    async with home_of(core) as home:
        for event_type in TELLING:
            await home.core.subscribe(
                "subscribe_events",
                lambda event: heard.update([orjson.loads(event)["event_type"]]),
                event_type=event_type,
            )
        yield heard
        await home.core.command("ping")  # what was said before has arrived then


@asynccontextmanager
async def before(
    core: RunningCore, counted: Counted, folder: Path, reads_only: str = ""
) -> AsyncIterator[tuple[Home, Store]]:
    """Connect the product through what counts."""
    async with ClientSession() as session:
        url = counted.url.replace("http", "ws", 1) + "/api/websocket"
        token: Callable[[], str] = lambda: core.token  # noqa: E731 - for two wires
        socket = CoreSocket(session, url, token, reads_only=reads_only)
        home = Home(socket, CoreRest(session, f"{counted.url}/api/", token, reads_only=reads_only))
        async with asyncio.TaskGroup() as group, asyncio.timeout(120):
            tasks = [group.create_task(socket.run()), group.create_task(home.run())]
            await socket.up()
            await home.awake()
            await home.mirror.completed()
            async with opened(home, folder) as store:
                yield home, store
            for task in tasks:
                task.cancel()


def calling(home: Home, store: Store, stages: list[Stage], client: Client) -> Any:
    """Return what sends one call through stages."""
    resources = {Home: home, Store: store, Remembered: store.remembered}
    handle: Handler = pipeline(stages, answering(home))

    async def call(name: str, arguments: dict[str, Any]) -> Outcome:
        return await handle(Call(CATALOG.get(name), arguments, resources, client))

    return call


async def ask_all(call: Any, calls: Iterable[tuple[str, dict[str, Any]]]) -> Counter[str]:
    """Make calls, some at a time; return how often which code or success came of which tool."""
    gate, ended = asyncio.Semaphore(AT_ONCE), Counter[str]()

    async def one(name: str, arguments: dict[str, Any]) -> None:
        async with gate:
            outcome = await call(name, arguments)
        ended[outcome.text.partition(":")[0] if outcome.failed else "answered"] += 1

    async with asyncio.TaskGroup() as tasks:
        for name, arguments in calls:
            tasks.create_task(one(name, arguments))
    return ended


async def test_no_tool_gets_a_write_past_a_wire_that_only_reads(
    core: RunningCore, tmp_path: Path
) -> None:
    """Nobody looks at rights here: whatever the code above does, nothing leaves."""
    stages: list[Stage] = [contain(LOG, lambda _: None), deadline(25), validate]
    async with (
        told(core) as heard,
        counting(core) as counted,
        before(core, counted, tmp_path, "the test says so") as (home, store),
    ):
        calls = RandomCalls(CATALOG, home, SEED)
        ended = await ask_all(
            calling(home, store, stages, Client()), itertools.islice(calls, CALLS)
        )

    assert counted.writes == []
    assert heard.total() == 0
    assert counted.reads > CALLS / 10  # it is not that nothing was asked
    assert ended["answered"] > CALLS / 10
    assert ended["forbidden"] > CALLS / 20  # and not that nothing would have written
    assert ended["internal"] == 0


async def test_no_call_of_a_client_that_may_only_read_writes(
    core: RunningCore, tmp_path: Path
) -> None:
    """The wire is open for others: the call is what closes it."""
    reader = Client("reader", id=READER.id, rights=READER)
    stages = [
        contain(LOG, lambda _: None), deadline(25), authorize, only_reading(quiet), validate, weigh,
    ]  # fmt: skip
    async with (
        told(core) as heard,
        counting(core) as counted,
        before(core, counted, tmp_path) as (home, store),
    ):
        counted.writes.clear()  # the mirror opens forms of helpers to read them
        calls = RandomCalls(CATALOG, home, SEED + 1)
        ended = await ask_all(calling(home, store, stages, reader), itertools.islice(calls, CALLS))

    assert counted.writes == []
    assert heard.total() == 0
    assert ended["answered"] > CALLS / 10
    assert ended["internal"] == 0


async def test_a_helper_is_read_without_opening_its_form(core: RunningCore, tmp_path: Path) -> None:
    """The mirror has read it; opening a form is more than reading."""
    reader = Client("reader", id=READER.id, rights=READER)
    stages: list[Stage] = [contain(LOG, lambda _: None), only_reading(quiet), validate]
    async with counting(core) as counted, before(core, counted, tmp_path) as (home, store):
        known = [one for one in home.bodies.of_kind("helper") if one.body.get("options")]
        counted.writes.clear()
        call = calling(home, store, stages, reader)
        outcome = await call("ha_config_get", {"kind": "helper", "id": known[0].id})

    assert not outcome.failed, outcome.text
    assert all(f'"{name}"' in outcome.text for name in known[0].body["options"])
    assert counted.writes == []


async def test_a_helper_is_described_without_opening_its_form(
    core: RunningCore, tmp_path: Path
) -> None:
    """By what Home Assistant says about its fields."""
    reader = Client("reader", id=READER.id, rights=READER)
    stages: list[Stage] = [contain(LOG, lambda _: None), only_reading(quiet), validate]
    async with counting(core) as counted, before(core, counted, tmp_path) as (home, store):
        counted.writes.clear()
        call = calling(home, store, stages, reader)
        outcome = await call("ha_config_describe", {"kind": "helper", "variant": "template/light"})

    assert not outcome.failed, outcome.text
    assert "additional_options/availability" in outcome.text
    assert "hvac" not in outcome.text
    assert counted.writes == []


async def test_a_tool_that_lies_about_its_risk_is_stopped_at_the_wire(
    core: RunningCore, tmp_path: Path
) -> None:
    """The first line of defence is its word, the second is not."""
    reader = Client("reader", id=READER.id, rights=READER)
    stages: list[Stage] = [contain(LOG, lambda _: None), only_reading(quiet), validate]
    async with counting(core) as counted, before(core, counted, tmp_path) as (home, store):
        counted.writes.clear()
        call = calling(home, store, stages, reader)
        outcome = await call("ha_fire_event", {"event_type": "my_event"})

    assert outcome.failed
    assert "and this client may only read: nothing was sent" in outcome.text
    assert counted.writes == []


async def test_what_counts_does_count(core: RunningCore, tmp_path: Path) -> None:
    """Else nothing above means anything."""
    stages: list[Stage] = [contain(LOG, lambda _: None), validate]
    async with (
        told(core) as heard,
        counting(core) as counted,
        before(core, counted, tmp_path) as (home, store),
    ):
        counted.writes.clear()
        call = calling(home, store, stages, Client())
        for name, arguments in (
            ("ha_fire_event", {"event_type": "my_event"}),
            ("ha_config_set", {"kind": "label", "config": {"name": "Counted"}}),
            ("ha_call_action", {"action": "light.turn_on", "target": "light.bed_light"}),
            ("ha_config_describe", {"kind": "helper", "variant": "threshold"}),
        ):
            assert not (await call(name, arguments)).failed

    assert {"fire_event", "config/label_registry/create", "call_service"} <= set(counted.writes)
    assert "POST /api/config/config_entries/flow" in counted.writes
    assert {"my_event", "call_service", "label_registry_updated"} <= heard.keys()
