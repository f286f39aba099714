"""A real browser, and the person who sits in front of it."""

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.async_api import Page, async_playwright

from lab.homes import OWNER

from .places import Place

_PROGRAM: Final = "chromium"
_ARGUMENTS: Final = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_LONGEST: Final = 60_000  # milliseconds, for a page that loads on a slow machine


@asynccontextmanager
async def browser_page(folder: Path, *, scripts: bool = True) -> AsyncIterator[Page]:
    """Open a browser without a window, of the size of a phone, that runs scripts or none."""
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            folder,
            executable_path=shutil.which(_PROGRAM),
            headless=True,
            args=[*_ARGUMENTS],
            viewport={"width": 390, "height": 844},
            java_script_enabled=scripts,
        )
        context.set_default_timeout(_LONGEST)
        try:
            yield await context.new_page()
        finally:
            await context.close()


async def log_in(page: Page, home: str, user: Mapping[str, str] = OWNER) -> None:
    """Fill in the login page of a home, as soon as it is there."""
    await page.wait_for_url(f"{home}/auth/authorize?**")
    await page.locator("input[name=username]").fill(user["username"])
    await page.locator("input[name=password]").fill(user["password"])
    await page.keyboard.press("Enter")


@dataclass(frozen=True)
class Person:
    """Somebody with an account, who reads pages, fills in fields and presses buttons."""

    page: Page
    place: Place
    user: Mapping[str, str] = field(default_factory=lambda: OWNER)

    async def let_in(self, url: str) -> None:
        """Go where the assistant sends them, sign in at home, and allow what it asks for."""
        await self.page.goto(url)
        if self.place.asks_where:
            await self.say_where()
        await self.log_in()
        await self.allow()

    async def say_where(self) -> None:
        """Tell the server where the home is."""
        await self.page.get_by_label("Address of your Home Assistant").fill(self.place.home)
        await self.page.get_by_role("button", name="Sign in with Home Assistant").click()

    async def log_in(self) -> None:
        """Sign in on the login page of Home Assistant."""
        await log_in(self.page, self.place.home, self.user)

    async def allow(self) -> None:
        """Say yes to the one question."""
        await self.page.get_by_role("button", name="Allow", exact=True).click()
