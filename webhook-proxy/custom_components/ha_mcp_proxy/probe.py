"""Is there an MCP server at an address that somebody typed?"""

import json
from typing import Final

from aiohttp import ClientError, ClientTimeout
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from yarl import URL

_PATIENCE: Final = ClientTimeout(total=10)
_MOST: Final = 64 * 1024
_HELLO: Final = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "ha_mcp_proxy", "version": "1"},
    },
}
_HEADERS: Final = {"Accept": "application/json, text/event-stream"}


async def problem_with(hass: HomeAssistant, url: str) -> str | None:
    """Return the key of what is wrong, or nothing when a server introduces itself there."""
    try:
        address = URL(url)
    except ValueError:
        return "invalid_url"
    if address.scheme not in {"http", "https"} or not address.host:
        return "invalid_url"
    session = async_get_clientsession(hass)
    try:
        async with session.post(
            address, json=_HELLO, headers=_HEADERS, timeout=_PATIENCE, allow_redirects=False
        ) as answer:
            text = (await answer.content.read(_MOST)).decode(errors="replace")
    except (ClientError, TimeoutError, ValueError):
        return "cannot_connect"
    return None if answer.status == 200 and _introduces_itself(text) else "not_mcp"


def _introduces_itself(text: str) -> bool:
    """Read a plain answer, or the first event of a stream."""
    data = next((line[5:] for line in text.splitlines() if line.startswith("data:")), text)
    try:
        answer = json.loads(data)
    except ValueError:
        return False
    return isinstance(answer, dict) and "serverInfo" in answer.get("result", {})
