"""Triggers and conditions are asked of Core each time they are wanted."""

import asyncio
from typing import Any

import pytest

from fakes.house import FakeHouse
from ha_mcp.documents.platforms import CONDITIONS, TRIGGERS, Platforms, plain_keys
from ha_mcp.problems import Unreachable

ROWS: dict[str, Any] = {"motion.detected": {"fields": {}, "target": {}}, "light.turned_on": {}}


@pytest.fixture
def house() -> FakeHouse:
    """Return a home that describes two triggers."""
    house = FakeHouse()
    house.events["trigger_platforms/subscribe"] = lambda _: ROWS
    return house


async def test_what_core_describes_is_read_and_nothing_stays_open(house: FakeHouse) -> None:
    """One answer is enough."""
    described = await Platforms(house).described(TRIGGERS)

    assert described == ROWS
    assert house.listeners == 0


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("motion.detectd", "motion.detected"),
        ("stat", "state"),
        ("light.turn_on", "light.turned_on"),
    ],
)
async def test_the_nearest_are_of_the_same_domain(house: FakeHouse, key: str, nearest: str) -> None:
    """Else of all, those that Core does not describe too."""
    assert (await Platforms(house).similar(TRIGGERS, key))[0] == nearest


async def test_a_core_that_cannot_tell_what_fits_says_nothing(house: FakeHouse) -> None:
    """An older one does not know the command."""
    assert await Platforms(house).fitting(CONDITIONS, {"area_id": "hall"}) is None


async def test_a_lost_connection_is_not_waited_for(house: FakeHouse) -> None:
    """The answer would have come by it."""
    del house.events["trigger_platforms/subscribe"]
    asked = asyncio.ensure_future(Platforms(house).described(TRIGGERS))
    await asyncio.sleep(0)

    house.cut()

    with pytest.raises(Unreachable):
        await asked


def test_what_an_integration_brings_is_there_with_it() -> None:
    """Core's own are always there."""
    assert "mqtt" in plain_keys(TRIGGERS, {"mqtt"})
    assert "mqtt" not in plain_keys(TRIGGERS, ())
    assert "state" in plain_keys(CONDITIONS, ())
