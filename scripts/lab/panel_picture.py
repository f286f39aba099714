"""A picture of the panel as its owner sees it, with made-up secrets in it."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from playwright.async_api import Frame, Page, ViewportSize

from browser.browsers import browser_page, log_in
from live.apps import Home

from .system import require

_SIZE: Final = ViewportSize(width=1120, height=860)
# Replaces in what can be seen; the page itself runs no script.
_MASK: Final = """made_up => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode())
    for (const [real, instead] of Object.entries(made_up))
      walker.currentNode.data = walker.currentNode.data.replace(new RegExp(real, "g"), instead);
}"""


async def panel_picture(home: Home, folder: Path, made_up: Mapping[str, str]) -> bytes:
    """Log in, open the panel, replace its secrets, and return what is seen then."""
    await asyncio.to_thread(require, "chromium")
    async with browser_page(folder) as page:
        await page.set_viewport_size(_SIZE)
        await page.emulate_media(color_scheme="light")
        await page.goto(f"{home.core.url}/app/{home.server.app.slug}")
        await log_in(page, home.core.url)
        frame = await _panel(page)
        await frame.evaluate(_MASK, dict(made_up))
        await _check(home, frame)
        return await page.screenshot()


async def _panel(page: Page) -> Frame:
    """Wait until the panel is there, in the frame that Home Assistant shows it in."""
    heading = page.frame_locator("iframe").get_by_role("heading", name="Connect an assistant")
    await heading.wait_for()
    return next(one for one in page.frames if "/api/hassio_ingress/" in one.url)


async def _check(home: Home, frame: Frame) -> None:
    """Raise when a real secret is still there."""
    private = (home.server.data / "secret").read_text(encoding="ascii").strip()
    webhook = (home.proxy.data / "webhook_id").read_text(encoding="ascii").strip()
    seen = await frame.content()
    if private in seen or webhook in seen:
        raise LookupError("The picture of the panel would show a real secret")
