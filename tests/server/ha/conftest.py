"""The Core that most tests of this folder script."""

from collections.abc import AsyncIterator

import pytest

from fakes.core_socket import FakeCore, Line
from ha_mcp.ha import CoreSocket

from .sockets import reaching


@pytest.fixture
async def core() -> AsyncIterator[FakeCore]:
    """Return a Core that listens."""
    async with FakeCore() as fake:
        yield fake


@pytest.fixture
async def socket(core: FakeCore) -> AsyncIterator[CoreSocket]:
    """Return a connection to it."""
    async with reaching(core) as connected:
        await connected.up()
        yield connected


@pytest.fixture
async def line(core: FakeCore, socket: CoreSocket) -> Line:
    """Return Core's side of that connection."""
    return await core.line()
