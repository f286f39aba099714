"""A call is answered from the home as it is known, and says so when that is not how it is now."""

import pytest

from fakes.calling import living, until
from fakes.house import FakeHouse
from ha_mcp.answering import answering
from ha_mcp.home import Home
from ha_mcp.problems import Unreachable
from ha_mcp.toolkit import Call, Risk, tool


@tool(title="Count", risk=Risk.READ)
async def ha_count(home: Home) -> str:
    """Count what there is."""
    return f"{len(home.states)} entities"


@pytest.fixture
def house() -> FakeHouse:
    """Give the house one lamp."""
    house = FakeHouse()
    house.add("light.lamp", "on")
    return house


async def test_a_current_picture_needs_no_words(house: FakeHouse) -> None:
    """The answer is the tool's."""
    async with living(house) as home:
        outcome = await answering(home)(Call(ha_count, {}, {Home: home}))

    assert outcome.text == "1 entities"


async def test_an_old_picture_is_answered_from_with_its_time(house: FakeHouse) -> None:
    """While Home Assistant restarts, an assistant still knows the home."""
    async with living(house) as home:
        house.cut()
        await until(lambda: not home.mirror.synced)
        outcome = await answering(home)(Call(ha_count, {}, {Home: home}))

    first, rest = outcome.text.split("\n")
    assert "has not been reachable since" in first
    assert rest == "1 entities"


async def test_without_any_picture_the_problem_is_told(house: FakeHouse) -> None:
    """There is nothing to answer from yet."""
    house.cut()
    home = Home(house, house)

    with pytest.raises(Unreachable):
        await answering(home)(Call(ha_count, {}, {Home: home}))
