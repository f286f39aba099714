"""The first page shows the real addresses, what they are worth, and what to press where."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from fakes.house import FakeHouse
from ha_mcp.app_options import APP_PORT
from ha_mcp.doctor import Fault, Hop, Passed, Report
from ha_mcp.edge_options import Certificate
from ha_mcp.panel.pages import pages
from ha_mcp.panel.parts import Parts
from ha_mcp.panel.ways import on_a_computer
from ha_mcp.web.ingress import VISITOR, Visitor

from .looking import BASE, Page, Panel, panel_of

REMOTE = "https://home.example/api/webhook/mcp_0123456789abcdef0123456789abcdef"
NO_WAY = Fault(Hop.NAME, "address_private", "home.example is a private address", "Use Nabu Casa")


class Doctor:
    """Finds what a test says."""

    def __init__(self) -> None:
        """Find nothing wrong."""
        self.fault: Fault | None = None
        self.begun = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def __call__(self, url: str) -> Report:
        """Look at an address."""
        self.begun.set()
        await self.may_answer.wait()
        passed = (Passed(Hop.ADDRESS, "https on port 443"),)
        return Report(url.partition("/api/")[0], passed, self.fault)


@pytest.fixture
def doctor() -> Doctor:
    """Have one."""
    return Doctor()


@pytest.fixture
async def panel(tmp_path: Path, doctor: Doctor) -> AsyncIterator[Panel]:
    """Serve a home with a light."""
    house = FakeHouse()
    house.add("light.kitchen", "on")
    async with panel_of(house, tmp_path, look=doctor) as panel:
        yield panel


async def with_parts(parts: Parts, path: str = "") -> Page:
    """Look at a page of other parts."""

    async def entered(scope: Scope, receive: Receive, send: Send) -> None:
        await pages(parts)({**scope, VISITOR: Visitor("anna", "Anna", BASE)}, receive, send)

    transport = httpx2.ASGITransport(app=entered)
    async with httpx2.AsyncClient(transport=transport, base_url="http://panel") as http:
        answer = await http.get(f"/{path}")
        return Page(answer.status_code, answer.text, path)


def copied(page: Page) -> list[str]:
    """Return what can be copied with one tap."""
    return [unescape(one) for one in re.findall(r"<pre>(.*?)</pre>", page.html, re.DOTALL)]


def path_of(panel: Panel) -> str:
    """Return the secret path."""
    return panel.parts.options.at_edge.path.reveal()


async def test_the_address_in_the_network_is_the_one_of_the_log(panel: Panel) -> None:
    """With the machine's address, the port that the owner chose, and the secret path."""
    page = await panel.browser.get("")

    assert copied(page)[0] == f"http://192.168.1.20:19583{path_of(panel)}"
    assert "It is a password to your home" in page.text


async def test_the_home_is_there(panel: Panel) -> None:
    """With its version, and how much of it is known."""
    page = await panel.browser.get("")

    assert "Connected to Home Assistant 2026.11.0 with 1 entities." in page.text


async def test_a_certificate_makes_it_https(panel: Panel) -> None:
    """As the log says it."""
    edge = panel.parts.options.at_edge
    certified = replace(edge, certificate=Certificate(chain=Path("c"), key=Path("k")))
    page = await with_parts(
        replace(panel.parts, options=replace(panel.parts.options, edge=certified))
    )

    assert copied(page)[0].startswith("https://192.168.1.20:19583/")


async def test_a_port_that_is_closed_is_named_with_what_to_do(panel: Panel) -> None:
    """No address would work, so none is shown."""
    panel.supervisor.apps["local_ha_mcp"].network = {f"{APP_PORT}/tcp": None}
    page = await panel.browser.get("")

    assert "set a port on the app's Configuration tab, Network." in page.text
    assert path_of(panel) not in page.html


async def test_a_supervisor_that_is_away_is_named(panel: Panel) -> None:
    """It restarts for its own updates."""
    panel.supervisor.state = "setup"
    page = await panel.browser.get("")

    assert page.status == 200
    assert "The address is not known now: The Supervisor is starting." in page.text


async def test_without_an_address_from_outside_it_says_what_to_install(panel: Panel) -> None:
    """Or where an address of one's own is examined."""
    page = await panel.browser.get("")

    assert "install and start the app Webhook Proxy for MCP Server" in page.text
    assert page.link("have it examined") == "doctor"
    assert "need the address from outside" in page.text


@pytest.mark.parametrize(
    ("signs_in", "worth", "login"),
    [
        (True, "leads to the login", "authentication OAuth"),
        (False, "password to your home: whoever knows it", "authentication no login (None)"),
    ],
)
async def test_the_address_from_outside_stands_there_as_the_relay_told_it(
    panel: Panel, worth: str, login: str, *, signs_in: bool
) -> None:
    """With what it is worth, what was found, and in the steps."""
    await panel.parts.remote.told(REMOTE, signs_in=signs_in)
    page = await panel.browser.get("")
    outside = page.text.partition("Address from outside")[2]

    assert copied(page).count(REMOTE) == 3
    assert worth in outside
    assert login in outside
    assert "Nothing keeps assistants away (now)" in outside


async def test_what_keeps_assistants_away_leads_to_the_doctor(panel: Panel, doctor: Doctor) -> None:
    """In one sentence."""
    doctor.fault = NO_WAY
    await panel.parts.remote.told(REMOTE, signs_in=True)
    page = await panel.browser.get("")

    assert "do not get through: home.example is a private address." in page.text
    assert page.link("What to do") == "doctor"


async def test_what_was_found_elsewhere_says_nothing_of_the_homes_address(
    panel: Panel, doctor: Doctor
) -> None:
    """Somebody had another one examined."""
    await panel.parts.remote.told(REMOTE, signs_in=True)
    doctor.fault = NO_WAY
    await panel.parts.remote.examine("https://other.example/api/webhook/mcp_1")
    page = await panel.browser.get("")

    assert "do not get through" not in page.text


async def test_the_address_is_shown_while_it_is_examined(panel: Panel, doctor: Doctor) -> None:
    """It may work long before that ends."""
    doctor.may_answer.clear()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(panel.parts.remote.told(REMOTE, signs_in=True))
        await doctor.begun.wait()
        page = await panel.browser.get("")
        doctor.may_answer.set()

    assert REMOTE in copied(page)
    assert "It is being examined." in page.text


async def test_a_relay_that_has_no_way_yet_is_not_to_be_installed_again(panel: Panel) -> None:
    """It is paired, and waits for a restart of Home Assistant perhaps."""
    panel.parts.remote.hear()
    page = await panel.browser.get("")

    assert "The app Webhook Proxy is here. Its address follows" in page.text
    assert "install and start" not in page.text


async def test_a_relay_that_fell_silent_is_named(panel: Panel) -> None:
    """Its address works on as long as Home Assistant runs, but nobody watches it."""
    await panel.parts.remote.told(REMOTE, signs_in=True)
    heard = panel.parts.remote.heard
    assert heard is not None
    page = await with_parts(replace(panel.parts, now=lambda: heard + 600))

    assert "was last heard from 10 minutes ago" in page.text


async def test_the_steps_have_the_real_address_in_them(panel: Panel) -> None:
    """Each as its program reads it."""
    page = await panel.browser.get("")
    private, *steps = copied(page)
    files = [json.loads(one) for one in steps if one.startswith("{")]

    assert f"claude mcp add --transport http home {private}" in steps
    assert f"gemini mcp add --transport http home {private}" in steps
    assert {"mcpServers": {"home": {"url": private}}} in files
    assert {"servers": {"home": {"type": "http", "url": private}}} in files


def test_a_shell_takes_an_address_with_brackets_as_it_stands() -> None:
    """Where there is only IPv6."""
    address = "http://[fd00::5]:9583/private_x"
    copied = [way.copied for way in on_a_computer(address)]

    assert f"claude mcp add --transport http home '{address}'" in copied


async def test_without_a_port_programs_take_the_address_from_outside(panel: Panel) -> None:
    """It leads in, too."""
    panel.supervisor.apps["local_ha_mcp"].network = {f"{APP_PORT}/tcp": None}
    await panel.parts.remote.told(REMOTE, signs_in=True)
    page = await panel.browser.get("")

    assert f"claude mcp add --transport http home {REMOTE}" in copied(page)


async def test_reading_only_is_said(tmp_path: Path) -> None:
    """Else somebody looks for a mistake in the assistant."""
    async with panel_of(FakeHouse(), tmp_path, read_only=True) as panel:
        page = await panel.browser.get("")

    assert "Assistants can look and change nothing: the owner set" in page.text


async def test_a_lost_home_is_said(tmp_path: Path) -> None:
    """Whatever else is in order."""
    house = FakeHouse()
    async with panel_of(house, tmp_path) as panel:
        house.cut()
        async with asyncio.timeout(5):
            while panel.home.mirror.stale_since is None:  # noqa: ASYNC110 - it has no event for it
                await asyncio.sleep(0.01)
        page = await panel.browser.get("")

    assert "The connection to Home Assistant is lost (now)." in page.text
