"""Integrations are set up and changed through Home Assistant's own forms, a step per call."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from fakes.calling import ToolCall, caller
from ha_mcp.home import Home
from lab.core import running_core
from live.documents import documents

pytestmark = pytest.mark.live

DERIVATIVE = {
    "source": "sensor.kitchen_temperature",
    "round": 2,
    "unit_time": "h",
    "time_window": {"seconds": 0},
}


@pytest_asyncio.fixture(scope="module")
async def both(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[ToolCall, Home]]:
    """Call tools in the small home."""
    async with (
        running_core(home="demo") as core,
        documents(core, tmp_path_factory.mktemp("state")) as (store, home),
    ):
        yield caller(home, store), home


@pytest.fixture(scope="module")
def call(both: tuple[ToolCall, Home]) -> ToolCall:
    """Return the way to call."""
    return both[0]


@pytest.fixture(scope="module")
def home(both: tuple[ToolCall, Home]) -> Home:
    """Return the home."""
    return both[1]


def flow_of(text: str) -> str:
    """Return the id of the flow in an answer."""
    found = re.search(r"flow_id (\w+)", text)
    assert found, text
    return found[1]


async def titles(home: Home, domain: str) -> list[str]:
    """Return the titles of the entries of an integration."""
    rows: list[dict[str, Any]] = await home.core.command("config_entries/get", domain=domain)
    return [row["title"] for row in rows]


async def test_an_integration_is_added_a_form_at_a_time(call: ToolCall, home: Home) -> None:
    """A wrong field leaves the flow open; the end tells the entry, and that undo cannot help."""
    asked = await call("ha_config_flow", handler="local_todo")
    flow = flow_of(asked.text)
    wrong = await call("ha_config_flow", flow_id=flow, input={"todo_list_nam": "Robot list"})
    done = await call("ha_config_flow", flow_id=flow, input={"todo_list_name": "Robot list"})
    change = re.search(r'"change":"(c\d+)"', done.text)
    assert change, done.text
    undone = await call("ha_undo", changes=[change[1]])
    listed = await call("ha_get_changes", kind="integration")

    assert "todo_list_name,yes,string" in asked.text
    assert wrong.text.startswith("invalid: ")
    assert "Nearest: todo_list_name" in wrong.text
    assert '"state":"loaded"' in done.text
    assert 'ha_config_remove(kind=\\"integration\\") removes it' in done.text
    assert "Robot list" in await titles(home, "local_todo")
    assert undone.text.startswith("unsupported: ")
    assert "Robot list" in listed.text


async def test_a_form_that_is_known_takes_one_call(call: ToolCall, home: Home) -> None:
    """Menus too; and an integration that is there already says so."""
    added = await call("ha_config_flow", handler="moon", input={})
    again = await call("ha_config_flow", handler="moon", input={})
    through_menu = await call(
        "ha_config_flow",
        handler="template",
        input={"next_step_id": "sensor", "name": "Of a menu", "state": "{{ 1 }}"},
    )

    assert '"title":"Moon"' in added.text
    assert again.text.startswith("rejected: ")
    assert "single_instance_allowed" in again.text
    assert not through_menu.failed, through_menu.text
    assert "Of a menu" in await titles(home, "template")


async def test_options_keep_what_is_left_out(call: ToolCall) -> None:
    """And the journal has both sides."""
    made = await call("ha_config_flow", handler="derivative", input={"name": "Rise", **DERIVATIVE})
    assert not made.failed, made.text

    done = await call("ha_config_flow", entry_id="Rise", purpose="options", input={"round": 3})
    shown = await call("ha_config_flow", entry_id="Rise", purpose="options")
    await call("ha_config_flow", flow_id=flow_of(shown.text), abort=True)
    change = re.search(r'"change":"(c\d+)"', done.text)
    assert change, done.text
    noted = await call("ha_get_changes", id=change[1])

    assert re.search(r"source,yes,entity,sensor\.kitchen_temperature", shown.text)
    assert re.search(r"round,yes,number [^,]*,3", shown.text)
    assert "~ /form/round: 2.0 → 3.0" in noted.text
    assert "form init of Rise" in shown.text


async def test_what_home_assistant_refuses_is_told_by_field(call: ToolCall, home: Home) -> None:
    """A flow that this call began is left again."""
    before = await titles(home, "derivative")

    refused = await call(
        "ha_config_flow",
        handler="derivative",
        input={"name": "Bad", **DERIVATIVE, "round": "many"},
    )

    assert refused.text.startswith("invalid: round: ")
    assert await titles(home, "derivative") == before


async def test_an_aborted_flow_is_gone(call: ToolCall, home: Home) -> None:
    """A menu that was opened and left writes nothing."""
    menu = await call("ha_config_flow", handler="template")
    flow = flow_of(menu.text)
    form = await call("ha_config_flow", flow_id=flow, input={"next_step_id": "sensor"})
    before = await titles(home, "template")
    left = await call("ha_config_flow", flow_id=flow, abort=True)
    gone = await call("ha_config_flow", flow_id=flow)

    assert "binary_sensor" in menu.text
    assert "additional_options/availability,,template" in form.text
    assert left.text == "left; nothing was written"
    assert gone.text.startswith("not_found: ")
    assert await titles(home, "template") == before


async def test_what_an_entry_cannot_do_is_said(call: ToolCall) -> None:
    """With what it can; an integration that does not exist with the nearest."""
    no_options = await call("ha_config_flow", entry_id="Chores", purpose="options")
    no_reauth = await call("ha_config_flow", entry_id="Chores", purpose="reauth")
    unknown = await call("ha_config_flow", handler="local_tdo")
    nobody = await call("ha_config_flow", entry_id="Chorse", purpose="options")
    another = await call("ha_config_flow", handler="local_todo", purpose="options")
    reconfigured = await call("ha_config_flow", entry_id="marketplace", purpose="reconfigure")
    await call("ha_config_flow", flow_id=flow_of(reconfigured.text), abort=True)
    waiting = await call("ha_config_flow")

    assert no_options.text.startswith("invalid: Chores (local_todo) has no options")
    assert no_reauth.text.startswith("not_found: Chores does not ask to sign in again")
    assert "local_todo" in unknown.text
    assert another.text.startswith("invalid: purpose needs entry_id")
    assert "Nearest: Chores" in nobody.text
    assert "form reconfigure of" in reconfigured.text
    assert waiting.text.startswith("0 wait ")
