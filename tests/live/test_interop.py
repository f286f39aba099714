"""Clients that people use reach a real home: both eras, over HTTP, stdio and a bridge."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters, types

from lab.core import RunningCore, running_core
from lab.environments import python_with
from lab.node import node_environment, node_tools
from lab.process import free_port
from lab.server import RunningServer, running_server

pytestmark = pytest.mark.live

CLIENTS = Path(__file__).parent / "clients"
LIGHT = "light.kitchen_counter"
OLDER = ("mcp==1.30.0", "mcp-proxy==0.13.0")
ERAS = ["legacy", "2026-07-28", "auto"]


@pytest.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """One home for all clients: they only read, or put back what they moved."""
    async with running_core() as running:
        yield running


@pytest.fixture(scope="module")
async def server(
    core: RunningCore, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningServer]:
    """One server for all clients."""
    async with running_server(
        tmp_path_factory.mktemp("server"),
        home=(core.url, core.token),
        port=free_port(),
        path="/private_of_the_tests_0001",
    ) as running:
        await running.wait_synced()
        yield running


def stdio(core: RunningCore) -> StdioServerParameters:
    """Return how a client starts the server by itself."""
    environment = {"HOMEASSISTANT_URL": core.url, "HOMEASSISTANT_TOKEN": core.token}
    return StdioServerParameters(
        command=str(Path(sys.executable).parent / "ha-mcp"), env=environment
    )


def text(result: types.CallToolResult) -> str:
    """Return the text of an answer."""
    content = result.content[0]
    assert isinstance(content, types.TextContent)
    return content.text


async def use(client: Client) -> None:
    """Do the main job: find, switch, be told what changed, and be told what does not exist."""
    tools = {tool.name for tool in (await client.list_tools()).tools}
    found = await client.call_tool("ha_search", {"query": "kitchen counter", "domain": "light"})
    on = await client.call_tool("ha_call_action", action("light.turn_on"))
    off = await client.call_tool("ha_call_action", action("light.turn_off"))
    bad = await client.call_tool("ha_get_state", {"entity_ids": ["light.kitchn_countr"]})

    assert {"ha_search", "ha_call_action", "ha_get_state"} <= tools
    assert LIGHT in text(found)
    assert re.search(rf"{LIGHT},off,on\b", text(on))
    assert re.search(rf"{LIGHT},on\b[^,]*,off\b", text(off))
    assert bad.is_error
    assert LIGHT in text(bad)


def action(name: str) -> dict[str, Any]:
    """Return the arguments that switch the light."""
    return {"action": name, "target": {"entity_id": LIGHT}}


@pytest.mark.parametrize("era", ERAS)
async def test_the_python_sdk_over_http(server: RunningServer, era: str) -> None:
    """The address from the log is all it needs."""
    async with Client(server.url, mode=era) as client:
        await use(client)


@pytest.mark.parametrize("era", ERAS)
async def test_the_python_sdk_over_stdio(core: RunningCore, era: str) -> None:
    """The client starts the server and ends it."""
    async with Client(stdio(core), mode=era) as client:
        await use(client)


async def test_mcp_proxy_as_a_bridge_from_stdio(server: RunningServer) -> None:
    """Clients that know only stdio come in through it."""
    bridge = StdioServerParameters(
        command=str(python_with(*OLDER).parent / "mcp-proxy"),
        args=["--transport", "streamablehttp", server.url],
    )
    async with Client(bridge, mode="legacy") as client:
        await use(client)


async def output(*command: str | Path, stdin: bytes = b"", **more: Any) -> str:
    """Run a program to its end and return what it printed; show all of it when it fails."""
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        **more,
    )
    async with asyncio.timeout(60):
        said, complained = await process.communicate(stdin)
    assert process.returncode == 0, f"{said.decode()}\n{complained.decode()}"
    return said.decode()


def check(told: Mapping[str, Any]) -> None:
    """Check what one of the small clients tells."""
    assert {"ha_search", "ha_get_state"} <= set(told["tools"])
    assert told["good"][0] is False
    assert "Kitchen Counter" in told["good"][1]
    assert told["bad"][0] is True
    assert LIGHT in told["bad"][1]


async def test_the_python_sdk_1(server: RunningServer) -> None:
    """Most Python clients are still built on it."""
    told = await output(python_with(*OLDER), CLIENTS / "python_v1.py", server.url)

    check(json.loads(told))


async def test_the_python_sdk_1_over_the_transport_of_2024(server: RunningServer) -> None:
    """What has not been touched since knows no other."""
    told = await output(python_with(*OLDER), CLIENTS / "python_v1_sse.py", f"{server.url}/sse")

    check(json.loads(told))


@pytest.mark.parametrize(
    "script",
    [(CLIENTS / f"typescript_{version}.mjs").read_bytes() for version in ("v1", "v2")],
    ids=["1.x", "2.x"],
)
async def test_the_typescript_sdk(server: RunningServer, script: bytes) -> None:
    """Claude Code, Gemini CLI and most editors are built on it."""
    told = await output(
        *("node", "--input-type=module"),
        stdin=script,
        cwd=node_tools(),  # modules are looked for from here
        env={**node_environment(), "MCP_URL": server.url},
    )

    check(json.loads(told))


@pytest.mark.parametrize("era", ["legacy", "modern"])
async def test_the_inspector_finds_nothing_to_complain_about(
    server: RunningServer, era: str
) -> None:
    """Strictly: a schema that some client could not take would be an error."""
    told = await output(
        *("mcp-inspector", "--cli", server.url, "--transport", "http"),
        *("--protocol-era", era, "--method", "tools/list", "--strict"),
        env=node_environment(),
    )

    assert "ha_call_action" in told


@pytest.mark.parametrize("era", ["legacy", "modern"])
async def test_the_inspector_calls(server: RunningServer, era: str) -> None:
    """With arguments as a person types them: text where a list is meant."""
    told = await output(
        *("mcp-inspector", "--cli", server.url, "--transport", "http", "--protocol-era", era),
        *("--method", "tools/call", "--tool-name", "ha_get_state"),
        *("--tool-arg", f"entity_ids={LIGHT}"),
        env={**node_environment(), "HOME": os.environ.get("HOME", "/")},
    )

    assert "Kitchen Counter" in told
