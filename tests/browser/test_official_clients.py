"""Official clients are let in by a person in a real browser, on the login page of a real home."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from mcp import Client, StdioServerParameters, types
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from playwright.async_api import Page
from pydantic import AnyUrl

from lab.node import node_environment, node_tools
from lab.process import free_port

from .browsers import Person
from .callbacks import Callback, waiting_callback
from .places import Place

pytestmark = pytest.mark.live

CLIENTS = Path(__file__).parent / "clients"


@dataclass
class Memory:
    """What a client keeps."""

    tokens: OAuthToken | None = None
    client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        """Return the tokens."""
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        """Keep the tokens."""
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        """Return what it is known as."""
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        """Keep what it is known as."""
        self.client = client_info


def provider(person: Person, callback: Callback, memory: Memory) -> httpx2.Auth:
    """Return the SDK's own way through the login, with a person in it."""

    async def back() -> AuthorizationCodeResult:
        came = await callback.came.get()
        return AuthorizationCodeResult(
            code=came["code"], state=came.get("state"), iss=came.get("iss")
        )

    metadata = OAuthClientMetadata(
        client_name="Python SDK of the tests",
        redirect_uris=[AnyUrl(callback.url)],
        token_endpoint_auth_method="none",
        grant_types=["authorization_code", "refresh_token"],
        response_types=["code"],
    )
    return OAuthClientProvider(person.place.url, metadata, memory, person.let_in, back)


async def test_the_python_sdk(place: Place, page: Page) -> None:
    """Discovery, registration, login, consent, tokens, a call; and a second time without a word."""
    person, memory = Person(page, place), Memory()
    async with waiting_callback() as callback:
        for _ in range(2):
            auth = provider(person, callback, memory)
            async with (
                httpx2.AsyncClient(verify=False, auth=auth, timeout=120) as http,
                Client(streamable_http_client(place.url, http_client=http)) as client,
            ):
                seen = await client.call_tool(place.tool, place.arguments)
        assert callback.came.empty()

    assert place.words in text(seen)
    assert memory.tokens is not None
    assert "home:control" in str(memory.tokens.scope)


def text(result: types.CallToolResult) -> str:
    """Return the text of an answer."""
    content = result.content[0]
    assert isinstance(content, types.TextContent)
    return content.text


@pytest.mark.parametrize("script", ["typescript_v1.mjs", "typescript_v2.mjs"])
async def test_the_typescript_sdk(place: Place, page: Page, script: str) -> None:
    """On which Claude Code, Gemini CLI and most editors are built."""
    process = await asyncio.create_subprocess_exec(
        *("node", "--input-type=module"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=node_tools(),  # modules are looked for from here
        env={
            **node_environment(),
            "MCP_URL": place.url,
            "MCP_CALL": json.dumps({"name": place.tool, "arguments": place.arguments}),
            "CALLBACK_PORT": str(free_port()),
        },
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write((CLIENTS / script).read_bytes())
    process.stdin.close()
    async with asyncio.timeout(120):
        url = json.loads(await process.stdout.readline())["visit"]
        await Person(page, place).let_in(url)
        told, complained = await process.communicate()

    assert process.returncode == 0, complained.decode()
    assert place.words in json.loads(told)["seen"]


async def test_mcp_remote(place: Place, page: Page, tmp_path: Path) -> None:
    """By which clients that know only stdio come in."""
    log = tmp_path / "remote.log"
    bridge = StdioServerParameters(
        command="mcp-remote",
        args=[place.url, str(free_port()), "--allow-http", "--transport", "http-only"],
        env={**node_environment(), "MCP_REMOTE_CONFIG_DIR": str(tmp_path)},
    )
    with log.open("w") as complaints:
        async with asyncio.timeout(120), asyncio.TaskGroup() as tasks:
            letting = tasks.create_task(let_in_when_asked(Person(page, place), log))
            async with Client(stdio_client(bridge, errlog=complaints), mode="legacy") as client:
                seen = await client.call_tool(place.tool, place.arguments)
            await letting

    assert place.words in text(seen)


async def let_in_when_asked(person: Person, log: Path) -> None:
    """Open the address that it prints, as a person without a browser on that machine does."""
    while not (urls := [one for one in said(log).split() if "/authorize?" in one]):  # noqa: ASYNC110 - it is another process
        await asyncio.sleep(0.05)
    await person.let_in(urls[0])


def said(log: Path) -> str:
    """Return what was printed so far, in whole lines."""
    whole, _, _ = log.read_text().rpartition("\n")
    return whole
