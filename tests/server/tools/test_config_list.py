"""What is inside something is listed by its parent; a wrong one is said, with the nearest."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import pytest_asyncio

from fakes.calling import ToolCall, caller, living
from fakes.house import FakeHouse
from ha_mcp.documents import opened

EVENTS = [
    {
        "summary": "Bins",
        "start": {"dateTime": "2026-11-23T07:00:00+01:00"},
        "end": {"dateTime": "2026-11-23T07:10:00+01:00"},
        "uid": "u1",
        "rrule": "FREQ=WEEKLY",
    },
    {
        "summary": "Bins",
        "start": {"dateTime": "2026-11-30T06:00:00+00:00"},
        "end": {"dateTime": "2026-11-30T06:10:00+00:00"},
        "uid": "u1",
        "rrule": "FREQ=WEEKLY",
    },
    {
        "summary": "Fair",
        "start": {"date": "2026-11-28"},
        "end": {"date": "2026-11-30"},
        "uid": None,
        "location": "Hall 3",
    },
]
BOARD = {
    "views": [
        {
            "title": "Home",
            "type": "sections",
            "badges": ["sensor.warmth", {"type": "entity", "entity": "lock.door"}],
            "sections": [
                {
                    "type": "grid",
                    "cards": [
                        {"type": "heading", "heading": "Kitchen"},
                        {
                            "type": "conditional",
                            "card": {"type": "tile", "entity": "light.ceiling"},
                        },
                        {"type": "entities", "entities": ["light.a", {"entity": "light.b"}]},
                    ],
                }
            ],
        }
    ]
}
ENTRIES: list[dict[str, Any]] = [
    {"entry_id": entry_id, "domain": domain, "title": title, "state": "loaded"}
    | {"source": "user", "disabled_by": None, "reason": None, "error_reason_translation_key": None}
    for entry_id, domain, title in (
        ("e1", "hue", "Upstairs"),
        ("e2", "hue", "Downstairs"),
        ("e3", "mqtt", "Broker"),
    )
]


@pytest_asyncio.fixture
async def house() -> FakeHouse:
    """Return a house with something in everything."""
    house = FakeHouse()
    for name in ("family", "work"):
        house.add(f"calendar.{name}")
    house.add("todo.shopping")
    house.add("todo.chores")
    house.add("light.ceiling")
    house.registry["entity"][-1] |= {"config_entry_id": "e1", "device_id": "d1"}
    house.add("light.door")
    house.registry["device"] += [
        {"id": "d1", "name": "Ceiling lamp", "config_entry_id": "e1"},
        {"id": "d2", "name": "Broker box", "config_entry_id": "e3"},
    ]
    house.files["calendars/calendar.family"] = (orjson.dumps(EVENTS), "application/json")
    house.answers["todo/item/list"] = lambda fields: {
        "items": [{"uid": "1", "summary": f"of {fields['entity_id']}", "status": "needs_action"}]
    }
    house.answers["lovelace/dashboards/list"] = lambda _: [
        {"id": "b", "url_path": "my-board", "title": "Board", "mode": "storage"}
    ]
    house.answers["lovelace/config"] = lambda fields: BOARD if fields["url_path"] else None
    house.answers["config_entries/get"] = lambda _: ENTRIES
    return house


@pytest_asyncio.fixture
async def call(house: FakeHouse, tmp_path: Path) -> AsyncIterator[ToolCall]:
    """Call tools in it."""
    async with living(house) as home, opened(home, tmp_path) as store:
        yield caller(home, store)


async def test_each_occurrence_of_a_time_is_a_line(call: ToolCall) -> None:
    """In the order in which they happen, in the time of the home."""
    told = await call(
        "ha_config_list", kind="calendar_event", parent="Family", start="this week", end="31d"
    )

    lines = told.text.splitlines()
    assert lines[0].startswith("Now: ")
    assert "3 of 3 events between 2026-11-16 00:00 and 2026-12-17 00:00" in lines[1]
    assert lines[3:] == [
        'Bins,calendar.family/u1,"Mon 2026-11-23 07:00-07:10, repeats, Family"',
        'Fair,calendar.family/@2026-11-28,"Sat 2026-11-28 to Sun 2026-11-29, Hall 3, Family"',
        'Bins,calendar.family/u1,"Mon 2026-11-30 07:00-07:10, repeats, Family"',
    ]


async def test_a_calendar_that_is_silent_is_named(call: ToolCall) -> None:
    """An empty day and a calendar that cannot be read are not the same."""
    everywhere = await call("ha_config_list", kind="calendar_event", start="next week")
    alone = await call("ha_config_list", kind="calendar_event", parent="work", start="next week")

    assert "not read: calendar.work" in everywhere.text
    assert "Bins" in everywhere.text
    assert alone.text.startswith("not_found: ")


async def test_the_items_of_one_list(call: ToolCall) -> None:
    """And of no other."""
    told = await call("ha_config_list", kind="todo_item", parent="Chores")

    assert "todo.chores/1" in told.text
    assert "todo.shopping" not in told.text


async def test_the_cards_of_a_dashboard_have_the_paths_that_a_patch_takes(call: ToolCall) -> None:
    """Nested ones too; words narrow them."""
    whole = await call("ha_config_list", kind="dashboard", parent="Board")
    kitchen = await call("ha_config_list", kind="dashboard", parent="Board", query="light ceiling")

    assert whole.text == (
        "8 of 8\n"
        "name,path,entity,about\n"
        'Home,/views/0,,"sections view, 2 badges, 1 section"\n'
        ",/views/0/badges/0,sensor.warmth,badge\n"
        ",/views/0/badges/1,lock.door,entity\n"
        ',/views/0/sections/0,,"grid section, 3 cards"\n'
        "Kitchen,/views/0/sections/0/cards/0,,heading\n"
        ",/views/0/sections/0/cards/1,,conditional\n"
        ",/views/0/sections/0/cards/1/card,light.ceiling,tile\n"
        ",/views/0/sections/0/cards/2,light.a +1,entities"
    )
    assert kitchen.text.splitlines()[-1] == "/views/0/sections/0/cards/1/card,light.ceiling,tile"


@pytest.mark.parametrize(
    ("kind", "parent", "there", "elsewhere"),
    [
        ("integration", "hue", "Downstairs,e2", "Broker"),
        ("integration", "Broker", "Broker,e3", "Upstairs"),
        ("device", "hue", "Ceiling lamp,d1", "Broker box"),
        ("device", "e3", "Broker box,d2", "Ceiling lamp"),
        ("entity", "Upstairs", "light.ceiling", "light.door"),
    ],
)
async def test_what_belongs_to_an_integration(
    call: ToolCall, kind: str, parent: str, there: str, elsewhere: str
) -> None:
    """By its domain with all of its entries, or by one entry."""
    told = await call("ha_config_list", kind=kind, parent=parent)

    assert there in told.text
    assert elsewhere not in told.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kind": "calendar_event", "parent": "Famly"}, "calendar.family"),
        ({"kind": "calendar_event", "parent": "light.ceiling"}, "calendar.work"),
        ({"kind": "todo_item", "parent": "Shoping"}, "todo.shopping"),
        ({"kind": "dashboard", "parent": "Bord"}, "my-board"),
        ({"kind": "integration", "parent": "hu"}, "hue"),
        ({"kind": "device", "parent": "upstair"}, "Upstairs"),
        ({"kind": "label", "parent": "x"}, "inside nothing"),
        ({"kind": "todo_item", "start": "today"}, "have no time"),
        ({"kind": "calendar_event", "start": "soon"}, "'soon' is not a time"),
        ({"kind": "calendar_event", "start": "tomorrow", "end": "today"}, "is not before"),
    ],
)
async def test_a_wrong_parent_or_time_is_an_error(
    call: ToolCall, asked: dict[str, str], said: str
) -> None:
    """With the nearest real one: an empty list would look like an empty calendar."""
    told = await call("ha_config_list", **asked)

    assert told.failed
    assert said in told.text
