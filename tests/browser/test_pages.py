"""The pages on which people decide: on a phone, without any script, and in nobody's frame."""

from collections.abc import AsyncIterator
from html import escape
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from lab.core import RunningCore, running_core
from live.many_people import Assistant, assistant, many

from .browsers import browser_page
from .callbacks import Callback, waiting_callback

pytestmark = pytest.mark.live

PHONE = 390  # pixels
FINGER = 44


@pytest.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """Run the house."""
    async with running_core() as running:
        yield running


@pytest.fixture(scope="module")
async def ours(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Assistant]:
    """Run a server for many people, and make an assistant."""
    async with many(tmp_path_factory.mktemp("many")) as server, assistant(server.base) as made:
        yield made


@pytest.fixture
async def callback(ours: Assistant) -> AsyncIterator[Callback]:
    """Wait for the browser to come back to the assistant."""
    async with waiting_callback() as waiting:
        await ours.register(waiting.url)
        yield waiting


@pytest.fixture
async def plain(tmp_path: Path) -> AsyncIterator[Page]:
    """Open a browser that runs no script."""
    async with browser_page(tmp_path, scripts=False) as opened:
        yield opened


async def fill_in(page: Page, core: RunningCore, token: str) -> None:
    """Say where the home is, and show a token."""
    await page.get_by_text("Use a long-lived access token instead").click()
    await page.get_by_label("Address of your Home Assistant").fill(core.url)
    await page.get_by_label("Long-lived access token", exact=True).fill(token)
    await page.get_by_role("button", name="Use this token").click()


async def test_without_any_script_from_the_form_to_the_code(
    core: RunningCore, ours: Assistant, callback: Callback, plain: Page
) -> None:
    """A wrong token is corrected on the way."""
    await plain.goto(ours.begin(callback.url))
    await fill_in(plain, core, "not-a-token")
    await expect(plain.get_by_role("alert")).to_contain_text("does not accept this token")
    await plain.get_by_label("Long-lived access token", exact=True).fill(core.token)
    await plain.get_by_role("button", name="Use this token").click()
    await plain.get_by_role("button", name="Allow", exact=True).click()
    came = await callback.came.get()

    assert came["code"].startswith("hamcp_c_")
    assert came["iss"] == ours.base


async def test_who_says_no_is_believed(
    core: RunningCore, ours: Assistant, callback: Callback, plain: Page
) -> None:
    """The assistant is told, and gets nothing."""
    await plain.goto(ours.begin(callback.url))
    await fill_in(plain, core, core.token)
    await plain.get_by_role("button", name="Do not allow").click()
    came = await callback.came.get()

    assert came["error"] == "access_denied"
    assert "code" not in came


async def test_both_pages_fit_a_phone_and_a_finger(
    core: RunningCore, ours: Assistant, callback: Callback, plain: Page
) -> None:
    """Nothing has to be scrolled sideways, and every button can be met."""
    await plain.goto(ours.begin(callback.url))
    await fits(plain)
    await fill_in(plain, core, core.token)
    await plain.get_by_role("button", name="Allow", exact=True).wait_for()
    await fits(plain)


async def fits(page: Page) -> None:
    """Look at everything that can be pressed or filled in."""
    boxes = [
        await one.bounding_box()
        for one in await page.locator("button, select, label, input.text").all()
        if await one.is_visible()
    ]

    assert len(boxes) >= 2
    assert [box for box in boxes if box is None or box["x"] + box["width"] > PHONE] == []
    buttons = [await one.bounding_box() for one in await page.get_by_role("button").all()]
    assert [box for box in buttons if box is not None and box["height"] < FINGER] == []


async def test_no_other_page_can_put_them_in_a_frame(
    ours: Assistant, callback: Callback, page: Page
) -> None:
    """Somebody would be made to press a button that they do not see."""
    url = escape(ours.begin(callback.url))
    await page.goto(callback.url)  # any page of somebody else

    async with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
        await page.set_content(f'<iframe src="{url}"></iframe>')

    await expect(page.frame_locator("iframe").get_by_role("button")).to_have_count(0)
