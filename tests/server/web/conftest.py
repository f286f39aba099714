"""The edge that most tests of this folder talk to."""

from collections.abc import AsyncIterator

import pytest

from .edges import Edge, running


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    """Run the edge as the app does: behind a secret path, reached over loopback here."""
    async with running() as server:
        yield server
