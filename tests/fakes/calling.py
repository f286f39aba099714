"""Calls tools as a client does: through the catalog and the pipeline, on a home of the test's."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from fakes.house import FakeHouse
from ha_mcp import tools
from ha_mcp.access.grants import Grant
from ha_mcp.answering import answering
from ha_mcp.documents import Remembered, Store
from ha_mcp.home import Home
from ha_mcp.journal import Note
from ha_mcp.masks import Masks
from ha_mcp.narrowing import narrowed
from ha_mcp.toolkit import Call, Catalog, Client, Outcome, pipeline
from ha_mcp.toolkit.stages import (
    authorize,
    contain,
    deadline,
    record,
    redact,
    refuse_masks,
    validate,
    weigh,
)
from ha_mcp.tools._next import next_call


class NoNotes:
    """Where no note was ever kept."""

    async def all(self) -> list[Note]:
        """Return none."""
        return []


type ToolCall = Callable[..., Awaitable[Outcome]]

_LOG = logging.getLogger("test")


@asynccontextmanager
async def living(house: FakeHouse, park_after: float = 900) -> AsyncIterator[Home]:
    """Run a home on the fake house."""
    home = Home(house, house, park_after=park_after)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(home.run())
        await home.awake()
        yield home
        task.cancel()


async def until(true: Callable[[], object]) -> None:
    """Wait until a condition holds; give up after five seconds."""
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - any condition at all, without an event of its own
            await asyncio.sleep(0.005)


def caller(
    home: Home,
    store: Store | None = None,
    client: str = "me",
    grant: Grant | None = None,
    remembered: Remembered | None = None,
) -> ToolCall:
    """Return ``await call("ha_...", argument=...)``."""
    remembered = remembered or (store.remembered if store else Remembered(home, NoNotes()))
    resources = {Home: home, Store: store, Remembered: remembered}
    catalog = Catalog.discover(tools)

    masks = Masks()
    stages = [
        redact(masks),
        contain(_LOG, next_call),
        record(_LOG),
        deadline(25),
        authorize,
        narrowed,
        validate,
        refuse_masks(masks),
        weigh,
    ]
    handle = pipeline(stages, answering(home))

    asking = Client(client)
    if grant is not None:
        asking = Client(client, "", grant.id, grant, part=grant.only is not None)

    async def call(name: str, **arguments: Any) -> Outcome:
        return await handle(Call(catalog.get(name), arguments, resources, asking))

    return call
