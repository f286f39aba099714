"""Reading: the home at a glance, one entity in full, many as a table, and what actions take."""

from collections.abc import AsyncIterator

import orjson
import pytest_asyncio

from fakes.calling import ToolCall, caller, living
from fakes.house import FakeHouse
from ha_mcp import tools
from ha_mcp.documents import BESIDE
from ha_mcp.home import SEARCHED
from ha_mcp.toolkit import Catalog


@pytest_asyncio.fixture
async def house() -> FakeHouse:
    """Return a house worth a look."""
    house = FakeHouse()
    house.registry["floor"].append({"floor_id": "ground", "name": "Ground floor"})
    house.add_area("kitchen", "Kitchen", floor_id="ground", temperature_entity_id="sensor.warmth")
    house.add_area("attic", "Attic")
    house.add("light.ceiling", "on", area="kitchen", brightness=128, supported_features=4)
    house.add("light.counter", "off", area="kitchen")
    house.add("sensor.warmth", "21.5", area="kitchen", unit_of_measurement="°C")
    house.add("sensor.remote", "7", unit_of_measurement="%", device_class="battery")
    house.add("binary_sensor.window", "on", area="kitchen", device_class="window")
    house.add("lock.door", "unlocked", name="Front door")
    house.add("update.core", "on", name="Core update")
    house.add("weather.home", "sunny", supported_features=1)
    house.add("media_player.tv", "unavailable")
    number = {"number": {"min": 0, "max": 100, "unit_of_measurement": "%"}}
    house.add_action(
        "light.turn_on",
        target={"entity": [{"domain": ["light"]}]},
        fields={
            "brightness_pct": {"selector": number},
            "advanced": {
                "fields": {"flash": {"selector": {"select": {"options": ["long", "short"]}}}}
            },
        },
    )
    house.add_action("light.turn_off", target={"entity": [{"domain": ["light"]}]})
    house.add_action(
        "weather.get_forecasts", response={"optional": False}, fields={"type": {"required": True}}
    )
    house.effects["weather.get_forecasts"] = lambda _: {
        "weather.home": {"forecast": [{"datetime": "2026-11-21", "temperature": 4}]}
    }
    return house


@pytest_asyncio.fixture
async def call(house: FakeHouse) -> AsyncIterator[ToolCall]:
    """Return what calls a tool in that house."""
    async with living(house) as home:
        yield caller(home)


async def test_the_overview_shows_what_matters(call: ToolCall) -> None:
    """One look: what is on, open, unlocked, low, and where."""
    text = (await call("ha_get_overview")).text

    assert "Test home: Home Assistant 2026.11.0" in text
    assert "1 lights on, 1 of 1 doors and windows open" in text
    assert "open: Window" in text
    assert "unlocked: Front door" in text
    assert "batteries low: Remote 7 %" in text
    assert "updates: Core update" in text
    assert "1 entities unavailable" in text
    assert "Kitchen,Ground floor,4,1/2,1,21.5 °C" in text
    assert "Attic,,0" in text


async def test_an_area_is_shown_with_its_entities(call: ToolCall) -> None:
    """A room in one answer."""
    text = (await call("ha_get_overview", area="kitchen")).text

    assert "Kitchen: 4 entities" in text
    assert "Ceiling,light.ceiling,on" in text


async def test_an_unknown_area_is_an_error_with_the_nearest(call: ToolCall) -> None:
    """Never an empty list."""
    outcome = await call("ha_get_overview", area="kichen")

    assert outcome.failed
    assert "Kitchen (kitchen)" in outcome.text


async def test_one_entity_is_read_in_full(call: ToolCall) -> None:
    """With its place and without what only a user interface needs."""
    lines = (await call("ha_get_state", entity_ids="light.ceiling")).text.splitlines()

    read = orjson.loads(lines[1])
    assert "Europe/Berlin" in lines[0]
    assert read["name"] == "Ceiling"
    assert read["area"] == "Kitchen"
    assert read["attributes"] == {"brightness": 128}


async def test_no_entity_at_all_is_said_to_be_missing(call: ToolCall) -> None:
    """An empty list is a mistake of the caller, not of the server."""
    outcome = await call("ha_get_state", entity_ids=[])

    assert outcome.failed
    assert outcome.text == "invalid: entity_ids is empty"


async def test_a_name_does_as_well_as_an_id(call: ToolCall) -> None:
    """People say names."""
    text = (await call("ha_get_state", entity_ids=["front door"])).text

    assert '"state":"unlocked"' in text


async def test_a_weather_entity_brings_its_forecast(call: ToolCall) -> None:
    """Reading never needs an action."""
    text = (await call("ha_get_state", entity_ids=["weather.home"])).text

    assert '"forecast":[{"datetime":"2026-11-21","temperature":4}]' in text


async def test_many_entities_become_a_table(call: ToolCall, house: FakeHouse) -> None:
    """Six and more are compared, not studied."""
    text = (
        await call("ha_get_state", entity_ids=list(house.states)[:6], attributes=["brightness"])
    ).text

    assert "name,id,state,area,changed,brightness" in text
    assert "Ceiling,light.ceiling,on,Kitchen" in text


async def test_what_is_not_found_is_said_beside_what_is(call: ToolCall) -> None:
    """One typo among several ids costs one line."""
    outcome = await call("ha_get_state", entity_ids=["lock.door", "light.ceilin"])

    assert not outcome.failed
    assert "There is no entity 'light.ceilin'; nearest: light.ceiling" in outcome.text


async def test_an_unknown_entity_alone_is_an_error(call: ToolCall) -> None:
    """With the nearest, and the search that would find it."""
    outcome = await call("ha_get_state", entity_ids=["light.ceilin"])

    assert outcome.failed
    assert "Nearest: light.ceiling" in outcome.text
    assert 'Next: ha_search(query="ceilin")' in outcome.text


async def test_actions_are_listed_by_domain(call: ToolCall) -> None:
    """The first question about actions is which there are."""
    text = (await call("ha_list_actions")).text

    assert "light,turn_off turn_on" in text


async def test_one_action_is_shown_with_its_fields(call: ToolCall) -> None:
    """Also those that the user interface hides in a section."""
    text = (await call("ha_list_actions", action="light.turn_on")).text

    assert '"does":"Turns on one or more lights."' in text
    assert '"target":"entity of light"' in text
    assert "brightness_pct,number 0..100 %,How bright." in text
    assert "flash,one of: long short" in text


async def test_words_find_actions_by_what_they_do(call: ToolCall) -> None:
    """The texts count as well as the ids."""
    text = (await call("ha_list_actions", query="turns lights")).text

    assert text.startswith("1 of 1")
    assert "light.turn_on" in text


async def test_no_matching_action_is_an_error_with_the_nearest(call: ToolCall) -> None:
    """Never an empty list."""
    outcome = await call("ha_list_actions", query="ligt.turn_of")

    assert outcome.failed
    assert "light.turn_off" in outcome.text


async def test_search_finds_by_words_and_says_the_state(call: ToolCall) -> None:
    """No second read is needed."""
    text = (await call("ha_search", query="kitchen lihgts")).text

    assert "Ceiling,light.ceiling,on,Kitchen" in text


async def test_a_state_that_nothing_has_says_what_was_looked_through(call: ToolCall) -> None:
    """An empty answer is an answer, too."""
    text = (await call("ha_search", domain="light", state="unavailable")).text

    assert text.startswith("0 of 2 are unavailable")


async def test_a_cursor_leads_to_the_next_page(call: ToolCall) -> None:
    """Pages are disjoint, and the total stays."""
    first = (await call("ha_search", area="kitchen", type="entity", limit=2)).text.splitlines()
    cursor = first[0].rpartition("next: ")[2]
    second = (
        await call("ha_search", area="kitchen", type="entity", limit=2, cursor=cursor)
    ).text.splitlines()

    assert first[0].startswith("2 of 4")
    assert second[0].startswith("3-4 of 4")
    assert not set(first[2:4]) & set(second[2:4])


async def test_a_cursor_of_another_question_is_refused(call: ToolCall) -> None:
    """A page of something else would be believed."""
    first = (await call("ha_search", area="kitchen", type="entity", limit=2)).text.splitlines()
    cursor = first[0].rpartition("next: ")[2]

    outcome = await call("ha_search", area="attic", limit=2, cursor=cursor)

    assert outcome.text.startswith("invalid: The cursor")


async def test_references_say_what_was_not_searched(call: ToolCall) -> None:
    """Nothing found is not nothing there."""
    text = (await call("ha_get_references", id="sensor.warmth")).text

    assert text.startswith("1 places name Warmth (entity sensor.warmth)")
    assert "area,kitchen,Kitchen,/temperature_entity_id" in text
    assert "not searched:" in text


async def test_references_of_something_unknown_are_an_error(call: ToolCall) -> None:
    """A typo must not look like a thing nobody uses."""
    outcome = await call("ha_get_references", id="sensor.warmt")

    assert outcome.failed
    assert "sensor.warmth" in outcome.text


async def test_a_kind_is_understood_by_other_words(call: ToolCall) -> None:
    """Plurals and Home Assistant's domains mean the same."""
    text = (await call("ha_search", query="kitchen", type=["rooms"])).text

    assert "Kitchen,kitchen,area" in text


def test_the_published_kinds_are_those_that_search_knows() -> None:
    """The enum is written out for the type checker, and must not fall behind."""
    catalog = Catalog.discover(tools)
    search = catalog.get("ha_search").contract()["inputSchema"]["properties"]["type"]
    references = catalog.get("ha_get_references").contract()["inputSchema"]["properties"]["kind"]

    assert search["items"]["enum"] == list(SEARCHED)
    assert set(references["enum"]) == {*SEARCHED, "blueprint", *BESIDE}
