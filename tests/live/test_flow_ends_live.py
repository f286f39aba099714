"""Flows of integrations walked to every end on a real Core, and what the journal has of them."""

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from fakes.calling import ToolCall, caller
from ha_mcp.home import Home
from lab.core import running_core
from live.documents import documents
from live.homes import eventually

pytestmark = pytest.mark.live

HUB = "hub_of_the_lab"
ACCOUNT = {"host": "cellar.local", "password": "old"}


@pytest_asyncio.fixture(scope="module")
async def both(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[ToolCall, Home]]:
    """Call tools in the small home, with Core's own example integration and one of ours."""
    async with running_core(home="demo") as core:
        shutil.copytree(
            Path(__file__).parent / "flows" / "custom_components",
            core.config_dir / "custom_components",
            dirs_exist_ok=True,
        )
        (core.config_dir / "packages" / "flows.yaml").write_text(f"kitchen_sink:\n{HUB}:\n")
        await core.restart()
        async with documents(core, tmp_path_factory.mktemp("state")) as (store, home):
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


def change_of(text: str) -> str:
    """Return the id of the change in an answer."""
    found = re.search(r'"change":"(c\d+)"', text)
    assert found, text
    return found[1]


async def titles(home: Home, domain: str = HUB) -> list[str]:
    """Return the titles of the entries of an integration."""
    rows: list[dict[str, Any]] = await home.core.command("config_entries/get", domain=domain)
    return [row["title"] for row in rows]


async def changes(call: ToolCall) -> int:
    """Count what the journal has."""
    listed = await call("ha_get_changes")
    return int(listed.text.splitlines()[1].partition(" of ")[2].partition(",")[0])


async def test_a_hub_is_added_over_an_error_a_menu_and_the_end(call: ToolCall, home: Home) -> None:
    """Only the end is in the journal, without the password."""
    before = await changes(call)
    form = await call("ha_config_flow", handler=HUB)
    flow = flow_of(form.text)
    wrong = await call("ha_config_flow", flow_id=flow, input={**ACCOUNT, "password": "wrong"})
    menu = await call("ha_config_flow", flow_id=flow, input=ACCOUNT)
    between = await changes(call)
    done = await call("ha_config_flow", flow_id=flow, input={"next_step_id": "now"})
    told = await call("ha_get_changes", id=change_of(done.text))

    assert "error in password: invalid_auth" in wrong.text
    assert "now, pair" in menu.text
    assert between == before
    assert await changes(call) == before + 1
    assert "Hub cellar.local" in await titles(home)
    assert '+ /title: "Hub cellar.local"' in told.text
    assert "old" not in told.text.replace("threshold", "")


async def test_a_device_that_has_to_be_waited_for_ends_by_itself(
    call: ToolCall, home: Home
) -> None:
    """Looking again is what ends it; the journal has it all the same."""
    form = await call("ha_config_flow", handler=HUB)
    flow = flow_of(form.text)
    await call("ha_config_flow", flow_id=flow, input={"host": "shed.local", "password": "new"})
    busy = await call("ha_config_flow", flow_id=flow, input={"next_step_id": "pair"})

    async def ended() -> str:
        told = await call("ha_config_flow", flow_id=flow)
        return "" if "busy" in told.text else told.text

    done = await eventually(ended)

    assert "busy (pairing)" in busy.text
    assert "Hub shed.local" in await titles(home)
    assert "Hub shed.local" in (await call("ha_get_changes", id=change_of(done))).text


async def test_what_was_found_is_shown_and_taken(call: ToolCall, home: Home) -> None:
    """By the flow that Home Assistant began itself."""
    waiting = await call("ha_config_flow")
    row = next(line for line in waiting.text.splitlines() if "Attic hub" in line)
    taken = await call("ha_config_flow", flow_id=row.rpartition(",")[2], input={})
    after = await call("ha_config_flow")

    assert f"{HUB},Attic hub,integration_discovery,confirm," in row
    assert '"state":"loaded"' in taken.text
    assert "Hub attic.local" in await titles(home)
    assert "Attic hub" not in after.text


async def test_signing_in_again(call: ToolCall) -> None:
    """The hub of the attic has an old password; afterwards it asks no more."""
    asked = await call("ha_config_flow", entry_id="Hub attic.local", purpose="reauth")
    done = await call("ha_config_flow", flow_id=flow_of(asked.text), input={"password": "geheim"})
    told = await call("ha_get_changes", id=change_of(done.text))
    again = await call("ha_config_flow", entry_id="Hub attic.local", purpose="reauth")

    assert "form sign_in of Hub attic.local" in asked.text
    assert '"done":"reauth_successful"' in done.text
    assert "Hub attic.local" in told.text
    assert "geheim" not in told.text
    assert again.text.startswith("not_found: ")


async def test_configuring_anew_has_both_titles_in_the_journal(call: ToolCall, home: Home) -> None:
    """As they were and as they are, whatever was sent."""
    asked = await call("ha_config_flow", entry_id="Hub shed.local", purpose="reconfigure")
    done = await call("ha_config_flow", flow_id=flow_of(asked.text), input={"host": "garage.local"})
    told = await call("ha_get_changes", id=change_of(done.text))

    assert "host,yes,string,shed.local" in asked.text
    assert "Hub garage.local" in await titles(home)
    assert '~ /title: "Hub shed.local" → "Hub garage.local"' in told.text
    assert "password" not in told.text


async def test_options_are_read_back(call: ToolCall) -> None:
    """The hub rounds them; the journal has what is there, not what was sent."""
    asked = {"entry_id": "Hub garage.local", "purpose": "options"}
    done = await call("ha_config_flow", **asked, input={"seconds": 47, "pin": "1234"})
    told = await call("ha_get_changes", id=change_of(done.text))
    undone = await call("ha_undo", changes=[change_of(done.text)])
    again = await call("ha_config_flow", **asked)
    await call("ha_config_flow", flow_id=flow_of(again.text), abort=True)

    assert "~ /form/seconds: 30 → 40" in told.text
    assert "1234" not in told.text
    assert "enter what was before in the same form" in undone.text
    assert "seconds,yes,number" in again.text
    assert again.text.splitlines()[2].endswith(",40")


async def test_core_s_own_example_signs_in_and_takes_options(call: ToolCall) -> None:
    """With a form without fields, and one with a section."""

    async def asking() -> str:
        told = await call("ha_config_flow", entry_id="Kitchen Sink", purpose="reauth")
        return "" if told.failed else told.text

    asked = await eventually(asking)
    signed = await call("ha_config_flow", flow_id=flow_of(asked), input={})
    options = await call(
        "ha_config_flow", entry_id="Kitchen Sink", purpose="options", input={"bool": True}
    )

    assert '"done":"reauth_successful"' in signed.text
    assert not options.failed, options.text
    assert re.search(r"kitchen_sink|Kitchen Sink", options.text)


@pytest.mark.parametrize(
    ("entry", "sort", "given", "part"),
    [
        ("Hub garage.local", "room", {"name": "Bench"}, "room: Bench"),
        ("Kitchen Sink", "entity", {"name": "Drip", "state": 3}, "entity: Drip"),
    ],
)
async def test_a_part_is_added(
    call: ToolCall, entry: str, sort: str, given: dict[str, Any], part: str
) -> None:
    """Of ours, and of Core's own example."""
    done = await call(
        "ha_config_flow", entry_id=entry, purpose="subentry", handler=sort, input=given
    )
    told = await call("ha_get_changes", id=change_of(done.text))

    assert not done.failed
    assert part in told.text


@pytest.mark.parametrize(
    "begun",
    [
        {"handler": HUB},
        {"entry_id": "Hub garage.local", "purpose": "options"},
        {"entry_id": "Hub garage.local", "purpose": "reconfigure"},
        {"entry_id": "Hub garage.local", "purpose": "subentry"},
    ],
)
async def test_every_flow_can_be_left(call: ToolCall, begun: dict[str, str]) -> None:
    """Nothing of it is in the journal, and it is gone."""
    before = await changes(call)
    flow = flow_of((await call("ha_config_flow", **begun)).text)
    left = await call("ha_config_flow", flow_id=flow, abort=True)
    again = await call("ha_config_flow", flow_id=flow, abort=True)

    assert left.text == "left; nothing was written"
    assert again.text.startswith("not_found: ")
    assert await changes(call) == before
