"""History: states, statistics and the logbook, each where it answers best, summed up and paged."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from fakes.calling import ToolCall, caller
from fakes.house import FakeHouse
from fakes.recorder import FakeRecorder
from ha_mcp.home import Home

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 21, 0, 0, tzinfo=BERLIN)


def at(text: str) -> float:
    """Return the timestamp of a local time."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


@pytest.fixture
def house() -> FakeHouse:
    """Return a house whose clock stands."""
    house = FakeHouse()
    house.clock = at("2026-11-01")
    house.add("light.kitchen", "off", name="Kitchen light")
    house.add("person.anna", "home", name="Anna", user_id="abc")
    house.add("lock.door", "locked", name="Door")
    house.add(
        "sensor.warmth", "21.0", name="Warmth", unit_of_measurement="°C", state_class="measurement"
    )
    house.add(
        "sensor.meter", "7", name="Meter", unit_of_measurement="kWh", state_class="total_increasing"
    )
    house.add("sensor.typed", "3", name="Typed", unit_of_measurement="W")
    return house


@pytest.fixture
def recorder(house: FakeHouse) -> FakeRecorder:
    """Return a recorder that knows a few days."""
    recorder = FakeRecorder(house)
    recorder.changes["light.kitchen"] = [
        (at("2026-11-19 12:00"), "off"),
        (at("2026-11-20 18:00"), "on"),
        (at("2026-11-20 20:00"), "off"),
    ]
    recorder.changes["lock.door"] = [(at("2026-11-01 08:00"), "locked")]
    recorder.changes["sensor.typed"] = [
        (at("2026-11-20 10:00"), "0"),
        (at("2026-11-20 19:00"), "100"),
        (at("2026-11-20 20:00"), "unavailable"),
        (at("2026-11-20 20:30"), "50"),
    ]
    recorder.measure("sensor.warmth", unit="°C")
    recorder.measure("sensor.meter", unit="kWh", has_sum=True)
    for hour in range(48):
        start = at("2026-11-19") + hour * 3600
        recorder.points.setdefault("sensor.warmth", []).append(
            (start, {"mean": 20 + hour % 4, "min": 19.0, "max": 24.0})
        )
        change = {"change": 1.0 if hour < 24 else 2.0}
        recorder.points.setdefault("sensor.meter", []).append((start, change))
    return recorder


@pytest_asyncio.fixture
async def call(house: FakeHouse, recorder: FakeRecorder) -> AsyncIterator[ToolCall]:
    """Return what calls a tool in that house."""
    home = Home(house, house, now=NOW.timestamp)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(home.run())
        await home.awake()
        yield caller(home)
        running.cancel()


async def history(call: ToolCall, **arguments: object) -> list[str]:
    """Ask for history and return the lines of the answer."""
    outcome = await call("ha_get_history", **arguments)
    assert not outcome.failed, outcome.text
    return outcome.text.splitlines()


async def test_changes_of_a_light_are_summed_up_and_listed(call: ToolCall) -> None:
    """From and to, how often, how long, then each change with its local time."""
    assert await history(call, entity_ids=["light.kitchen"], start="today") == [
        "Now: Friday 2026-11-20 21:00:00 Europe/Berlin (UTC+01:00)",
        "States between 2026-11-20 00:00 and 2026-11-20 21:00",
        "Over the whole time:",
        "name,id,from,to,changes,time",
        "Kitchen light,light.kitchen,off,off,2,off 19 h on 2 h",
        "Newest first:",
        "2 of 2",
        "time,state",
        "2026-11-20 20:00:00,off",
        "2026-11-20 18:00:00,on",
    ]


async def test_a_number_has_a_mean_weighed_by_time(call: ToolCall) -> None:
    """An hour at 100 counts as much as an hour at 0, and what was unavailable does not count."""
    lines = await history(call, entity_ids=["sensor.typed"], start="2h")

    assert lines[3:5] == [
        "name,id,unit,from,to,mean,min,max,changes,time",
        "Typed,sensor.typed,W,100,50,83.33,50,100,2,unavailable 30 min",
    ]


async def test_an_entity_that_did_not_change_is_said_so(call: ToolCall) -> None:
    """Not an empty list: what was looked at, and what it was throughout."""
    lines = await history(call, entity_ids="lock.door", start="yesterday")

    assert "Door,lock.door,locked,locked,0,locked 1 d" in lines
    assert lines[-1] == "0 changes of lock.door between 2026-11-19 00:00 and 2026-11-20 00:00"


async def test_a_change_not_recorded_yet_is_known_from_the_live_home(
    call: ToolCall, house: FakeHouse
) -> None:
    """The recorder writes every few seconds; somebody who just switched a light asks at once."""
    house.clock = NOW.timestamp() - 3
    house.set("light.kitchen", "on")

    lines = await history(call, entity_ids=["light.kitchen"], start="30m")

    assert lines[-1] == "2026-11-20 20:59:58,on"


async def test_a_change_of_attributes_is_no_change_of_state(
    call: ToolCall, recorder: FakeRecorder
) -> None:
    """Core repeats the state of climate entities when an attribute changes."""
    recorder.changes["lock.door"] += [
        (at("2026-11-20 20:10"), "locked"),
        (at("2026-11-20 20:20"), "unlocked"),
        (at("2026-11-20 20:30"), "unlocked"),
    ]

    lines = await history(call, entity_ids=["lock.door"], start="1h")

    assert lines[-2:] == ["time,state", "2026-11-20 20:20:00,unlocked"]


async def test_nothing_recorded_says_why_where_core_tells(
    call: ToolCall, house: FakeHouse, recorder: FakeRecorder
) -> None:
    """An entity left out of the recorder has no history, which is not the same as no changes."""
    recorder.changes.clear()
    recorder.left_out.add("light.kitchen")

    text = "\n".join(await history(call, entity_ids=["light.kitchen", "lock.door"], start="1h"))

    assert "Nothing is recorded of light.kitchen between" in text
    assert ": left out of the recorder" in text
    assert (
        "Nothing is recorded of lock.door between 2026-11-20 20:00 and 2026-11-20 21:00: new, or"
        in text
    )


async def test_a_core_that_cannot_tell_why_is_not_an_error(
    call: ToolCall, house: FakeHouse, recorder: FakeRecorder
) -> None:
    """Older Cores do not know the command, and others than admins may not ask."""
    recorder.changes.clear()
    del house.answers["recorder/entity_options/get"]

    lines = await history(call, entity_ids=["lock.door"], start="1h")

    assert lines[-1].endswith(": new, or left out of the recorder")


async def test_a_long_time_of_a_sensor_is_answered_by_statistics(call: ToolCall) -> None:
    """Hours instead of a thousand values, and exact figures for the whole."""
    lines = await history(call, entity_ids=["sensor.warmth"], start="yesterday", limit=2)

    assert lines[1:] == [
        "Statistics by hour between 2026-11-19 00:00 and 2026-11-20 00:00",
        "Over the whole time:",
        "name,id,unit,mean,min,max",
        "Warmth,sensor.warmth,°C,21.5,19,24",
        "Newest first:",
        f"2 of 24, next: {lines[6].rpartition(' ')[2]}",
        "time,mean,min,max",
        "2026-11-19 23:00,23,19,24",
        "2026-11-19 22:00,22,19,24",
    ]


async def test_a_sensor_without_statistics_of_that_time_is_answered_by_states(
    call: ToolCall, recorder: FakeRecorder
) -> None:
    """Statistics of a new sensor begin with the next full hour."""
    recorder.points.clear()
    recorder.changes["sensor.warmth"] = [(at("2026-11-20 20:30"), "20.5")]

    lines = await history(call, entity_ids=["sensor.warmth"], start="today")

    assert lines[1].startswith("States between")
    assert lines[4].startswith("Warmth,sensor.warmth,°C,20.5,20.5,20.5")


async def test_sensors_and_switches_are_answered_together(call: ToolCall) -> None:
    """Each from where it is kept; columns that do not apply are left out per row."""
    lines = await history(call, entity_ids=["sensor.meter", "light.kitchen"], start="today")

    assert lines[1].startswith("States and statistics by hour between")
    assert "Meter,sensor.meter,kWh,,,42,," in lines
    assert "Kitchen light,light.kitchen,,off,off,,2,off 19 h on 2 h" in lines
    assert "Kitchen light,2026-11-20 20:00:00,off," in lines
    assert "Meter,2026-11-20 20:00,,2" in lines


async def test_today_is_compared_with_yesterday_until_now(call: ToolCall) -> None:
    """People compare with the same hours of the day before."""
    lines = await history(
        call, entity_ids=["sensor.meter", "light.kitchen"], start="today", compare="previous"
    )

    assert lines[1].endswith("compared with the time between 2026-11-19 00:00 and 2026-11-19 21:00")
    assert "Meter,sensor.meter,kWh,,,42,,,21,+21 (+100%)" in lines
    assert "Kitchen light,light.kitchen,,off,off,,2,off 19 h on 2 h,on 0 s,+2 h" in lines


async def test_means_and_counts_are_compared_where_nothing_adds_up(
    call: ToolCall, recorder: FakeRecorder
) -> None:
    """A temperature by its mean, a lock by how often it changed; what was not there by nothing."""
    recorder.changes["sensor.typed"] = [(at("2026-11-20 12:00"), "first light")]

    lines = await history(
        call,
        entity_ids=["sensor.warmth", "lock.door", "sensor.typed"],
        start="today",
        compare="previous",
    )

    assert "Warmth,sensor.warmth,°C,,,21.43,19,24,,,21.43,+0 (+0%)" in lines
    assert "Door,lock.door,,locked,locked,,,,0,locked 21 h,0,+0" in lines
    assert "Typed,sensor.typed,W,first light,first light,,,,1,first light 9 h,," in lines


async def test_only_the_top_ones_are_kept(call: ToolCall) -> None:
    """Which of these changed the most?"""
    lines = await history(
        call, entity_ids=["lock.door", "light.kitchen", "sensor.typed"], start="2h", top=1
    )

    assert lines[1].endswith(", the top 1 of 3")
    assert lines[4].startswith("Typed,")
    assert "Kitchen light" not in "".join(lines)


async def test_the_logbook_tells_causes(call: ToolCall, recorder: FakeRecorder) -> None:
    """Who or what did it is why people read a logbook."""
    evening = at("2026-11-20 20:00")
    recorder.entries = [
        {
            "when": evening, "entity_id": "light.kitchen", "state": "on",
            "context_event_type": "automation_triggered", "context_name": "Evening",
            "context_source": "sunset",
        },
        {
            "when": evening + 60, "entity_id": "light.kitchen", "state": "off",
            "context_event_type": "call_service", "context_domain": "light",
            "context_service": "turn_off", "context_user_id": "abc",
        },
        {
            "when": evening + 120, "entity_id": "light.kitchen", "state": "on",
            "context_entity_id": "lock.door", "context_state": "unlocked",
        },
        {"when": evening + 180, "entity_id": "light.kitchen", "message": "was repaired"},
        {"when": evening + 240, "entity_id": ["odd"], "state": "on"},
    ]  # fmt: skip

    lines = await history(call, entity_ids=["light.kitchen"], start="today", source="logbook")

    assert lines[1].startswith("Logbook between")
    assert lines[-4:] == [
        "2026-11-20 20:03:00,was repaired,",
        "2026-11-20 20:02:00,on,Door unlocked",
        "2026-11-20 20:01:00,off,action light.turn_off by Anna",
        "2026-11-20 20:00:00,on,automation Evening (sunset)",
    ]


async def test_pages_are_disjoint_and_of_one_moment(
    call: ToolCall, recorder: FakeRecorder, house: FakeHouse
) -> None:
    """What happens between two pages shifts nothing."""
    recorder.changes["light.kitchen"] = [
        (at("2026-11-20 20:00") + number, "on" if number % 2 else "off") for number in range(5)
    ]
    first = await history(call, entity_ids=["light.kitchen"], start="1h", limit=2)
    cursor = first[-4].rpartition("next: ")[2]

    recorder.changes["light.kitchen"].append((NOW.timestamp() + 30, "off"))
    second = await history(call, entity_ids=["light.kitchen"], start="1h", limit=2, cursor=cursor)

    assert first[-2:] == ["2026-11-20 20:00:04,off", "2026-11-20 20:00:03,on"]
    assert second[1].startswith("3-4 of 4")
    assert second[-2:] == ["2026-11-20 20:00:02,off", "2026-11-20 20:00:01,on"]


async def test_too_many_changes_are_bounded_and_said(
    call: ToolCall, recorder: FakeRecorder, house: FakeHouse
) -> None:
    """A meter that reports each second for weeks would be tens of megabytes."""
    start = at("2026-11-10")
    recorder.changes["sensor.typed"] = [
        (start + second, str(second % 7)) for second in range(0, 10 * 86_400, 4)
    ]

    lines = await history(call, entity_ids=["sensor.typed"], start="2w")
    asked = [fields for kind, fields in house.sent if kind == "history/history_during_period"]

    assert any(line.startswith("States only since 2026-11-") for line in lines)
    assert len(asked) < 12


async def test_a_quiet_entity_is_read_in_a_few_questions(call: ToolCall, house: FakeHouse) -> None:
    """Slices grow while little comes."""
    lines = await history(call, entity_ids=["lock.door"], start="90d")

    asked = [fields for kind, fields in house.sent if kind == "history/history_during_period"]
    assert len(asked) < 6
    assert "Door,lock.door,locked,locked,1,locked 19 d 13 h" in lines


async def test_a_period_that_makes_too_many_rows_is_coarser_and_said(call: ToolCall) -> None:
    """By five minutes a year is a hundred thousand rows."""
    lines = await history(call, entity_ids=["sensor.meter"], start="1y", period="5minute")

    assert "By 5minute it would be too many rows: by hour" in lines


async def test_the_energy_dashboard_is_one_word(call: ToolCall, recorder: FakeRecorder) -> None:
    """Flows, costs and devices with their part in it, and what the home used."""
    recorder.measure("sensor.returned", unit="kWh", has_sum=True)
    recorder.measure("sensor.cost", unit="EUR", has_sum=True)
    recorder.measure("sensor.fridge", unit="Wh", has_sum=True)
    for name, change in {"returned": 0.5, "cost": 0.3, "fridge": 0.1}.items():
        recorder.points[f"sensor.{name}"] = [(at("2026-11-20"), {"change": change})]
    recorder.prefs = {
        "energy_sources": [
            {"type": "grid", "stat_energy_from": "sensor.meter", "stat_cost": None,
             "stat_energy_to": "sensor.returned"}
        ],
        "device_consumption": [{"stat_consumption": "sensor.fridge", "name": "Fridge"}],
    }  # fmt: skip
    recorder.cost_sensors = {"sensor.meter": "sensor.cost"}

    lines = await history(call, entity_ids=["energy"], start="today")

    assert lines[3:9] == [
        "name,id,as,unit,change",
        "Meter,sensor.meter,from grid,kWh,42",
        "sensor.returned,sensor.returned,to grid,kWh,0.5",
        "sensor.cost,sensor.cost,cost of grid,EUR,0.3",
        "Fridge,sensor.fridge,device,kWh,0.1",
        "The home used 41.5 kWh: what came in minus what went out",
    ]


async def test_the_top_of_energy_ranks_devices_only(call: ToolCall, recorder: FakeRecorder) -> None:
    """The grid always uses more than the fridge."""
    recorder.measure("sensor.fridge", unit="kWh", has_sum=True)
    recorder.points["sensor.fridge"] = [(at("2026-11-20"), {"change": 0.1})]
    recorder.prefs = {
        "energy_sources": [{"type": "grid", "stat_energy_from": "sensor.warmth"}],
        "device_consumption": [
            {"stat_consumption": "sensor.fridge"},
            {"stat_consumption": "sensor.meter", "name": "Boiler"},
        ],
    }

    lines = await history(call, entity_ids=["energy"], start="today", top=1)

    assert lines[1].endswith("the top 1 of 2")
    assert lines[4] == "Boiler,sensor.meter,device,kWh,42"


async def test_a_statistic_without_an_entity_is_known_by_its_id(
    call: ToolCall, recorder: FakeRecorder
) -> None:
    """Providers import meters as statistics only."""
    recorder.measure("grid:meter_1", unit="kWh", has_sum=True, name="Provider")
    recorder.points["grid:meter_1"] = [(at("2026-11-20 10:00"), {"change": 5.0})]

    lines = await history(call, entity_ids=["grid:meter_1"], start="today")

    assert "Provider,grid:meter_1,kWh,5" in lines


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"entity_ids": ["light.kichen"]}, "Nearest: light.kitchen"),
        ({"entity_ids": []}, "No entity is named"),
        ({"entity_ids": ["grid:meter_2"]}, "There is no statistic 'grid:meter_2'"),
        ({"entity_ids": ["energy"]}, "energy dashboard of this home is not set up"),
        ({"entity_ids": ["energy"], "source": "logbook"}, "energy has statistics only"),
        ({"entity_ids": ["lock.door"], "source": "statistics"}, "no long-term statistics"),
        ({"entity_ids": ["lock.door"], "start": "soon"}, "'soon' is not a time"),
        ({"entity_ids": ["lock.door"], "start": "tomorrow"}, "lies in the future"),
        ({"entity_ids": ["lock.door"], "limit": 0}, "limit"),
        ({"entity_ids": ["lock.door"], "cursor": "50-abcde-19a9f3c2b00"}, "does not belong"),
        ({"entity_ids": [f"light.kitchen_{n}" for n in range(60)]}, "light.kitchen_0"),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value,
)
async def test_what_cannot_be_answered_says_why(
    call: ToolCall, arguments: dict[str, object], said: str
) -> None:
    """An error, never an empty table."""
    outcome = await call("ha_get_history", **arguments)

    assert outcome.failed
    assert said in outcome.text


async def test_many_entities_are_refused(call: ToolCall, house: FakeHouse) -> None:
    """One question stays one answer."""
    for number in range(51):
        house.states[f"light.l{number}"] = {"s": "off", "a": {}, "c": "start", "lc": 1.0}
        house._publish("subscribe_entities", "", {"a": {f"light.l{number}": {"s": "off", "lc": 1}}})

    outcome = await call("ha_get_history", entity_ids=[f"light.l{n}" for n in range(51)])

    assert "51 are too many: at most 50 at once" in outcome.text


async def test_a_night_of_25_hours_shows_which_hour_is_meant(
    call: ToolCall, recorder: FakeRecorder
) -> None:
    """02:30 comes twice in that night."""
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    recorder.changes["light.kitchen"] = [
        (first.timestamp() - 7200, "off"),
        (first.timestamp(), "on"),
        ((first + timedelta(hours=1)).timestamp(), "off"),
    ]

    lines = await history(
        call, entity_ids=["light.kitchen"], start="2026-10-25 00:30", end="2026-10-25 12:00"
    )

    assert "2026-10-25 02:30:00+02:00,on" in lines
