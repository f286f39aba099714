"""A name means one thing or nothing; a typo never resolves."""

import pytest

from fakes.house import FakeHouse
from ha_mcp.home.names import Names
from ha_mcp.problems import Invalid, NotFound
from server.home.homes import Known


@pytest.fixture
async def names() -> Names:
    """Return the names of two ceilings, one kitchen lamp, and a disabled fan."""
    house = FakeHouse()
    house.registry["floor"].append({"floor_id": "upper", "name": "Upper floor"})
    house.registry["label"].append({"label_id": "xmas", "name": "Christmas"})
    house.add_area("kitchen", "Küche", aliases=["cooking corner"], floor_id="upper")
    house.add_area("hall", "Hall")
    house.add("light.kitchen_ceiling", area="kitchen", name="Ceiling")
    house.add("light.hall_ceiling", area="hall", name="Ceiling")
    house.add("light.kitchen_lamp", area="kitchen", name="Läselampe")
    house.registry["entity"][-1]["aliases"] = [None, "reading light"]
    house.add("switch.plug", name="Plug")
    house.add("light.plug", name="Plug")
    house.add("fan.attic", name="Attic fan")
    house.registry["entity"][-1]["disabled_by"] = "user"
    del house.states["fan.attic"]
    house.registry["device"].append({"id": "d1", "name": "Bridge", "name_by_user": "Hue bridge"})
    return (await Known(house).read()).names


@pytest.mark.parametrize(
    ("text", "entity_id"),
    [
        ("light.kitchen_lamp", "light.kitchen_lamp"),
        (" Light.Kitchen_Lamp ", "light.kitchen_lamp"),
        ("laselampe", "light.kitchen_lamp"),
        ("LAESELAMPE", "light.kitchen_lamp"),
        ("Reading Light", "light.kitchen_lamp"),
        ("fan.attic", "fan.attic"),
        ("Attic fan", "fan.attic"),
    ],
)
async def test_ids_names_and_aliases_mean_an_entity(
    names: Names, text: str, entity_id: str
) -> None:
    """Case and accents do not count."""
    assert names.entity(text) == entity_id


async def test_an_ambiguous_name_lists_the_candidates(names: Names) -> None:
    """The caller chooses, nobody guesses."""
    with pytest.raises(Invalid) as caught:
        names.entity("ceiling")

    assert caught.value.details["similar"] == [
        "Ceiling (light.kitchen_ceiling, Küche)",
        "Ceiling (light.hall_ceiling, Hall)",
    ]


async def test_the_domain_decides_between_equal_names(names: Names) -> None:
    """`light.turn_on` for `Plug` can only mean the light."""
    assert names.entity("Plug", domain="light") == "light.plug"


async def test_a_typo_is_not_found_and_the_nearest_are_named(names: Names) -> None:
    """Acting on the wrong thing is worse than asking again."""
    with pytest.raises(NotFound) as by_id:
        names.entity("light.kitchen_lmap")
    with pytest.raises(NotFound) as by_name:
        names.entity("Laeselamp")

    assert by_id.value.details["similar"][0] == "light.kitchen_lamp"
    assert by_name.value.details["similar"][0] == "Läselampe (light.kitchen_lamp, Küche)"


async def test_some_may_be_known_and_others_not(names: Names) -> None:
    """A list with one mistake still brings the rest."""
    found, problems = names.entities(["laselampe", "light.kitchen_lamp", "nonsense"])

    assert found == ["light.kitchen_lamp"]
    assert [problem.details["which"] for problem in problems] == ["nonsense"]


async def test_places_labels_and_devices_are_named_too(names: Names) -> None:
    """By id, name or alias."""
    assert names.area("kueche") == "kitchen"
    assert names.area("Cooking Corner") == "kitchen"
    assert names.floor("upper FLOOR") == "upper"
    assert names.label("christmas") == "xmas"
    assert names.device("hue bridge") == "d1"


async def test_an_unknown_area_names_the_nearest(names: Names) -> None:
    """The next call can be right."""
    with pytest.raises(NotFound) as caught:
        names.area("kuchee")

    assert caught.value.details == {
        "what": "area",
        "which": "kuchee",
        "similar": ["Küche (kitchen)"],
    }
