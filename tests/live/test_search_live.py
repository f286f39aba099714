"""Search answers the same in a real Core as in memory, and follows what changes there."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from ha_mcp.home import Home
from lab.client import core_client
from lab.core import RunningCore, running_core
from lab.homes.plan import make_plan
from live.homes import eventually, home_of
from server.home.searches import FIRST, FIRST_FIVE

pytestmark = pytest.mark.live


@pytest_asyncio.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """Run the large home."""
    async with running_core(home="large") as running:
        yield running


@pytest_asyncio.fixture(scope="module")
async def home(core: RunningCore) -> AsyncIterator[Home]:
    """Return the large home, bodies included."""
    async with home_of(core) as home:
        await eventually(lambda: _complete(home))
        yield home


async def _complete(home: Home) -> bool:
    return home.bodies.complete and home.mirror.complete


@pytest.mark.parametrize(("query", "expected"), FIRST)
async def test_the_expected_answer_is_first(home: Home, query: str, expected: str) -> None:
    """A home in memory and a real one have the same answers."""
    assert home.search.find(query).hits[0].id == expected


@pytest.mark.parametrize(("query", "expected"), FIRST_FIVE)
async def test_the_expected_answer_is_among_the_first_five(
    home: Home, query: str, expected: str
) -> None:
    """Where several are right, the one in mind is on top."""
    assert expected in [hit.id for hit in home.search.find(query).hits[:5]]


async def test_low_batteries_are_those_of_the_plan(home: Home) -> None:
    """Their states, units and device classes are real."""
    found = home.search.find("batteries below 20")

    assert {hit.id for hit in found.hits} == set(make_plan().low_batteries(20))


async def test_a_new_helper_and_its_new_name_are_found(home: Home, core: RunningCore) -> None:
    """Events of a real Core reach the index."""

    async def found(words: str) -> bool:
        return home.search.find(words).total == 1

    async def gone() -> bool:
        return home.search.find("montgolfier").total == 0

    async with core_client(core.url, core.token) as client:
        made = await client.command("input_boolean/create", name="Zeppelin")
        await eventually(lambda: found("zeppelin"))
        await client.command(
            "input_boolean/update", input_boolean_id=made["id"], name="Montgolfier"
        )
        await eventually(lambda: found("montgolfier"))
        await client.command("input_boolean/delete", input_boolean_id=made["id"])

    await eventually(gone)


async def test_a_renamed_area_is_found(home: Home, core: RunningCore) -> None:
    """With everything in it."""

    async def found(words: str) -> bool:
        return home.search.find(words, types="area").total == 1

    async with core_client(core.url, core.token) as client:
        await client.command(
            "config/area_registry/update", area_id="wine_cellar", name="Oenotheque"
        )
        await eventually(lambda: found("oenotheque"))
        entities = home.search.find("oenotheque", types="entity").total
        await client.command(
            "config/area_registry/update", area_id="wine_cellar", name="Wine cellar"
        )

    assert entities > 50


async def test_a_changed_automation_is_found_by_its_new_words(
    home: Home, core: RunningCore
) -> None:
    """Saving one reloads it, and an event says so."""
    body = {"alias": "Temporary", "description": "marzipan", "triggers": [], "actions": []}

    async def found(words: str) -> bool:
        return home.search.find(words).total == 1

    async with core_client(core.url, core.token) as client:
        await client.post("/api/config/automation/config/99", body)
        await eventually(lambda: found("marzipan"))
        await client.post("/api/config/automation/config/99", body | {"description": "nougat"})
        await eventually(lambda: found("nougat"))

    assert not await found("marzipan")


async def test_a_changed_script_is_found_by_its_new_words(home: Home, core: RunningCore) -> None:
    """No event says that scripts were loaded, but their actions come and go."""
    body = {"alias": "Temporary script", "description": "pistachio", "sequence": []}

    async def found(words: str) -> bool:
        return home.search.find(words).total == 1

    async with core_client(core.url, core.token) as client:
        await client.post("/api/config/script/config/temporary", body)
        await eventually(lambda: found("pistachio"))
        await client.post("/api/config/script/config/temporary", body | {"description": "hazelnut"})
        await eventually(lambda: found("hazelnut"))

    assert not await found("pistachio")


async def test_a_saved_dashboard_is_found_by_its_new_words(home: Home, core: RunningCore) -> None:
    """Core says which one changed."""
    body = {"views": [{"cards": [{"type": "markdown", "content": "persimmon"}]}]}

    async def found(words: str) -> bool:
        return home.search.find(words).total == 1

    async with core_client(core.url, core.token) as client:
        await client.command(
            "lovelace/dashboards/create", url_path="fruit-wall", title="Fruit", mode="storage"
        )
        await client.command("lovelace/config/save", url_path="fruit-wall", config=body)
        await eventually(lambda: found("persimmon"))

    hit = home.search.find("persimmon").hits[0]
    assert (hit.type, hit.id, hit.name) == ("dashboard", "fruit-wall", "Fruit")


async def test_without_admin_rights_things_are_found_and_bodies_are_missed(
    core: RunningCore,
) -> None:
    """Core refuses the bodies of automations and scripts; it is said, and nothing breaks."""
    async with home_of(core, core.nonadmin_token) as home:
        await eventually(lambda: _complete(home))

        assert home.search.find("kitchen ceiling light").hits[0].id == "light.kitchen_ceiling_light"
        assert {"automation", "script"} <= {one.kind for one in home.bodies.unread}
        assert "automation" in home.search.find("zanzibar").partial
