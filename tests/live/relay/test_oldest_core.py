"""The relay works in the oldest Home Assistant that is supported, too."""

import json
from pathlib import Path

import pytest
from mcp.client import Client

from lab.environments import OLDEST_CORE_VERSION
from live.clients.emulators.habits import CLAUDE
from live.oauth.servers import Served
from live.oauth.worlds import SAYS_HOW, world
from server.web.edges import calling, running

from .fronts import Authority
from .homes import pairing, relayed_home

pytestmark = pytest.mark.live


async def test_the_oldest_core_relays_both_kinds_of_requests() -> None:
    """Set up without a click, called by an official client, and by the cloud's stand-in."""
    async with (
        relayed_home(OLDEST_CORE_VERSION) as home,
        running(pairing=pairing()) as edge,
    ):
        await home.lead_to(f"{edge.base}/relay")
        async with Client(home.url) as client:
            said = await client.call_tool("ha_echo", {"words": "hello"})
        answer = await home.client.command(
            "webhook/handle",
            webhook_id=home.webhook_id,
            method="POST",
            headers={"Content-Type": "application/json"},
            body=json.dumps(calling("ha_echo", words="hello")),
        )

    assert "hello" in str(said.content)
    assert "hello" in answer["body"]


async def test_the_oldest_core_lets_people_sign_in(tmp_path: Path) -> None:
    """Its login page is the same, and what is newer in the question is passed over."""
    authority = Authority(tmp_path)
    async with (
        relayed_home(OLDEST_CORE_VERSION) as home,
        Served(home, tmp_path).serving(),
        world(home, authority, says=SAYS_HOW) as outside,
    ):
        client = outside.client(CLAUDE)
        await client.connect()
        said = await client.call("ha_echo", words="hello")

    assert "hello" in str(said)
