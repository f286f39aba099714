"""Where only reading is allowed, nothing leaves that is not known to read."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientSession

from fakes.core_socket import FakeCore, Line
from fakes.small_core import TOKEN, SmallCore
from fakes.supervisor import App, FakeSupervisor, House
from ha_mcp.ha import CoreRest, CoreSocket, Supervisor, only_reading, reading_only_because
from ha_mcp.ha.reading import command_reads, request_reads, supervisor_reads
from ha_mcp.problems import Forbidden

from .sockets import reaching, started

WHY = "this test only reads"
FORECAST = {"domain": "weather", "service": "get_forecasts"}


@pytest.mark.parametrize(
    ("kind", "fields", "reads"),
    [
        ("get_states", {}, True),
        ("render_template", {"template": "{{ 1 }}"}, True),
        ("subscribe_entities", {}, True),
        ("unsubscribe_events", {"subscription": 3}, True),
        ("lovelace/config", {"url_path": "map"}, True),
        ("lovelace/config", {"force": True}, False),
        ("call_service", {"domain": "light", "service": "turn_on"}, False),
        ("call_service", {**FORECAST, "return_response": True}, True),
        ("call_service", FORECAST, False),
        ("call_service", {"domain": "script", "service": "x", "return_response": True}, False),
        ("fire_event", {}, False),
        ("execute_script", {}, False),
        ("conversation/process", {}, False),
        ("assist_pipeline/run", {}, False),
        ("subscribe_trigger", {}, False),
        ("config/area_registry/list", {}, True),
        ("config/area_registry/create", {}, False),
        ("config/area_registry/list2", {}, False),
        ("auth/long_lived_access_token", {}, False),
        ("auth/sign_path", {}, False),
        ("recorder/clear_statistics", {}, False),
        ("supervisor/api", {"method": "get"}, False),
        ("a_command_of_next_year", {}, False),
        ("", {}, False),
    ],
)
def test_a_command_reads_only_if_it_is_known_to(
    kind: str,
    fields: dict[str, Any],
    reads: bool,  # noqa: FBT001 - a table's column
) -> None:
    """A new command of Core is refused until somebody has looked at it."""
    assert command_reads(kind, fields) is reads


@pytest.mark.parametrize(
    ("method", "path", "reads"),
    [
        ("GET", "states", True),
        ("GET", "states/light.hall", True),
        ("POST", "states/light.hall", False),
        ("GET", "calendars/calendar.home", True),
        ("GET", "camera_proxy/camera.door", True),
        ("GET", "image/serve/0af1/512x512", True),
        ("GET", "config/automation/config/1", True),
        ("POST", "config/automation/config/1", False),
        ("DELETE", "config/automation/config/1", False),
        ("POST", "config/config_entries/options/flow", False),
        ("GET", "config/config_entries/flow/0af1", False),  # it goes to the form's next step
        ("GET", "webhook/0af1", False),
        ("POST", "services/light/turn_on", False),
        ("POST", "template", True),
        ("GET", "template", False),
        ("HEAD", "states", False),
        ("GET", "states/../webhook/0af1", False),
        ("GET", "", False),
    ],
)
def test_a_request_reads_only_if_it_is_known_to(
    method: str,
    path: str,
    reads: bool,  # noqa: FBT001 - a table's column
) -> None:
    """That it is a GET is not enough: webhooks answer to those."""
    assert request_reads(method, path) is reads


@pytest.mark.parametrize(
    ("method", "path", "reads"),
    [
        ("GET", "/addons/self/info", True),
        ("GET", "/addons/core_ssh/info", True),
        ("GET", "/network/info", True),
        ("GET", "/info", True),
        ("GET", "/core/logs?lines=100", True),
        ("GET", "/core/logs/latest", True),
        ("GET", "/addons/core_ssh/logs", True),
        ("GET", "/store", True),
        ("POST", "/discovery", False),
        ("DELETE", "/discovery/0af1", False),
        ("POST", "/addons/core_ssh/stop", False),
        ("GET", "/addons/core_ssh/stop", False),
        ("GET", "/core/api/webhook/0af1", False),
        ("GET", "/ingress/session", False),
    ],
)
def test_the_supervisor_is_asked_only_what_reads(
    method: str,
    path: str,
    reads: bool,  # noqa: FBT001 - a table's column
) -> None:
    """It stops apps and machines."""
    assert supervisor_reads(method, path) is reads


async def refused(asked: Awaitable[Any]) -> str:
    """Return with which words a request was kept back."""
    with pytest.raises(Forbidden, match=f"{WHY}: nothing was sent") as caught:
        await asked
    return caught.value.message


async def test_a_socket_that_only_reads_sends_no_command_that_writes(core: FakeCore) -> None:
    """Neither as a command, nor typed, nor as a subscription."""
    async with reaching(core, reads_only=WHY) as socket:
        await socket.up()
        line = await core.line()

        said = await refused(socket.command("fire_event", event_type="x"))
        await refused(socket.fetch("config/area_registry/create", dict))
        await refused(socket.subscribe("assist_pipeline/run", print))
        asked = await started(socket.command("get_config"))
        first = await line.command()
        await line.result(first, {})

        assert await asked == {}
    assert said.startswith("fire_event could change something")
    assert first["type"] == "get_config"


async def test_the_call_decides_where_the_process_does_not(socket: CoreSocket, line: Line) -> None:
    """Two clients share a wire, and one of them may only read."""
    with only_reading(WHY):
        assert reading_only_because() == WHY
        await refused(socket.command("fire_event"))
        await refused(asyncio.create_task(socket.command("fire_event")))
    asked = await started(socket.command("fire_event"))
    await line.result(await line.command(), {})

    assert await asked == {}
    assert reading_only_because() == ""


async def test_one_call_does_not_close_the_wire_for_another(socket: CoreSocket, line: Line) -> None:
    """They run at the same time."""
    entered, left = asyncio.Event(), asyncio.Event()

    async def reading() -> None:
        with only_reading(WHY):
            entered.set()
            await left.wait()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(reading())
        await entered.wait()
        asked = await started(socket.command("fire_event"))
        await line.result(await line.command(), {})
        assert await asked == {}
        left.set()


@pytest.mark.parametrize(
    "write",
    [
        lambda rest: rest.post_json("services/light/turn_on", {}),
        lambda rest: rest.delete("config/automation/config/1"),
        lambda rest: rest.get_json("webhook/0af1"),
        lambda rest: rest.get_bytes("webhook/0af1", most=10),
    ],
)
async def test_http_that_only_reads_sends_nothing_that_writes(
    write: Callable[[CoreRest], Awaitable[Any]],
) -> None:
    """Core counts what arrives."""
    async with SmallCore() as core, ClientSession() as session:
        rest = CoreRest(session, f"{core.url}/api/", lambda: TOKEN, reads_only=WHY)

        await refused(write(rest))
        await rest.get_json("calendars")

        assert [one.path for one in core.seen] == ["/api/calendars"]


async def test_the_supervisor_is_not_told_anything_where_only_reading_is_allowed() -> None:
    """It would have Home Assistant discover something."""
    house = House()
    house.add(App(slug="local_ha_mcp", discovery=["mcp"]))
    async with FakeSupervisor(house) as fake, ClientSession() as session:
        token = house.apps["local_ha_mcp"].token
        supervisor = Supervisor(session, fake.url, lambda: token, reads_only=WHY)

        await refused(supervisor.announce("mcp", {"url": "http://x"}))
        await refused(supervisor.withdraw("0af1"))
        info = await supervisor.self_info()

    assert info.slug == "local_ha_mcp"
    assert house.messages == {}
