"""Trying things out: a template's answer is short and typed, an event is fired once or refused."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import orjson
import pytest
import pytest_asyncio

from fakes.calling import ToolCall, caller, living
from fakes.house import FakeHouse
from ha_mcp.problems import Unreachable


class DevelopersHouse(FakeHouse):
    """A house that renders every template to what a test says."""

    def __init__(self) -> None:
        """Start with a constant."""
        super().__init__()
        self.rendered: dict[str, Any] = {"result": 3, "listeners": {}}
        self.answers["fire_event"] = lambda fields: {"context": {"id": "ctx7"}}

    async def subscribe(
        self, kind: str, listener: Callable[[bytes], None], /, **fields: Any
    ) -> Callable[[], Awaitable[None]]:
        """Answer templates."""
        stop: Callable[[], Awaitable[None]] = await super().subscribe(kind, listener, **fields)
        if kind == "render_template":
            listener(orjson.dumps(self.rendered))
        return stop


@pytest_asyncio.fixture
async def house() -> DevelopersHouse:
    """Return the house."""
    return DevelopersHouse()


@pytest_asyncio.fixture
async def call(house: DevelopersHouse) -> AsyncIterator[ToolCall]:
    """Return what calls a tool in that house."""
    async with living(house) as home:
        yield caller(home)


@pytest.mark.parametrize(
    ("result", "listeners", "told"),
    [
        (3, {}, "number; updates with nothing: it is constant\n3"),
        (True, {"time": True}, "true or false; updates with the time, each minute\ntrue"),
        ("warm", {"entities": ["sensor.a"]}, "text; updates with sensor.a\nwarm"),
        ([1, "b"], {"domains": ["light"]}, 'list of 2; updates with all of light\n[1,"b"]'),
        ({"a": None}, {}, 'object of 1; updates with nothing: it is constant\n{"a":null}'),
        (None, {}, "nothing; updates with nothing: it is constant\nnull"),
    ],
)
async def test_a_template_is_told_with_its_type(
    call: ToolCall, house: DevelopersHouse, result: Any, listeners: dict[str, Any], told: str
) -> None:
    """A number that is text is a common mistake."""
    house.rendered = {"result": result, "listeners": listeners}

    assert (await call("ha_eval_template", template="{{ x }}")).text == told


async def test_a_template_that_follows_everything_is_warned_of(
    call: ToolCall, house: DevelopersHouse
) -> None:
    """It renders at each of thousands of changes."""
    house.rendered = {"result": 7000, "listeners": {"all": True}}

    assert "name entities or a domain" in (await call("ha_eval_template", template="{{ 1 }}")).text


async def test_a_long_result_is_cut_and_says_how_long_it_is(
    call: ToolCall, house: DevelopersHouse
) -> None:
    """A list of all states is larger than a conversation."""
    house.rendered = {"result": "x" * 50_000, "listeners": {}}

    text = (await call("ha_eval_template", template="{{ 1 }}")).text

    assert len(text) < 8_200
    assert text.endswith("… cut: 50000 characters in all")


async def test_an_event_is_fired_with_its_data(call: ToolCall, house: DevelopersHouse) -> None:
    """The context finds what it caused."""
    outcome = await call("ha_fire_event", event_type="doorbell", data='{"door": "front"}')

    assert outcome.text == "doorbell was fired, context ctx7"
    assert house.sent[-1] == (
        "fire_event", {"event_type": "doorbell", "event_data": {"door": "front"}}
    )  # fmt: skip


@pytest.mark.parametrize(
    "event_type",
    [
        "state_changed", "call_service", "homeassistant_stop", "entity_registry_updated",
        "automation_triggered", "user_removed", "*", " state_changed ",
    ],
)  # fmt: skip
async def test_cores_own_events_are_refused(
    call: ToolCall, house: DevelopersHouse, event_type: str
) -> None:
    """Integrations would believe them."""
    outcome = await call("ha_fire_event", event_type=event_type)

    assert outcome.text.startswith("forbidden: ")
    assert "fire_event" not in [kind for kind, _ in house.sent]


@pytest.mark.parametrize(
    "arguments",
    [
        {"event_type": "doorbell", "data": [1]},
        {"event_type": "doorbell", "data": "[1]"},
        {"event_type": ""},
        {"event_type": "x" * 65},
    ],
)
async def test_what_is_no_event_is_invalid(
    call: ToolCall, house: DevelopersHouse, arguments: dict[str, Any]
) -> None:
    """Event data is an object."""
    outcome = await call("ha_fire_event", **arguments)

    assert outcome.text.startswith("invalid: ")
    assert "fire_event" not in [kind for kind, _ in house.sent]


async def test_an_event_that_may_have_been_fired_is_not_fired_again(
    call: ToolCall, house: DevelopersHouse
) -> None:
    """A doorbell that rings twice is a second visitor."""

    def lost(_fields: dict[str, Any]) -> None:
        raise Unreachable("The connection was lost", sent=True)

    house.answers["fire_event"] = lost

    outcome = await asyncio.wait_for(call("ha_fire_event", event_type="doorbell"), 5)

    assert outcome.failed
    assert [kind for kind, _ in house.sent].count("fire_event") == 1
