"""Filters and states narrow a search; a wrong one is an error, never an empty list."""

from typing import Any

import pytest

from fakes.house import FakeHouse
from ha_mcp.home.finding.search import Search
from ha_mcp.problems import Invalid, NotFound
from server.home.homes import Known, add_bodies, add_dashboards, add_helper, add_scene


@pytest.fixture
async def house() -> FakeHouse:
    """Return two rooms with a little of everything."""
    house = FakeHouse()
    house.registry["floor"].append({"floor_id": "ground", "name": "Ground floor"})
    house.registry["label"].append({"label_id": "holiday", "name": "Holiday lights"})
    house.add_area("kitchen", "Kitchen", aliases=["galley"], floor_id="ground")
    house.add_area("attic", "Attic")
    house.add("light.counter", "on", area="kitchen", name="Counter")
    house.add("light.attic", "off", area="attic", name="Attic light")
    house.add("binary_sensor.window", "off", area="kitchen", name="Window", device_class="window")
    house.add("cover.blind", "open", area="attic", name="Blind")
    house.add("sensor.power", "12.5", area="kitchen", name="Power", unit_of_measurement="W")
    house.add("media_player.radio", "playing", area="kitchen", name="Radio on the desk")
    spare: dict[str, dict[str, Any]] = {
        "light.porch_spare": {"hidden_by": "user"},
        "light.garage_spare": {"disabled_by": "user"},
        "sensor.spare_signal": {"entity_category": "diagnostic"},
        "light.spare": {"labels": ["holiday"]},
    }
    for entity_id, change in spare.items():
        house.add(entity_id)
        house.registry["entity"][-1] |= change
    del house.states["light.garage_spare"]
    add_bodies(house, "automation", {"automation.night": {"alias": "Night on", "id": "1"}})
    add_scene(house, "scene.cosy", "Cosy", ["light.counter"])
    add_helper(house, "input_boolean", {"id": "guests", "name": "Guests"})
    add_dashboards(house, {"wall-panel": {"title": "Wall panel", "views": []}})
    return house


@pytest.fixture
async def search(house: FakeHouse) -> Search:
    """Return the search of that home."""
    return (await Known(house).read()).search


def _ids(search: Search, query: str = "", **filters: Any) -> set[str]:
    return {hit.id for hit in search.find(query, **filters).hits}


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"areas": "galley", "domains": "light"}, {"light.counter"}),
        ({"areas": ["Attic", "kitchen"], "domains": "lights"}, {"light.counter", "light.attic"}),
        ({"floors": "ground floor", "domains": ["lamp"]}, {"light.counter"}),
        ({"labels": "Holiday Lights", "types": "entity"}, {"light.spare"}),
        ({"device_classes": "windows"}, {"binary_sensor.window"}),
        ({"types": "scenes"}, {"scene.cosy"}),
        ({"types": "input_boolean"}, {"input_boolean.guests"}),
        ({"types": "card"}, {"wall-panel"}),
        ({"types": "lights", "areas": "attic"}, {"light.attic"}),
        ({"types": ["area"]}, {"kitchen", "attic"}),
        ({"integrations": "input_boolean"}, {"input_boolean.guests"}),
        ({"state": "playing"}, {"media_player.radio"}),
        ({"state": "<20"}, {"sensor.power"}),
        ({"state": "open"}, {"cover.blind"}),
        ({"state": "active", "areas": "kitchen"}, {"light.counter", "media_player.radio"}),
        ({"state": "off", "device_classes": "window"}, {"binary_sensor.window"}),
    ],
)
async def test_filters_take_ids_names_and_other_words(
    search: Search, filters: dict[str, Any], ids: set[str]
) -> None:
    """One or several of each, and all of them together."""
    assert _ids(search, **filters) == ids


@pytest.mark.parametrize(
    ("filters", "what", "similar"),
    [
        ({"areas": "kichen"}, "area", "Kitchen (kitchen)"),
        ({"floors": "grund floor"}, "floor", "Ground floor (ground)"),
        ({"labels": "holidays"}, "label", "Holiday lights (holiday)"),
        ({"domains": "ligth"}, "domain", "light"),
        ({"device_classes": "windw"}, "device class", "window"),
        ({"integrations": "input_bolean"}, "integration", "input_boolean"),
        ({"types": "dashbord"}, "kind", "dashboard"),
    ],
)
async def test_an_unknown_value_names_the_nearest(
    search: Search, filters: dict[str, Any], what: str, similar: str
) -> None:
    """An empty list would say that the home has none."""
    with pytest.raises(NotFound) as caught:
        search.find("light", **filters)

    assert caught.value.details["what"] == what
    assert similar in caught.value.details["similar"]


async def test_a_domain_that_this_home_has_not_is_no_typo(search: Search) -> None:
    """There are just none."""
    assert search.find(domains="vacuum").total == 0


async def test_asking_for_nothing_is_refused(search: Search) -> None:
    """Everything is no answer."""
    with pytest.raises(Invalid, match="needs words"):
        search.find("  ")


async def test_a_kind_that_search_does_not_know_is_refused(search: Search) -> None:
    """Backups are listed elsewhere."""
    with pytest.raises(Invalid) as caught:
        search.find("old", types="backup")

    assert "dashboard" in caught.value.details["similar"]


async def test_none_of_those_looked_through(search: Search) -> None:
    """0 of 1 windows open: that is an answer."""
    found = search.find("open windows")

    assert (found.total, found.looked_through, found.condition) == (0, 1, "open")


async def test_state_words_are_words_again_where_no_state_is_meant(search: Search) -> None:
    """Names contain them too."""
    assert search.find("night on").hits[0].id == "automation.night"
    assert search.find("radio on the desk").hits[0].id == "media_player.radio"


async def test_hidden_disabled_and_diagnostic_ones_are_left_out_and_counted(
    search: Search,
) -> None:
    """The answer says that there is more."""
    found = search.find("spare")

    assert [hit.id for hit in found.hits] == ["light.spare"]
    assert found.left_out == 3


async def test_they_are_shown_when_asked_for(search: Search) -> None:
    """By a flag, by their whole name, by their id; and flagged."""
    flagged = search.find("spare", include_hidden=True)
    named = search.find("Porch Spare").hits[0]
    by_id = search.find("light.garage_spare").hits[0]

    assert flagged.total == 4
    assert flagged.hits[0].id == "light.spare"
    assert (named.id, named.note) == ("light.porch_spare", "hidden")
    assert (by_id.id, by_id.note, by_id.state) == ("light.garage_spare", "disabled", None)


async def test_people_are_at_home_or_away(house: FakeHouse) -> None:
    """The word is part of many names, and a state only of people."""
    house.add("person.ann", "home", name="Ann")
    house.add("person.bob", "not_home", name="Bob")
    house.add("switch.home_cinema", "on", name="Home cinema")
    search = (await Known(house).read()).search

    assert _ids(search, "who is home?") == {"person.ann"}
    assert _ids(search, "is anyone away") == {"person.bob"}
    assert search.find("home cinema").hits[0].id == "switch.home_cinema"


async def test_words_that_nothing_has_are_named(search: Search) -> None:
    """The rest is found, and it is said that it is only the rest."""
    found = search.find("kitchen fluxcapacitor")

    assert found.hits[0].id == "kitchen"
    assert found.loose
    assert found.unmatched == ("fluxcapacitor",)


async def test_nonsense_finds_nothing(search: Search) -> None:
    """No lottery of substrings."""
    assert search.find("oun").total == 0
    assert search.find("qqqqq").total == 0


async def test_a_search_before_all_bodies_are_read_says_so(house: FakeHouse) -> None:
    """A partial result is flagged."""
    known = Known(house)
    known.index.reconcile()

    assert "still being read" in known.search.find("night").partial
