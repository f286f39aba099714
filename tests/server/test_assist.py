"""Home Assistant's own agents are offered the server while that is wanted and Core can use it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from fakes.core_socket import TOKEN, FakeCore
from fakes.supervisor import App, FakeSupervisor, House
from ha_mcp.app_options import app_options
from ha_mcp.assist import Offer, offer
from ha_mcp.ha import Backoff, CoreSocket, Supervisor
from ha_mcp.secret import Secret

PATH = Secret("/private_of_the_agents")


@dataclass(frozen=True)
class Offered:
    """The app in its house, beside a Core that is there or not."""

    house: House
    core: FakeCore
    supervisor: FakeSupervisor
    wanted: Offer

    @asynccontextmanager
    async def running(self, wanted: Offer | None = None) -> AsyncIterator[CoreSocket]:
        """Let it offer what is wanted until the block ends."""
        app = self.house.apps["0123abcd_ha_mcp"]
        soon = Backoff(first=0.02, most=0.02)
        async with ClientSession() as session:
            core = CoreSocket(session, self.core.url, lambda: TOKEN, backoff=soon)
            supervisor = Supervisor(session, self.supervisor.url, lambda: app.token)
            async with asyncio.TaskGroup() as tasks:
                loops = [
                    tasks.create_task(core.run()),
                    tasks.create_task(offer(wanted or self.wanted, core, supervisor)),
                ]
                yield core
                for loop in loops:
                    loop.cancel()

    @property
    def told(self) -> list[Any]:
        """What Core would read."""
        return [one["config"] for one in self.house.messages.values()]


@pytest.fixture
async def offered(tmp_path: Path) -> AsyncIterator[Offered]:
    """Install the app, with nothing announced."""
    house = House()
    house.add(App(slug="0123abcd_ha_mcp", discovery=["mcp"]))
    async with FakeSupervisor(house) as supervisor, FakeCore() as core:
        wanted = Offer(path=PATH, port=9583, kept=tmp_path / "assist_announced")
        yield Offered(house, core, supervisor, wanted)


async def until(true: Callable[[], object]) -> None:
    """Wait for what another loop does."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - the fakes have no event for it
            await asyncio.sleep(0.01)


async def test_core_is_told_the_address_in_the_apps_own_network(offered: Offered) -> None:
    """By the name of the app, which Core can resolve and nobody outside."""
    async with offered.running():
        await until(lambda: offered.told)

    assert offered.told == [{"url": f"http://0123abcd-ha-mcp:9583{PATH.reveal()}"}]


async def test_nothing_is_announced_before_core_is_there(offered: Offered) -> None:
    """What it discovered while starting would be lost."""
    offered.core.refuse = (502, "502: Bad Gateway")
    async with offered.running():
        await offered.core.attempted(3)
        before = list(offered.told)
        offered.core.refuse = None
        await until(lambda: offered.told)

    assert before == []


async def test_a_core_that_would_ask_for_an_address_is_told_nothing(
    offered: Offered, caplog: pytest.LogCaptureFixture
) -> None:
    """It would show a form that nobody can fill in."""
    offered.core.version = "2026.10.3"
    with caplog.at_level(logging.INFO, "ha_mcp.assist"):
        async with offered.running():
            await until(lambda: "from Home Assistant 2026.11 on" in caplog.text)

    assert offered.told == []


async def test_it_is_told_again_when_core_was_updated(offered: Offered) -> None:
    """The app goes on running while Core restarts."""
    offered.core.version = "2026.10.3"
    async with offered.running():
        line = await offered.core.line()
        offered.core.version = "2026.12.0b1"
        await line.close()
        await until(lambda: offered.told)


async def test_switched_off_it_is_taken_back_and_the_address_is_thrown_away(
    offered: Offered,
) -> None:
    """Core removes the entry then; switched on again, the address is another one."""
    secret = offered.wanted.kept.with_name("assist_secret")
    secret.write_text("private_of_the_agents\n", encoding="ascii")
    async with offered.running():
        await until(lambda: offered.told)
    async with offered.running(replace(offered.wanted, path=None)):
        await until(lambda: not offered.told)
        await until(lambda: not offered.wanted.kept.exists())
        await until(lambda: not secret.exists())


async def test_an_announcement_that_is_gone_already_is_no_trouble(offered: Offered) -> None:
    """As after the app was installed anew from a backup."""
    offered.wanted.kept.write_text("0123456789abcdef0123456789abcdef\n", encoding="ascii")
    async with offered.running(replace(offered.wanted, path=None)):
        await until(lambda: not offered.wanted.kept.exists())


async def test_what_was_never_announced_is_not_taken_back(offered: Offered) -> None:
    """The switch was off from the beginning."""
    async with offered.running(replace(offered.wanted, path=None)) as core:
        await core.up()
        await offered.core.line()

    assert offered.told == []


async def test_a_supervisor_that_refuses_is_named_once(
    offered: Offered, caplog: pytest.LogCaptureFixture
) -> None:
    """Asking again would not change it."""
    offered.house.apps["0123abcd_ha_mcp"].discovery = []
    async with offered.running():
        await until(lambda: "Assist is not offered the tools" in caplog.text)

    assert PATH.reveal() not in caplog.text


async def test_a_server_that_only_reads_tells_nobody(
    offered: Offered, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even this is sent; it is said once, and is no trouble."""
    wanted = replace(offered.wanted, reads_only="the owner set this server to only read")
    with caplog.at_level(logging.INFO, "ha_mcp.assist"):
        async with offered.running(wanted) as core:
            await core.up()

    assert "Assist is told nothing" in caplog.text
    assert offered.told == []


def test_the_address_of_the_agents_is_another_one_and_stays(tmp_path: Path) -> None:
    """What they hold does not open the owner's door."""
    environ = {"SUPERVISOR_TOKEN": "a-token"}
    first, second = (app_options(environ, data=tmp_path) for _ in range(2))
    (tmp_path / "options.json").write_text('{"announce_to_assist": false}', encoding="utf-8")

    assert first.voice_path is not None
    assert first.edge is not None
    assert first.voice_path == second.voice_path
    assert first.voice_path != first.edge.path
    assert app_options(environ, data=tmp_path).voice_path is None
