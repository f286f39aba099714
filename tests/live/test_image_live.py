"""Pictures of a real Core: the demo camera, an image entity, a cover; and what has none."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from ha_mcp.home import Home
from ha_mcp.problems import Rejected, Unsupported
from lab.core import RunningCore, running_core
from live.homes import home_of

pytestmark = pytest.mark.live


@pytest_asyncio.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """One Core for all that is asked here."""
    async with running_core(home="demo") as running:
        yield running


@pytest_asyncio.fixture(scope="module")
async def home(core: RunningCore) -> AsyncIterator[Home]:
    """Return its home."""
    async with home_of(core) as home:
        yield home


async def test_the_demo_camera_is_seen(home: Home) -> None:
    """In a known format, as wide as wanted."""
    photo = await home.images.photo("camera.demo_camera", 200)

    assert photo.mime in ("image/jpeg", "image/png")
    assert photo.width <= 200
    assert 0 < len(photo.data) <= 300_000


async def test_a_camera_that_is_off_gives_no_picture(home: Home) -> None:
    """Core answers 503, as it does while it starts."""
    target = {"entity_id": "camera.demo_camera"}
    await home.core.command("call_service", domain="camera", service="turn_off", target=target)

    with pytest.raises(Rejected, match="gives no picture now"):
        await home.images.photo("camera.demo_camera", 1024)

    await home.core.command("call_service", domain="camera", service="turn_on", target=target)
    assert (await home.images.photo("camera.demo_camera", 1024)).data


async def test_every_picture_of_the_home_is_one_or_says_why(home: Home) -> None:
    """Image entities, covers and faces of the demo home."""
    tried = [
        state.entity_id
        for state in home.states
        if state.domain in ("image", "person", "media_player", "camera")
    ]
    seen = [one for one in tried if await _seen(home, one)]

    assert "camera.demo_camera" in seen


async def _seen(home: Home, entity_id: str) -> bool:
    try:
        return bool((await home.images.photo(entity_id, 512)).data)
    except (Rejected, Unsupported):
        return False
