"""The places where official clients sign in, and one browser for each test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page

from lab.core import running_core
from lab.system import require
from live.many_people import many
from live.oauth.servers import Served
from live.relay.homes import relayed_home

from .browsers import browser_page
from .places import Place


@pytest.fixture
async def page(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Page]:
    """Open a browser that has seen nothing yet."""
    await asyncio.to_thread(require, "chromium")
    async with browser_page(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@asynccontextmanager
async def for_many(folder: Path) -> AsyncIterator[Place]:
    """Run a server for many people, and one of their homes."""
    async with running_core() as core, many(folder) as server:
        yield Place(
            url=server.url,
            home=core.url,
            asks_where=True,
            tool="ha_get_state",
            arguments={"entity_ids": ["light.kitchen_counter"]},
            words="Kitchen Counter",
        )


@asynccontextmanager
async def through_the_relay(folder: Path) -> AsyncIterator[Place]:
    """Run a home whose own address leads to the server of that home."""
    async with relayed_home() as home, Served(home, folder).serving():
        yield Place(
            url=home.url,
            home=home.core.url,
            asks_where=False,
            tool="ha_echo",
            arguments={"words": "hello from the house"},
            words="hello from the house",
        )


PLACES = {"a server for many": for_many, "through the relay": through_the_relay}


@pytest.fixture(scope="package", params=list(PLACES))
async def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Place]:
    """Run each of them once."""
    async with PLACES[request.param](tmp_path_factory.mktemp("place")) as running:
        yield running
