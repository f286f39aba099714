"""Somebody speaks to Home Assistant, and one of its agents uses our tools.

A real Core beside the fake Supervisor, the server as its app runs it. What a person does: confirm
what was discovered. What is spoken goes through Core's own voice pipeline, an agent (which stands
in for a language model, and is told what to call), Core's MCP client, and our server.
"""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from fakes.supervisor import App, Core, FakeSupervisor, House
from ha_mcp.app_options import app_options
from ha_mcp.modes.app import in_house
from lab.client import core_client
from lab.core import RunningCore, running_core
from lab.process import free_port

pytestmark = pytest.mark.live
AGENT = Path(__file__).with_name("custom_components")
CONTRACT = Path(__file__).parents[2] / "contracts" / "voice.json"
FLOW = "/api/config/config_entries/flow"
SLUG = "0123abcd_ha_mcp"
_PATIENCE = 90  # seconds: Core waits longer each time before it tries again


@dataclass
class Speaking:
    """A house with the server's app, and a Core with an agent."""

    core: RunningCore
    supervisor: FakeSupervisor
    data: Path
    port: int

    @property
    def app(self) -> App:
        """The server's app."""
        return self.supervisor.house.apps[SLUG]

    @property
    def told(self) -> list[str]:
        """The addresses that are announced."""
        return [one["config"]["url"] for one in self.supervisor.house.messages.values()]

    @asynccontextmanager
    async def serving(self, **chosen: Any) -> AsyncIterator[None]:
        """Run the server's app with the options that its owner chose."""
        (self.data / "options.json").write_text(json.dumps(chosen), encoding="utf-8")
        environ = {"SUPERVISOR_TOKEN": self.app.token}
        options = app_options(environ, data=self.data, supervisor=self.supervisor.url)
        assert options.edge is not None
        edge = replace(options.edge, host="127.0.0.1", port=self.port)
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(in_house(replace(options, edge=edge), stop))
            yield
            stop.set()

    async def command(self, kind: str, **fields: Any) -> Any:
        """Ask Core over its WebSocket."""
        async with core_client(self.core.url, self.core.token) as client:
            return await client.command(kind, **fields)

    async def post(self, path: str, body: Any) -> Any:
        """Send JSON to a path of Core."""
        async with core_client(self.core.url, self.core.token) as client:
            return await client.post(path, body)

    async def get(self, path: str) -> Any:
        """Return the JSON of a path of Core."""
        async with core_client(self.core.url, self.core.token) as client:
            return await client.get(path)

    async def discovered(self) -> dict[str, Any]:
        """Wait for what Core shows under Discovered."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                for flow in await self.command("config_entries/flow/progress"):
                    if flow["handler"] == "mcp":
                        return dict(flow)
                await asyncio.sleep(0.1)

    async def entry(self) -> dict[str, Any] | None:
        """Return the entry of Core's MCP client."""
        found = await self.command("config_entries/get", domain="mcp")
        return dict(found[0]) if found else None

    async def loaded(self) -> dict[str, Any]:
        """Wait until that entry is loaded."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                entry = await self.entry()
                if entry is not None and entry["state"] == "loaded":
                    return entry
                await asyncio.sleep(0.1)

    async def without_entry(self) -> None:
        """Wait until there is none."""
        async with asyncio.timeout(_PATIENCE):
            while await self.entry() is not None:  # noqa: ASYNC110 - nothing tells when
                await asyncio.sleep(0.1)

    async def said(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Speak to the pipeline; return what the agent was answered."""
        decided = json.dumps({"tool": tool, "arguments": arguments})
        pipelines = await self.command("assist_pipeline/pipeline/list")
        (ours,) = [one["id"] for one in pipelines["pipelines"] if one["name"] == "Lab"]
        async with core_client(self.core.url, self.core.token) as speaker:
            await speaker.command(
                "assist_pipeline/run",
                start_stage="intent",
                end_stage="intent",
                input={"text": decided},
                pipeline=ours,
            )
            async with asyncio.timeout(_PATIENCE):
                while (event := await speaker.event())["type"] != "intent-end":
                    assert event["type"] != "error", event
        response = event["data"]["intent_output"]["response"]
        answer: dict[str, Any] = json.loads(response["speech"]["plain"]["speech"])
        return answer


@pytest.fixture(scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Speaking]:
    """Run Core with an agent and its pipeline, beside a house with the server's app."""
    house, port, listening = House(), free_port(), free_port()
    house.add(
        App(
            slug=SLUG,
            name="MCP Server for Home Assistant",
            discovery=["mcp"],
            network={f"{listening}/tcp": listening},
            stand_in="localhost",
        )
    )
    known = {"SUPERVISOR": f"127.0.0.1:{port}", "SUPERVISOR_TOKEN": house.core_token}
    async with (
        FakeSupervisor(house, Core(), port=port) as supervisor,
        running_core(environment=known) as core,
    ):
        supervisor.core.url, supervisor.core.token = core.url, core.token
        shutil.copytree(AGENT, core.config_dir / "custom_components", dirs_exist_ok=True)
        await core.restart()
        home = Speaking(core, supervisor, tmp_path_factory.mktemp("data"), listening)
        await home.post(FLOW, {"handler": "lab_agent"})
        nothing = dict.fromkeys(("stt_engine", "stt_language", "tts_engine", "tts_language"))
        nothing |= dict.fromkeys(("tts_voice", "wake_word_entity", "wake_word_id"))
        await home.command(
            "assist_pipeline/pipeline/create",
            name="Lab",
            language="en",
            conversation_engine="conversation.lab_agent",
            conversation_language="en",
            **nothing,
        )
        yield home


@pytest.fixture(scope="module")
async def entry(home: Speaking) -> dict[str, Any]:
    """Confirm what Core discovered, as a person does."""
    async with home.serving():
        flow = await home.discovered()
        made = await home.post(f"{FLOW}/{flow['flow_id']}", {})
        loaded = await home.loaded()

    assert flow["step_id"] == "hassio_confirm"
    assert flow["context"]["title_placeholders"] == {"name": "MCP Server for Home Assistant"}
    assert made["type"] == "create_entry"
    return loaded


async def test_core_offers_it_to_its_agents_by_name(home: Speaking, entry: dict[str, Any]) -> None:
    """Which is what the owner chooses in the settings of an agent."""
    async with home.serving():
        await home.loaded()
        listed = await home.command("llm/api/list")

    names = {one["id"]: one["name"] for one in listed["apis"]}
    assert names[f"mcp-{SLUG}"] == "MCP Server for Home Assistant"


async def test_core_converts_every_schema(home: Speaking, entry: dict[str, Any]) -> None:
    """One that it cannot convert would cost it the whole server; none loses an argument."""
    committed = json.loads(CONTRACT.read_text(encoding="utf-8"))
    async with home.serving():
        await home.loaded()
        path = f"/api/diagnostics/config_entry/{entry['entry_id']}"
        shown = (await home.get(path))["data"]["tools"]

    arguments = {one["name"]: set(one["input_schema"]["properties"]) for one in shown}
    assert arguments == {one["name"]: set(one["inputSchema"]["properties"]) for one in committed}
    assert {one["name"]: one["annotations"]["read_only"] for one in shown} == {
        one["name"]: one["annotations"]["readOnlyHint"] for one in committed
    }


async def test_what_is_said_moves_the_house(home: Speaking, entry: dict[str, Any]) -> None:
    """And the agent hears what changed."""
    await home.post("/api/services/light/turn_on", {"entity_id": "light.kitchen_lights"})
    async with home.serving():
        await home.loaded()
        found = await home.said("ha_search", query="kitchen lights")
        acted = await home.said(
            "ha_call_action", action="light.turn_off", entity_id=["light.kitchen_lights"]
        )
    state = await home.get("/api/states/light.kitchen_lights")

    assert "light.kitchen_lights" in found["content"][0]["text"]
    assert acted["content"][0]["text"].startswith("light.turn_off: ")
    assert "Kitchen Lights,light.kitchen_lights,on" in acted["content"][0]["text"]
    assert state["state"] == "off"


async def test_an_agent_cannot_configure(home: Speaking, entry: dict[str, Any]) -> None:
    """Not even one that knows the name of a tool from elsewhere."""
    async with home.serving():
        await home.loaded()
        answer = await home.said("ha_config_remove", kind="automation", ids=["all"])

    assert answer["error"] == "HomeAssistantError"
    assert "not found" in answer["error_text"]


async def test_it_comes_back_by_itself_whatever_restarts(
    home: Speaking, entry: dict[str, Any]
) -> None:
    """Also when the server starts after Core, as it does when the machine starts."""
    before = list(home.told)
    await home.core.restart()
    async with home.serving():
        await home.loaded()
        answer = await home.said("ha_get_state", entity_ids=["light.kitchen_lights"])

    assert "light.kitchen_lights" in answer["content"][0]["text"]
    assert home.told == before


async def test_no_log_shows_the_address(home: Speaking, entry: dict[str, Any]) -> None:
    """It opens the tools to whoever reaches the app's network."""
    (url,) = home.told

    assert url.rpartition("/")[2] not in home.core.log()


async def test_switched_off_it_is_gone_from_home_assistant(
    home: Speaking, entry: dict[str, Any]
) -> None:
    """The message, what the owner had set up with it, and the way in."""
    (url,) = home.told
    async with home.serving(announce_to_assist=False):
        await home.without_entry()
        assert home.told == []
        async with ClientSession() as session, session.post(url, json={}) as answer:
            assert answer.status == 404


async def test_switched_on_again_it_has_another_address(home: Speaking) -> None:
    """Whoever learned the old one is locked out."""
    async with home.serving():
        await home.discovered()

    assert len(home.told) == 1
