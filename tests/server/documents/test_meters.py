"""The energy dashboard counts with meters alone."""

from typing import Any

import pytest

from fakes.calling import living
from fakes.house import FakeHouse
from ha_mcp.documents.kinds._meters import unfit

METER = {"device_class": "energy", "state_class": "total_increasing"}


@pytest.mark.parametrize(
    ("attributes", "row", "words"),
    [
        (METER, {"type": "grid", "stat_energy_from": "sensor.one"}, ""),
        (METER, {"type": "gas", "stat_energy_from": "sensor.one"}, ""),
        (METER, {"type": "water", "stat_energy_from": "sensor.one"}, "not water"),
        (METER, {"type": "solar", "stat_rate": "sensor.one"}, "not power"),
        ({"device_class": "power", "state_class": "measurement"},
         {"type": "solar", "stat_rate": "sensor.one"}, ""),
        (METER | {"state_class": "measurement"},
         {"type": "grid", "stat_energy_to": "sensor.one"}, "does not count"),
        ({"device_class": "power"}, {"type": "solar", "stat_rate": "sensor.one"}, "no statistics"),
        ({}, {"type": "battery", "stat_energy_from": "sensor.one"}, "class none, not energy"),
        (METER, {"type": "grid", "stat_energy_from": "sensor.elsewhere"}, ""),
    ],
)  # fmt: skip
async def test_what_counts_nothing_is_named(
    attributes: dict[str, Any], row: dict[str, Any], words: str
) -> None:
    """What was there before is not said again."""
    house = FakeHouse()
    house.add("sensor.one", "1", **attributes)
    body = {"energy_sources": [row]}

    async with living(house) as home:
        found = unfit(home, body, {})
        again = unfit(home, body, body)

    assert [words in one.message for one in found] == ([True] if words else [])
    assert again == []
