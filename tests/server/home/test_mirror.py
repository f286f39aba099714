"""The mirror is whole after one sync, follows every change, and says when it is old."""

import pytest

from fakes.calling import living, until
from fakes.house import FakeHouse
from ha_mcp.home import Home
from ha_mcp.problems import Unreachable


@pytest.fixture
def house() -> FakeHouse:
    """Return a house with a kitchen."""
    house = FakeHouse()
    house.add_area("kitchen", "Kitchen")
    house.add("light.kitchen", "off", area="kitchen", brightness=None)
    house.add("sensor.power", "12", unit_of_measurement="W", device_class="power")
    house.add_action("light.turn_on", target={"entity": [{"domain": ["light"]}]})
    return house


async def test_one_sync_brings_states_registries_and_actions(house: FakeHouse) -> None:
    """A call that comes first waits for it and then has everything."""
    async with living(house) as home:
        state = home.states.one("sensor.power")

        assert state.shown == "12 W"
        assert home.registries.areas["kitchen"].name == "Kitchen"
        assert home.actions.one("light.turn_on").domain == "light"
        assert home.config.time_zone == "Europe/Berlin"


async def test_a_difference_changes_only_what_it_names(house: FakeHouse) -> None:
    """Core sends differences, not states."""
    async with living(house) as home:
        house.set("sensor.power", "13", peak=20)

        state = home.states.one("sensor.power")
        assert state.shown == "13 W"
        assert state.attributes["peak"] == 20
        assert state.attributes["friendly_name"] == "Power"
        assert state.last_changed == house.clock


async def test_an_entity_removed_while_disconnected_is_gone_afterwards(house: FakeHouse) -> None:
    """The first event of a connection is the whole home, not an addition."""
    async with living(house) as home:
        house.cut()
        del house.states["sensor.power"]
        house.restore()
        await until(lambda: home.mirror.synced and "sensor.power" not in home.states)

        assert "light.kitchen" in home.states


async def test_a_lost_connection_makes_the_picture_old_not_empty(house: FakeHouse) -> None:
    """Reading goes on, with a note that says since when."""
    async with living(house) as home:
        house.cut()
        await until(lambda: home.mirror.stale_since is not None)

        await home.awake()

        assert home.states.one("light.kitchen").state == "off"
        assert home.stale_note().startswith("This is how it was at ")


async def test_a_renamed_area_is_seen(house: FakeHouse) -> None:
    """Registry events make their registry stale."""
    async with living(house) as home:
        await until(lambda: home.mirror.complete)
        house.registry["area"][0]["name"] = "Cookery"
        house.fire("area_registry_updated", action="update", area_id="kitchen")

        await until(lambda: home.registries.areas["kitchen"].name == "Cookery")


async def test_one_changed_entry_is_fetched_alone(house: FakeHouse) -> None:
    """A large registry is 4 MB: not for one renamed lamp."""
    async with living(house) as home:
        await until(lambda: home.mirror.complete)
        house.sent.clear()
        house.registry["entity"][0]["name"] = "Big lamp"
        house.registry["entity"][0]["aliases"] = [None, "the sun"]
        house.fire(
            "entity_registry_updated", action="update", entity_id="light.kitchen", changes={}
        )

        await until(lambda: home.registries.entities["light.kitchen"].name == "Big lamp")
        assert home.registries.aliases["light.kitchen"] == ("the sun",)
        assert [kind for kind, _ in house.sent] == ["config/entity_registry/get_entries"]


async def test_without_a_connection_the_first_call_says_why(house: FakeHouse) -> None:
    """There is nothing to answer from yet."""
    house.cut()
    home = Home(house, house)

    with pytest.raises(Unreachable):
        await home.awake()


async def test_an_idle_home_is_parked_and_wakes_at_the_next_call(house: FakeHouse) -> None:
    """A sleeping home costs nothing: no subscription is left."""
    async with living(house, park_after=0.05) as home:
        await until(lambda: not home.mirror.synced)
        assert house.listeners == 0
        house.states["light.kitchen"]["s"] = "on"

        await home.awake()

        assert home.states.one("light.kitchen").state == "on"


async def test_a_part_in_an_unknown_form_costs_only_itself(house: FakeHouse) -> None:
    """Another version of Core must not stop the server."""
    house.answers["person/list"] = lambda _: ["an", "unexpected", "shape"]
    async with living(house) as home:
        await until(lambda: home.mirror.complete)

        assert home.states.one("light.kitchen").state == "off"
        assert any("form not known" in line for line in home.limits())


async def test_a_loss_is_noticed_also_while_something_is_read(house: FakeHouse) -> None:
    """A part that takes long must not keep an old picture looking new."""
    async with living(house) as home:
        await until(lambda: home.mirror.complete)
        house.slow.add("config/area_registry/list")
        house.fire("area_registry_updated", action="update", area_id="kitchen")
        await until(lambda: ("config/area_registry/list", {}) in house.sent[-3:])

        house.cut()

        await until(lambda: home.mirror.stale_since is not None)


async def test_a_part_is_current_until_an_event_is_about_it(house: FakeHouse) -> None:
    """And again when it was read: other events are no matter."""
    async with living(house) as home:
        await until(lambda: home.mirror.complete)
        before = home.mirror.is_current("areas"), home.mirror.is_current("floors")
        house.fire("area_registry_updated", action="update", area_id="kitchen")
        told = home.mirror.is_current("areas"), home.mirror.is_current("floors")
        await until(lambda: home.mirror.is_current("areas"))

    assert before == (True, True)
    assert told == (False, True)


async def test_a_part_that_is_being_read_is_not_current(house: FakeHouse) -> None:
    """What it was is not what it is."""
    async with living(house) as home:
        await until(lambda: home.mirror.complete)
        house.slow.add("config/area_registry/list")
        house.fire("area_registry_updated", action="update", area_id="kitchen")
        await until(lambda: house.sent[-1][0] == "config/area_registry/list")

        assert not home.mirror.is_current("areas")
        assert home.mirror.is_current("floors")


async def test_nothing_is_current_without_a_connection_or_while_parked(house: FakeHouse) -> None:
    """Nobody would hear of a change."""
    async with living(house, park_after=0.2) as home:
        await until(lambda: home.mirror.complete)
        house.cut()
        await until(lambda: home.mirror.stale_since is not None)
        lost = home.mirror.is_current("areas")
        house.restore()
        await until(lambda: home.mirror.is_current("areas"))
        await until(lambda: house.listeners == 0)
        parked = home.mirror.is_current("areas")

    assert not lost
    assert not parked


async def test_what_is_not_announced_to_a_token_is_never_current(house: FakeHouse) -> None:
    """Its changes would be missed."""
    house.unheard.add("area_registry_updated")
    async with living(house) as home:
        await until(lambda: home.mirror.complete)

        assert not home.mirror.is_current("areas")
        assert home.mirror.is_current("floors")
