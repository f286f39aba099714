"""What a flow asks of a person or a model is said in words that can be followed."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fakes.calling import ToolCall, caller, living
from fakes.house import FakeHouse
from ha_mcp.documents import opened
from ha_mcp.problems import Unreachable

START = "config/config_entries/flow"


class FlowHouse(FakeHouse):
    """A house whose integrations answer with what a test puts in."""

    def __init__(self) -> None:
        super().__init__()
        self.posts: dict[str, Any] = {}
        self.left: list[str] = []
        self.asked: list[str] = []
        self.entry = {"entry_id": "e1", "domain": "hub", "title": "Hub", "state": "loaded"}
        self.answers["config_entries/get_single"] = lambda _: {
            "config_entry": {**self.entry, "num_subentries": 0}
        }
        self.files[f"{START.removesuffix('flow')}flow_handlers"] = (b'["hub"]', "application/json")
        self.answers["config_entries/flow/progress"] = lambda _: [
            {
                "flow_id": "f9",
                "handler": "hub",
                "step_id": "confirm",
                "context": {"source": "zeroconf", "title_placeholders": {"name": "Attic hub"}},
            }
        ]

    async def post_json(self, path: str, body: Any) -> Any:
        """Answer a step."""
        self.asked.append(path)
        if isinstance(self.posts[path], Exception):
            raise self.posts[path]
        return {"flow_id": "f1", "handler": "hub", **self.posts[path]}

    async def get_json(self, path: str, **query: str) -> Any:
        """Show where a flow is."""
        self.asked.append(path)
        return await super().get_json(path, **query)

    async def delete(self, path: str) -> Any:
        """Leave a flow."""
        self.left.append(path)


@pytest.fixture
def house() -> FlowHouse:
    """Return the house."""
    return FlowHouse()


@pytest.fixture
async def call(house: FlowHouse, tmp_path: Path) -> AsyncIterator[ToolCall]:
    """Call tools in it."""
    async with living(house) as home, opened(home, tmp_path) as store:
        yield caller(home, store)


async def test_what_was_discovered_is_listed(call: ToolCall) -> None:
    """With the flow to go on with."""
    assert (await call("ha_config_flow")).text == (
        "1 wait to be set up or signed in to\n"
        "integration,name,found by,step,flow_id\n"
        "hub,Attic hub,zeroconf,confirm,f9"
    )


async def test_a_person_is_sent_to_a_browser(call: ToolCall, house: FlowHouse) -> None:
    """Or asked to wait and look again."""
    house.posts[START] = {"type": "external", "url": "https://hub.example/login"}
    external = await call("ha_config_flow", handler="hub")
    house.posts[START] = {"type": "progress", "progress_action": "pair"}
    busy = await call("ha_config_flow", handler="hub")

    assert "a person has to open https://hub.example/login" in external.text
    assert "busy (pair)" in busy.text


async def test_an_integration_that_asks_nothing_is_there_at_once(
    call: ToolCall, house: FlowHouse
) -> None:
    """Which is said, because nobody confirmed it."""
    house.posts[START] = {"type": "create_entry", "title": "Hub", "result": house.entry}

    added = await call("ha_config_flow", handler="hub")

    assert '"entry_id":"e1"' in added.text
    assert "it was added at once" in added.text


async def test_an_error_keeps_the_form_open(call: ToolCall, house: FlowHouse) -> None:
    """With the reason before the fields."""
    form = {"type": "form", "step_id": "user", "data_schema": [{"name": "host", "type": "string"}]}
    house.posts[START] = form
    house.posts[f"{START}/f1"] = form | {"errors": {"host": "cannot_connect"}}

    told = await call("ha_config_flow", handler="hub", input={"host": "x"})

    assert told.text.startswith("error in host: cannot_connect\n")
    assert "flow_id f1: form user of hub" in told.text
    assert house.left == []


async def test_a_first_form_that_is_answered_wrong_is_left(
    call: ToolCall, house: FlowHouse
) -> None:
    """Nobody knows its id, so nobody could."""
    house.posts[START] = {
        "type": "form",
        "step_id": "user",
        "data_schema": [{"name": "host", "type": "string"}],
    }

    refused = await call("ha_config_flow", handler="hub", input={"hots": "x"})

    assert refused.text.startswith("invalid: The form user has no field 'hots'")
    assert house.left == [f"{START}/f1"]


async def test_the_journal_has_the_intent_before_and_what_is_there_after(
    call: ToolCall, house: FlowHouse
) -> None:
    """A form that only was looked at leaves nothing in it."""
    form = {"type": "form", "step_id": "user", "data_schema": [{"name": "host", "type": "string"}]}
    house.posts[START] = form
    await call("ha_config_flow", handler="hub")
    looked = await call("ha_get_changes")
    sent = {**house.entry, "title": "As it was sent"}
    house.posts[START] = {"type": "create_entry", "title": "Sent", "result": sent}
    house.entry["title"] = "As it came out"
    await call("ha_config_flow", handler="hub")
    noted = await call("ha_get_changes")

    assert "\n0 of 0" in looked.text
    lines = [one["service_data"]["message"] for kind, one in house.sent if kind == "call_service"]
    assert lines == ["set up integration As it came out"]
    assert "As it came out" in noted.text
    assert "As it was sent" not in noted.text


async def test_a_journal_that_cannot_be_written_stops_it_before_home_assistant(
    house: FlowHouse, tmp_path: Path
) -> None:
    """Not even a form is opened: some integrations are there at once."""
    (tmp_path / "file").write_text("no folder")
    house.posts[START] = {"type": "create_entry", "title": "Hub", "result": house.entry}

    async with living(house) as home, opened(home, tmp_path / "file") as store:
        told = await caller(home, store)("ha_config_flow", handler="hub")

    assert told.text.startswith("unreachable: The journal of changes cannot be used")
    assert START not in house.asked


async def test_a_connection_that_breaks_leaves_what_was_intended(
    call: ToolCall, house: FlowHouse
) -> None:
    """Whether it was the last step is not known, and that is said."""
    house.posts[START] = Unreachable("It is gone", sent=True)
    told = await call("ha_config_flow", handler="hub")
    noted = await call("ha_get_changes")
    house.posts[START] = Unreachable("It was never there")
    never = await call("ha_config_flow", handler="hub")
    after = await call("ha_get_changes")

    assert "Whether it was written is not known: It is gone" in told.text
    assert "not known whether it was applied" in noted.text
    assert never.text.startswith("unreachable: It was never there")
    assert "\n1 of 1" in after.text


async def test_a_flow_is_left_without_looking_at_it(call: ToolCall, house: FlowHouse) -> None:
    """Looking at one that is busy may be what ends it."""
    house.asked.clear()
    left = await call("ha_config_flow", flow_id="f9", abort=True)

    assert left.text == "left; nothing was written"
    assert house.left == [f"{START}/f9"]
    assert house.asked == []
