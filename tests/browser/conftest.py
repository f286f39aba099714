"""One house, one server for many people, and one browser for all of these tests."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page

from lab.core import RunningCore, running_core
from lab.system import require
from live.many_people import Many, many

from .browsers import browser_page


@pytest.fixture(scope="package")
async def core() -> AsyncIterator[RunningCore]:
    """Run the house."""
    async with running_core() as running:
        yield running


@pytest.fixture(scope="package")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Many]:
    """Run the server that anybody may sign in to."""
    async with many(tmp_path_factory.mktemp("many")) as running:
        yield running


@pytest.fixture
async def page(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Page]:
    """Open a browser that has seen nothing yet."""
    await asyncio.to_thread(require, "chromium")
    async with browser_page(tmp_path_factory.mktemp("browser")) as opened:
        yield opened
