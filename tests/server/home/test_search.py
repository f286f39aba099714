"""What is asked for is found, and first."""

import pytest

from ha_mcp.home.finding.search import Search
from lab.homes.bodies import ONLY_IN_A_BODY, SAYS_IT
from lab.homes.plan import make_plan
from server.home.homes import Known, large_home
from server.home.searches import FIRST, FIRST_FIVE


@pytest.fixture(scope="module")
async def search() -> Search:
    """Return the search of the large home: 6,600 entities."""
    return (await Known(large_home()).read()).search


@pytest.mark.parametrize(("query", "expected"), FIRST)
async def test_the_expected_answer_is_first(search: Search, query: str, expected: str) -> None:
    """Nobody reads a second page."""
    assert search.find(query).hits[0].id == expected


@pytest.mark.parametrize(("query", "expected"), FIRST_FIVE)
async def test_the_expected_answer_is_among_the_first_five(
    search: Search, query: str, expected: str
) -> None:
    """Where several are right, the one in mind is on top."""
    assert expected in [hit.id for hit in search.find(query).hits[:5]]


@pytest.mark.parametrize(
    "query", ["batteries below 20", "battery under 20 %", "Batterien unter 20", "battery < 20"]
)
async def test_low_batteries_are_those_of_the_plan(search: Search, query: str) -> None:
    """All of them, diagnostic as they are, the emptiest first, and nothing else."""
    found = search.find(query)
    levels = [float((hit.state or "").split()[0]) for hit in found.hits]

    assert {hit.id for hit in found.hits} == set(make_plan().low_batteries(20))
    assert levels == sorted(levels)
    assert found.condition == "<20"


async def test_plain_batteries_begin_with_the_emptiest(search: Search) -> None:
    """Who asks for batteries wants to know which to change."""
    first = search.find("batteries").hits[:10]
    levels = [float((hit.state or "").split()[0]) for hit in first]

    assert levels == sorted(levels)
    assert {hit.device_class for hit in first} == {"battery"}


async def test_open_windows_are_contacts_that_are_on(search: Search) -> None:
    """An empty or a short list says what was looked through."""
    found = search.find("open windows in the bedroom")

    assert {hit.device_class for hit in found.hits} == {"window"}
    assert {hit.area for hit in found.hits} == {"Bedroom"}
    assert found.looked_through is not None
    assert found.looked_through > found.total > 0


async def test_lights_that_are_on_in_a_room(search: Search) -> None:
    """State words and place words stand in one sentence."""
    found = search.find("which lights are on in the kitchen?")

    assert found.total == 3
    assert found.condition == "on"
    assert all(hit.id.startswith("light.") and hit.area == "Kitchen" for hit in found.hits)


async def test_a_word_that_only_a_body_has_is_found_with_its_place(search: Search) -> None:
    """The row says why it is there."""
    found = search.find(ONLY_IN_A_BODY)

    assert [hit.id for hit in found.hits] == [SAYS_IT]
    assert found.hits[0].why.startswith("in body at /actions/0/data/message")


async def test_pages_are_disjoint_and_the_total_is_stable(search: Search) -> None:
    """The same question twice has the same order."""
    first, second = search.find("kitchen"), search.find("kitchen")
    pages = [hit.id for at in range(0, first.total, 7) for hit in second.hits[at : at + 7]]

    assert pages == [hit.id for hit in first.hits]
    assert len(set(pages)) == first.total


async def test_a_rows_state_has_its_unit(search: Search) -> None:
    """No second read is needed."""
    hit = search.find("kitchen climate temperature").hits[0]

    assert hit.state is not None
    assert hit.state.endswith("°C")
    assert (hit.area, hit.device_class) == ("Kitchen", "temperature")
