"""A server of one's own with a certificate: an official client, and a page in a browser's words."""

import asyncio
import sys
from pathlib import Path

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from fakes.certificates import self_signed, trusting
from lab.core import running_core
from lab.process import free_port
from lab.server import running_server

pytestmark = pytest.mark.live

PAGE = "https://inspector.example"


async def test_an_official_client_comes_in_over_tls_and_a_page_may_ask(tmp_path: Path) -> None:
    """Certificate, key and the origin of the page are all that is set."""
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    self_signed(chain, key)
    settings = {"SSL_CERTFILE": str(chain), "SSL_KEYFILE": str(key), "MCP_CORS_ORIGINS": PAGE}

    async with (
        running_core() as core,
        running_server(
            tmp_path,
            [Path(sys.executable).parent / "ha-mcp-web"],
            home=(core.url, core.token),
            port=free_port(),
            path="/private_of_the_tests_0004",
            env=settings,
        ) as server,
        httpx2.AsyncClient(verify=trusting(chain)) as http,
    ):
        url = server.url.replace("http:", "https:", 1)
        await until_served(http, url)
        before = await http.options(
            url, headers={"Origin": PAGE, "Access-Control-Request-Method": "POST"}
        )
        async with Client(streamable_http_client(url, http_client=http)) as client:
            tools = {tool.name for tool in (await client.list_tools()).tools}
            seen = await client.call_tool("ha_get_state", {"entity_ids": ["sun.sun"]})
        announced = server.log()

    assert before.headers["Access-Control-Allow-Origin"] == PAGE
    assert "ha_search" in tools
    assert not seen.is_error
    assert url in announced


async def until_served(http: httpx2.AsyncClient, url: str) -> None:
    """Wait until the port is open and the certificate is shown."""
    async with asyncio.timeout(60):
        while True:
            try:
                await http.get(url)
            except httpx2.TransportError:
                await asyncio.sleep(0.05)
            else:
                return
