"""The main job: a client asks for the lights of the kitchen, switches one, is told what changed."""

import re
from collections.abc import AsyncIterator

import pytest
from mcp import Client, types

from lab.client import core_client
from lab.core import RunningCore, running_core
from lab.process import free_port
from lab.server import RunningServer, running_server

pytestmark = pytest.mark.live

LIGHTS = {"light.kitchen_lights", "light.kitchen_counter", "light.kitchen_island"}
OFF = "light.kitchen_counter"


@pytest.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """Run Home Assistant 2026.11 with the demo home."""
    async with running_core(home="demo", version="2026.11.0") as running:
        yield running


@pytest.fixture(scope="module")
async def server(
    core: RunningCore, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningServer]:
    """Run the server for it, as a user runs it."""
    async with running_server(
        tmp_path_factory.mktemp("server"),
        home=(core.url, core.token),
        port=free_port(),
        path="/private_of_the_main_job_01",
    ) as running:
        await running.wait_synced()
        yield running


def said(result: types.CallToolResult) -> str:
    """Return what a model reads, which is never a failure here."""
    text = "\n".join(one.text for one in result.content if isinstance(one, types.TextContent))
    assert not result.is_error, text
    return text


async def state_in_core(core: RunningCore, entity_id: str) -> str:
    """Ask Core itself, over its own REST interface."""
    async with core_client(core.url, core.token) as client:
        state: str = (await client.get(f"/api/states/{entity_id}"))["state"]
        return state


async def test_the_lights_of_the_kitchen_are_found_and_one_is_switched(
    core: RunningCore, server: RunningServer
) -> None:
    """With nothing but what the tools say: no id is known beforehand."""
    async with Client(server.url) as client:
        offered = {tool.name for tool in (await client.list_tools()).tools}
        found = said(await client.call_tool("ha_search", {"query": "lights in the kitchen"}))
        before = await state_in_core(core, OFF)
        done = said(
            await client.call_tool(
                "ha_call_action", {"action": "light.turn_on", "target": {"entity_id": [OFF]}}
            )
        )
        after = await state_in_core(core, OFF)
        again = said(await client.call_tool("ha_get_state", {"entity_ids": [OFF]}))

    assert {"ha_search", "ha_call_action", "ha_get_state"} <= offered
    assert set(re.findall(r"light\.\w+", "\n".join(found.splitlines()[:6]))) >= LIGHTS
    assert (before, after) == ("off", "on")
    assert re.match(r"light\.turn_on: \d changed", done)
    assert re.search(rf"{OFF},off,on\b", done)
    assert re.search(r"\bon\b", again)


async def test_a_whole_room_is_switched_by_its_name(
    core: RunningCore, server: RunningServer
) -> None:
    """What was so already is told apart from what moved."""
    async with Client(server.url) as client:
        done = said(
            await client.call_tool(
                "ha_call_action", {"action": "light.turn_off", "target": {"area_id": "Kitchen"}}
            )
        )
    states = {light: await state_in_core(core, light) for light in LIGHTS}

    assert set(states.values()) == {"off"}
    assert set(re.findall(r"light\.\w+", done)) >= LIGHTS
