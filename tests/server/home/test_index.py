"""What changes in the home changes what is found, without building everything anew."""

from typing import Any

import orjson
import pytest

from fakes.house import FakeHouse
from server.home.homes import Known, add_bodies, add_dashboards


@pytest.fixture
def house() -> FakeHouse:
    """Return a home with a lamp on a device in the kitchen."""
    house = FakeHouse()
    house.registry["floor"].append({"floor_id": "upper", "name": "Upper floor"})
    house.registry["label"].append({"label_id": "night", "name": "Night"})
    house.add_area("kitchen", "Kitchen", aliases=["galley"])
    house.add_area("hall", "Hall", floor_id="upper")
    house.add("light.lamp", "on", name="Lamp")
    house.registry["device"].append({"id": "d1", "name": "Luminaire", "area_id": "kitchen"})
    house.registry["entity"][-1]["device_id"] = "d1"
    return house


def _ids(known: Known, query: str) -> list[str]:
    return [hit.id for hit in known.search.find(query).hits]


def _send(known: Known, **event: Any) -> None:
    known.states.receive(orjson.dumps(event))


async def test_a_new_state_is_found(house: FakeHouse) -> None:
    """Also without a registry entry."""
    known = await Known(house).read()

    _send(known, a={"sun.sun": {"s": "up", "a": {"friendly_name": "Daystar"}, "c": "", "lc": 1}})

    assert _ids(known, "daystar") == ["sun.sun"]


async def test_a_new_name_is_found_and_the_old_one_is_not(house: FakeHouse) -> None:
    """The name people see is in the state."""
    known = await Known(house).read()

    _send(known, c={"light.lamp": {"+": {"a": {"friendly_name": "Chandelier"}}}})

    assert _ids(known, "chandelier")[0] == "light.lamp"
    assert known.search.find("chandelier").hits[0].name == "Chandelier"


async def test_a_state_that_only_changes_leaves_the_index_alone(house: FakeHouse) -> None:
    """Twenty-five of them come each second."""
    known = await Known(house).read()
    before = list(known.index.things)

    _send(known, c={"light.lamp": {"+": {"s": "off", "lc": 2}}})

    assert known.index.things == before


async def test_what_is_gone_is_not_found(house: FakeHouse) -> None:
    """Neither state nor entry is left."""
    known = await Known(house).read()
    house.registry["entity"].clear()

    await known.registries.fetch_entities(house)
    known.index.reconcile()
    _send(known, r=["light.lamp"])

    assert _ids(known, "light.lamp") == []


async def test_a_device_that_moves_takes_its_entities_along(house: FakeHouse) -> None:
    """Area and floor are those of the device."""
    known = await Known(house).read()
    house.registry["device"][0]["area_id"] = "hall"

    await known.registries.fetch_devices(house)
    known.index.reconcile()

    assert _ids(known, "lamp galley")[:1] != ["light.lamp"]
    assert known.search.find(areas="hall", domains="light").hits[0].id == "light.lamp"
    assert known.search.find(floors="upper floor", types="entity").total == 1
    assert known.search.find(areas="kitchen", types="entity").total == 0


async def test_a_renamed_area_is_found_by_its_new_name_only(house: FakeHouse) -> None:
    """And so is what lies in it."""
    known = await Known(house).read()
    house.registry["area"][0] |= {"name": "Scullery", "aliases": []}

    await known.registries.fetch_areas(house)
    known.index.reconcile()

    assert _ids(known, "scullery") == ["kitchen", "light.lamp", "d1"]
    assert _ids(known, "galley") == []


async def test_an_area_that_moves_to_another_floor(house: FakeHouse) -> None:
    """Its entities and devices go along."""
    known = await Known(house).read()
    house.registry["area"][0]["floor_id"] = "upper"

    await known.registries.fetch_areas(house)
    known.index.reconcile()

    found = {hit.id for hit in known.search.find(floors="upper").hits}
    assert found == {"upper", "hall", "kitchen", "light.lamp", "d1"}


async def test_labels_and_aliases_are_followed(house: FakeHouse) -> None:
    """They come with the registry, aliases a little later."""
    known = await Known(house).read()
    house.registry["entity"][0] |= {"labels": ["night"], "aliases": ["glimmer"]}

    await known.registries.fetch_entities(house)
    await known.registries.fetch_aliases(house, known.registries.entities)
    known.index.reconcile()

    assert known.search.find(labels="night", types="entity").hits[0].id == "light.lamp"
    assert _ids(known, "glimmer") == ["light.lamp"]


async def test_an_entity_that_was_renamed_has_its_new_id_only(house: FakeHouse) -> None:
    """The old id is nobody's."""
    known = await Known(house).read()
    house.registry["entity"][0]["entity_id"] = "light.beacon"

    await known.registries.fetch_entities(house)
    _send(known, r=["light.lamp"])
    known.index.reconcile()

    assert _ids(known, "beacon") == ["light.beacon"]
    assert "light.lamp" not in _ids(known, "lamp")


async def test_a_changed_body_is_found_by_its_new_words(house: FakeHouse) -> None:
    """The old ones are forgotten."""
    bodies = {"automation.a": {"id": "1", "alias": "A", "description": "marzipan"}}
    add_bodies(house, "automation", bodies)
    known = await Known(house).read()
    assert _ids(known, "marzipan") == ["automation.a"]
    bodies["automation.a"]["description"] = "nougat"

    await known.bodies.refresh("automations", [{}])

    assert _ids(known, "nougat") == ["automation.a"]
    assert _ids(known, "marzipan") == []


async def test_a_dashboard_that_is_removed_is_not_found(house: FakeHouse) -> None:
    """It has no entity that would go."""
    add_dashboards(house, {"wall-panel": {"title": "Wall panel"}})
    known = await Known(house).read()
    assert _ids(known, "wall panel") == ["wall-panel"]
    add_dashboards(house, {})

    await known.bodies.refresh("dashboards")

    assert _ids(known, "wall panel") == []


async def test_many_changes_do_not_make_the_index_grow_for_ever(house: FakeHouse) -> None:
    """The dead are swept out."""
    known = await Known(house).read()

    for number in range(100):
        _send(known, c={"light.lamp": {"+": {"a": {"friendly_name": f"Lamp {number}"}}}})
    known.index.reconcile()

    assert len(known.index.things) == len(known.index)
    assert _ids(known, "lamp 99")[0] == "light.lamp"
