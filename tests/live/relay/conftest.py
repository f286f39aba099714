"""The home that all tests of the relay share."""

from collections.abc import AsyncIterator

import pytest

from .homes import RelayedHome, relayed_home


@pytest.fixture(scope="package")
async def home() -> AsyncIterator[RelayedHome]:
    """Run it once."""
    async with relayed_home() as running:
        yield running
