"""The home that all tests of signing in share: it trusts the proxy in front of it."""

from collections.abc import AsyncIterator

import pytest

from live.relay.fronts import Authority
from live.relay.homes import RelayedHome, relayed_home

from .worlds import World, world


@pytest.fixture(scope="package")
async def home() -> AsyncIterator[RelayedHome]:
    """Run it once."""
    async with relayed_home(trusts_proxies=True) as running:
        yield running


@pytest.fixture(scope="package")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Make an authority that clients trust."""
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="package")
async def outside(home: RelayedHome, authority: Authority) -> AsyncIterator[World]:
    """See it from outside."""
    async with world(home, authority) as seen:
        yield seen
