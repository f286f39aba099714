"""A server elsewhere is set up by its private address, and moved to another one."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from .homes import DOMAIN, RelayedHome
from .mirrors import Mirror, mirror

pytestmark = pytest.mark.live
FLOW = "/api/config/config_entries/flow"


@pytest.fixture
async def elsewhere() -> AsyncIterator[Mirror]:
    """Run a server that introduces itself."""
    async with mirror() as server:
        yield server


async def entered(home: RelayedHome, url: str) -> dict[str, Any]:
    """Enter an address as a person does."""
    form = await home.client.post(FLOW, {"handler": DOMAIN})
    answer: dict[str, Any] = await home.client.post(f"{FLOW}/{form['flow_id']}", {"url": url})
    return answer


async def test_an_address_makes_a_webhook(home: RelayedHome, elsewhere: Mirror) -> None:
    """The path to give away is shown once it is there, and leads to the server."""
    made = await entered(home, elsewhere.url)
    path = made["description_placeholders"]["path"]

    async with home.http.post(home.core.url + path, json={"method": "ping"}) as answer:
        assert answer.status == 200

    assert elsewhere.requests[-1].path == "/some/private_path"
    assert "X-HA-MCP-Proof" not in elsewhere.requests[-1].headers
    await removed(home, made["result"]["entry_id"])


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("server", "invalid_url"),
        ("ftp://server/mcp", "invalid_url"),
        ("http://127.0.0.1:9/mcp", "cannot_connect"),
    ],
    ids=["no address", "not the web", "nobody there"],
)
async def test_an_address_that_leads_nowhere_is_named(
    home: RelayedHome, url: str, wrong: str
) -> None:
    """The form stays open and says what is wrong."""
    answer = await entered(home, url)

    assert answer["errors"] == {"url": wrong}


async def test_something_else_than_a_server_is_named(home: RelayedHome, elsewhere: Mirror) -> None:
    """A wrong path of a right machine is the common mistake."""

    async def not_found(_: web.Request) -> web.StreamResponse:
        return web.Response(status=404)

    elsewhere.answer = not_found

    assert (await entered(home, elsewhere.url))["errors"] == {"url": "not_mcp"}


async def removed(home: RelayedHome, entry_id: str) -> None:
    """Leave the home as it was."""
    url = f"{home.core.url}/api/config/config_entries/entry/{entry_id}"
    headers = {"Authorization": f"Bearer {home.core.token}"}
    async with home.http.delete(url, headers=headers) as answer:
        assert answer.status == 200
