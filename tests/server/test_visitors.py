"""Who comes through Home Assistant's pages: from where, and who of them is an admin."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import ClientSession

from fakes.core_socket import TOKEN, FakeCore, Line
from ha_mcp.ha import CoreSocket
from ha_mcp.problems import Unreachable
from ha_mcp.visitors import Admins, Gateway

USERS = [
    {"id": "owner", "is_owner": True, "is_active": True, "group_ids": []},
    {"id": "admin", "is_owner": False, "is_active": True, "group_ids": ["system-admin"]},
    {"id": "gone", "is_owner": False, "is_active": False, "group_ids": ["system-admin"]},
    {"id": "owner gone", "is_owner": True, "is_active": False, "group_ids": ["system-admin"]},
    {"id": "user", "is_owner": False, "is_active": True, "group_ids": ["system-users"]},
    {"id": "guest", "is_owner": False, "is_active": True, "group_ids": ["system-read-only"]},
    {"id": "odd", "is_active": True},
]


@dataclass
class Home:
    """A Core that a test speaks for, and what asks it."""

    line: Line
    clock: list[float] = field(default_factory=lambda: [100.0])
    admins: Admins = field(init=False)
    core: CoreSocket = field(init=False)

    async def answered(self, user_id: str, users: list[dict[str, Any]]) -> bool:
        """Ask for a person, and answer who there is."""
        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(self.admins(user_id))
            command = await self.line.command()
            assert command["type"] == "config/auth/list"
            await self.line.result(command, users)
        return asking.result()


@pytest.fixture
async def home() -> AsyncIterator[Home]:
    """Connect to a Core."""
    async with FakeCore() as core, ClientSession() as session:
        socket = CoreSocket(session, core.url, lambda: TOKEN)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(socket.run())
            await socket.up()
            home = Home(await core.line())
            home.core, home.admins = socket, Admins(socket, lambda: home.clock[0])
            yield home
            running.cancel()


@pytest.mark.parametrize("user_id", ["owner", "admin"])
async def test_owner_and_administrators_are_known(home: Home, user_id: str) -> None:
    """Whatever group the owner is in."""
    assert await home.answered(user_id, USERS)


@pytest.mark.parametrize("user_id", ["gone", "owner gone", "user", "guest", "odd", "", "nobody"])
async def test_everybody_else_is_not(home: Home, user_id: str) -> None:
    """Nor who is switched off."""
    assert not await home.answered(user_id, USERS)


async def test_core_is_asked_once_for_a_page_and_its_forms(home: Home) -> None:
    """Looking around costs it nothing."""
    await home.answered("owner", USERS)
    home.clock[0] += 14

    assert await home.admins("admin")
    assert home.line.unread == 0


async def test_who_is_no_administrator_any_more_is_out_soon(home: Home) -> None:
    """Within seconds, and without a restart."""
    await home.answered("admin", USERS)
    home.clock[0] += 15

    assert not await home.answered("admin", USERS[:1])


async def test_without_core_nobody_is_one(home: Home) -> None:
    """It is a problem and not a no: it passes."""
    home.line.cut()
    await home.core.down()

    with pytest.raises(Unreachable):
        await home.admins("owner")


async def test_the_supervisors_address_is_looked_up() -> None:
    """By the name under which apps reach it."""
    assert "127.0.0.1" in await Gateway("http://localhost:80")()


async def test_an_address_is_its_own_name() -> None:
    """In tests, and wherever somebody sets one."""
    assert await Gateway("http://172.30.32.2")() == {"172.30.32.2"}


async def test_a_name_that_nobody_knows_is_nobodys_address() -> None:
    """Nobody is believed then."""
    assert not await Gateway("http://supervisor.invalid")()
