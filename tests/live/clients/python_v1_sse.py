"""A client on the Python SDK 1.x that knows only the transport of 2024."""

import asyncio
import json
import sys

from mcp import ClientSession
from mcp.client.sse import sse_client


async def _main(url: str) -> None:
    async with (
        sse_client(url) as (reading, writing),
        ClientSession(reading, writing) as session,
    ):
        await session.initialize()
        tools = await session.list_tools()
        good = await session.call_tool("ha_get_state", {"entity_ids": ["light.kitchen_counter"]})
        bad = await session.call_tool("ha_get_state", {"entity_ids": ["light.kitchn_countr"]})
        told = {
            "tools": [tool.name for tool in tools.tools],
            "good": [good.isError, good.content[0].text],
            "bad": [bad.isError, bad.content[0].text],
        }
        sys.stdout.write(json.dumps(told))


asyncio.run(_main(sys.argv[1]))
