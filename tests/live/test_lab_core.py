"""The lab's Core is a real one: it restarts, dies, freezes and comes back, and leaves nothing."""

import asyncio
import os
from collections.abc import AsyncIterator

import pytest

from lab.client import core_client
from lab.core import RunningCore, running_core

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """One Core for all that is asked here."""
    async with running_core(home="demo") as running:
        yield running


async def version_of(core: RunningCore) -> str:
    """Ask Core for its version, as somebody who has waited long enough would."""
    async with asyncio.timeout(2), core_client(core.url, core.token) as client:
        version: str = (await client.get("/api/config"))["version"]
        return version


async def test_both_tokens_belong_to_whom_they_should(core: RunningCore) -> None:
    """The tests of rights stand on it."""
    async with core_client(core.url, core.token) as admin:
        owner = await admin.command("auth/current_user")
    async with core_client(core.url, core.nonadmin_token) as resident:
        other = await resident.command("auth/current_user")

    assert owner["is_admin"]
    assert not other["is_admin"]


async def test_the_kitchen_has_several_lights(core: RunningCore) -> None:
    """The main job of the product is to find and switch them."""
    async with core_client(core.url, core.token) as client:
        registry = await client.command("config/entity_registry/list")
        devices = await client.command("config/device_registry/list")

    area_of = {device["id"]: device["area_id"] for device in devices}
    lights = {
        row["entity_id"]
        for row in registry
        if row["entity_id"].startswith("light.")
        and (row["area_id"] or area_of.get(row["device_id"])) == "kitchen"
    }
    assert lights == {"light.kitchen_lights", "light.kitchen_counter", "light.kitchen_island"}


async def test_it_restarts_itself_on_the_same_port(core: RunningCore) -> None:
    """Core leaves with a code and expects to be started again."""
    before = core.pid

    await core.restart()

    assert core.pid != before
    assert await version_of(core) == core.version


async def test_it_survives_a_power_cut(core: RunningCore) -> None:
    """What was there before is there after."""
    await core.kill()
    await core.start()

    assert await version_of(core) == core.version


async def test_a_frozen_core_answers_nothing_until_it_thaws(core: RunningCore) -> None:
    """A socket that is open and dead is the fault that clients notice last."""
    await core.pause()

    with pytest.raises(TimeoutError):
        await version_of(core)
    await core.resume()

    assert await version_of(core) == core.version


async def test_nothing_is_left_behind() -> None:
    """Neither the process nor its folder outlives its use."""
    async with running_core(home="demo") as core:
        pid, folder = core.pid, core.folder

    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
