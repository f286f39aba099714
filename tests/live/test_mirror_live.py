"""The mirror of a real home: old and marked as such while Core is away, right when it is back."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from ha_mcp.home import Home
from ha_mcp.problems import Unreachable
from lab.client import core_client
from lab.core import RunningCore, running_core
from live.homes import eventually, home_of

pytestmark = pytest.mark.live

LIGHT = "light.kitchen_counter"


@pytest.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """One home that is restarted and killed."""
    async with running_core() as running:
        yield running


async def old(home: Home) -> bool:
    """Tell whether the picture is marked as old."""
    return home.stale_note() != ""


async def current(home: Home) -> bool:
    """Tell whether it is complete and current."""
    return home.mirror.synced and home.mirror.complete and not home.stale_note()


async def in_core(core: RunningCore) -> dict[str, str]:
    """Ask Core itself for its entities and their states."""
    async with core_client(core.url, core.token) as client:
        return {one["entity_id"]: one["state"] for one in await client.get("/api/states")}


def in_mirror(home: Home) -> dict[str, str]:
    """Return the same of the mirror."""
    return {state.entity_id: state.state for state in home.states}


async def test_all_of_the_home_is_mirrored(core: RunningCore) -> None:
    """Every state, registry and action, at once."""
    async with home_of(core) as home:
        assert set(in_mirror(home)) == set(await in_core(core))
        assert home.actions.one("light.turn_on").domain == "light"
        assert "kitchen" in home.registries.areas
        assert LIGHT in home.registries.entities


async def test_a_restart_leaves_an_old_picture_and_then_a_right_one(core: RunningCore) -> None:
    """Calls are answered from what is known, and told since when; writes are not sent."""
    async with home_of(core) as home:
        await eventually(lambda: current(home))
        restarting = asyncio.ensure_future(core.restart())
        await eventually(lambda: old(home))
        await home.awake()
        known = home.states.one(LIGHT).state
        with pytest.raises(Unreachable) as caught:
            await home.core.command("call_service", domain="light", service="toggle")
        await restarting
        await eventually(lambda: current(home))

        assert known in ("on", "off")
        assert not caught.value.sent
        assert in_mirror(home).keys() == (await in_core(core)).keys()


async def test_after_a_power_cut_the_home_is_followed_again(core: RunningCore) -> None:
    """And changes are followed again: states, new entities, their entries in the registry."""
    async with home_of(core) as home, core_client(core.url, core.token) as client:
        await eventually(lambda: current(home))
        await core.kill()
        await eventually(lambda: old(home))
        await core.start()
        await eventually(lambda: current(home))
        await client.act("light.turn_on", entity_id=LIGHT)
        await eventually(lambda: _is(home, LIGHT, "on"))
        await client.command("input_boolean/create", name="Made after the cut")
        await eventually(lambda: _knows(home, "input_boolean.made_after_the_cut"))

        assert in_mirror(home).keys() == (await in_core(core)).keys()


async def test_a_user_without_rights_sees_the_home_and_what_is_missing(core: RunningCore) -> None:
    """Core keeps bodies and some lists for administrators; all else works."""
    async with home_of(core, core.nonadmin_token) as home:
        await eventually(lambda: _complete(home))
        limits = list(home.limits())

        assert in_mirror(home).keys() == (await in_core(core)).keys()
        assert home.search.find("kitchen counter").hits[0].id == LIGHT
        assert any("automation" in limit for limit in limits)
        assert all("not allow" in limit for limit in limits)


async def _is(home: Home, entity_id: str, state: str) -> bool:
    return home.states.one(entity_id).state == state


async def _knows(home: Home, entity_id: str) -> bool:
    return entity_id in home.states and entity_id in home.registries.entities


async def _complete(home: Home) -> bool:
    return home.mirror.complete
