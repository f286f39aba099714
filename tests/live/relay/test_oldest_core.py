"""The relay works in the oldest Home Assistant that is supported, too."""

import json

import pytest
from mcp.client import Client

from lab.environments import OLDEST_CORE_VERSION
from server.web.edges import calling, running

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
