"""The owner at the panel in Home Assistant's sidebar, on a phone and on a wide screen.

They log in to Home Assistant itself; its own frontend shows the panel in a frame, whose pages come
through Home Assistant and the Supervisor.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from mcp import Client
from playwright.async_api import ConsoleMessage, Frame, FrameLocator, Page, expect

from lab.system import require
from live.sidebars import Sidebar, sidebar

from .browsers import browser_page, log_in

pytestmark = pytest.mark.live

PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
FINGER = 44  # pixels
TABS = ("Connect", "Clients", "Changes", "Doctor")
SEARCH = {"query": "kitchen lights"}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@pytest.fixture(scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sidebar]:
    """Run the app in a home."""
    async with sidebar(tmp_path_factory.mktemp("data")) as home, home.serving():
        yield home


class Owner:
    """The owner in front of the panel, and what the browser complains about."""

    def __init__(self, page: Page, home: Sidebar) -> None:
        """Listen to complaints from the beginning."""
        self.page = page
        self.home = home
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"} or "Content Security" in said.text:
            self.complaints.append(said.text)

    @property
    def panel(self) -> FrameLocator:
        """What is shown in the frame."""
        return self.page.frame_locator("iframe")

    @property
    def frame(self) -> Frame:
        """The frame itself."""
        return next(one for one in self.page.frames if one.url.startswith(self.home.base))

    async def log_in(self) -> None:
        """Open the panel, and sign in to Home Assistant on the way."""
        await self.page.goto(self.home.page)
        await log_in(self.page, self.home.core.url)
        await self.headed("Connect an assistant")

    async def headed(self, words: str | re.Pattern[str]) -> None:
        """Wait for a page of the panel."""
        await self.panel.get_by_role("heading", level=1, name=words).wait_for()

    async def go_to(self, tab: str) -> None:
        """Press a tab, and wait until it is the present one."""
        await self.panel.get_by_role("link", name=tab, exact=True).click()
        current = self.panel.locator("nav a[aria-current=page]")
        await expect(current).to_have_text(tab)

    async def too_wide(self) -> int:
        """Return by how many pixels the page is wider than its frame."""
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(await self.frame.evaluate(wide))

    async def small_targets(self) -> list[str]:
        """Return what can be pressed and is too small for a finger."""
        found = self.panel.locator("button, summary, nav a").filter(visible=True)
        boxes = [(await one.inner_text(), await one.bounding_box()) for one in await found.all()]
        return [words for words, box in boxes if box is None or box["height"] < FINGER]


@pytest.fixture(scope="module", params=[PHONE, WIDE], ids=["phone", "wide"])
async def logged_in(
    request: pytest.FixtureRequest, home: Sidebar, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Owner]:
    """Log in once on each kind of screen."""
    await asyncio.to_thread(require, "chromium")
    async with browser_page(tmp_path_factory.mktemp("browser")) as page:
        await page.set_viewport_size(request.param)
        somebody = Owner(page, home)
        await somebody.log_in()
        yield somebody


@pytest.fixture
async def owner(logged_in: Owner) -> AsyncIterator[Owner]:
    """Begin at the first page; at the end the browser has complained about nothing."""
    await logged_in.go_to("Connect")
    yield logged_in
    assert logged_in.complaints == []


async def test_the_address_is_taken_with_one_tap_and_leads_in(owner: Owner) -> None:
    """An official client looks for the kitchen's lights by what was copied."""
    shown = owner.panel.locator("pre").first
    await shown.click()
    copied = str(await owner.frame.evaluate("getSelection().toString()")).strip()
    async with Client(copied) as client:
        found = await client.call_tool("ha_search", SEARCH)

    assert copied == owner.home.private
    assert "light.kitchen_lights" in str(found.content)


async def test_every_page_fits_the_screen_and_a_finger(owner: Owner) -> None:
    """Also with everything unfolded."""
    widths, small = {}, {}
    for tab in TABS:
        await owner.go_to(tab)
        for folded in await owner.panel.locator("details").all():
            await folded.locator("summary").click()
        widths[tab], small[tab] = await owner.too_wide(), await owner.small_targets()

    assert widths == dict.fromkeys(TABS, 0)
    assert small == {tab: [] for tab in TABS}


async def test_the_steps_unfold_and_are_taken_with_one_tap(owner: Owner) -> None:
    """Without any script of ours."""
    await owner.panel.get_by_text("Claude Code", exact=True).click()
    command = owner.panel.get_by_text("claude mcp add --transport http home")
    await command.click()
    copied = await owner.frame.evaluate("getSelection().toString()")

    assert copied.strip() == f"claude mcp add --transport http home {owner.home.private}"


async def test_the_doctor_names_the_fault(owner: Owner) -> None:
    """Of an address that somebody tried first: the one in the home's network."""
    await owner.go_to("Doctor")
    field = owner.panel.get_by_label("Address that you give to assistants")
    await field.fill("https://192.168.1.20/api/webhook/mcp_0123456789abcdef")
    await owner.panel.get_by_role("button", name="Examine it").click()
    told = owner.panel.locator(".warning")
    await expect(told).to_contain_text("192.168.1.20")

    await expect(told).to_contain_text("What to do: ")
    await expect(told).to_contain_text("address_private")
    assert await owner.too_wide() == 0


async def test_a_further_address_is_made_used_and_ended(owner: Owner, tmp_path: Path) -> None:
    """For a client that only looks."""
    await owner.go_to("Clients")
    await owner.panel.get_by_role("link", name="Make a further private address").click()
    await owner.panel.get_by_role("textbox", name="Name").fill(f"Tablet <b>{tmp_path.name}</b>")
    await owner.panel.get_by_role("button", name="Make it").click()
    shown = await owner.panel.locator(".said pre").first.inner_text()
    async with Client(shown) as client:
        offered = {tool.name for tool in (await client.list_tools()).tools}
    await owner.panel.get_by_role("link", name="Shut out", exact=True).first.click()
    await owner.panel.get_by_role("button").click()
    await owner.panel.get_by_text("is shut out").wait_for()
    async with ClientSession() as http, http.post(shown, json=LIST) as answer:
        ended = answer.status

    assert ended == 404
    assert "ha_get_state" in offered
    assert "ha_call_action" not in offered
