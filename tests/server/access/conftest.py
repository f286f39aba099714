"""The server that most tests of this folder talk to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .serving import Running, running


@pytest.fixture
async def ours(tmp_path: Path) -> AsyncIterator[Running]:
    """Run a server with a store of its own."""
    async with running(tmp_path) as server:
        yield server
