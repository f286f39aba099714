"""A server for many people as a process, and an assistant that somebody connects to it."""

import base64
import hashlib
import re
import secrets
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from lab.core import RunningCore
from lab.process import free_port
from lab.server import RunningServer, running_server

BACK = "http://127.0.0.1:9/callback"
KEY = "a key of the tests that is long enough"
_WORD = re.compile(r'name="request" value="([^"]*)"')
_RIGHTS = ("home:control", "home:configure", "home:admin")


@dataclass
class Many:
    """A server that is running, and the browsers and assistants that ask it."""

    server: RunningServer
    base: str

    @property
    def url(self) -> str:
        """The address of the endpoint."""
        return f"{self.base}/mcp"


@asynccontextmanager
async def many(
    folder: Path, *, port: int | None = None, base: str = "", env: Mapping[str, str] | None = None
) -> AsyncIterator[Many]:
    """Run ``ha-mcp-oauth`` on this machine, where homes may be, too."""
    port = port or free_port()
    base = base or f"http://127.0.0.1:{port}"
    settings = {
        "MCP_BASE_URL": base,
        "OAUTH_ENCRYPTION_KEY": KEY,
        "MCP_ALLOW_LOCAL_HOMES": "true",
        **(env or {}),
    }
    program = Path(sys.executable).parent / "ha-mcp-oauth"
    async with running_server(
        folder, [program], home=("", ""), port=port, path="/mcp", env=settings
    ) as server:
        while await server.health() is None:
            server.check_alive()
        yield Many(server, base)


@dataclass
class Assistant:
    """An assistant that is registered, and the person who connects it."""

    base: str
    http: httpx2.AsyncClient
    id: str = ""
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    tokens: dict[str, Any] = field(default_factory=dict)

    async def register(self, back: str = BACK) -> None:
        """Introduce itself."""
        said = {
            "client_name": "Assistant of the tests",
            "redirect_uris": [back],
            "token_endpoint_auth_method": "none",
        }
        answer = await self.http.post(f"{self.base}/register", json=said)
        assert answer.status_code == 201, answer.text
        self.id = answer.json()["client_id"]

    async def form(self) -> httpx2.Response:
        """Send the person to the server, which asks where their home is."""
        return await self.http.get(self.begin())

    def begin(self, back: str = BACK) -> str:
        """Return where it sends the person."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.id,
            "redirect_uri": back,
            "state": "the state",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            "resource": f"{self.base}/mcp",
            "scope": "home:read home:control home:configure home:admin offline_access",
        }
        return f"{self.base}/authorize?{urlencode(asked)}"

    async def say_where(self, page: httpx2.Response, **fields: str) -> httpx2.Response:
        """Fill in the form; the answer is the form again, or leads on."""
        form = {"request": word_of(page), **fields}
        return await self.http.post(f"{self.base}/signin", data=form)

    async def allow(self, signed_in: httpx2.Response, rights: tuple[str, ...] = _RIGHTS) -> None:
        """Allow it what it asked for, and bring the code back."""
        question = await self.http.get(_leads_to(signed_in))
        assert question.status_code == 200, question.text
        form = {"request": word_of(question), "decision": "allow", "lasts": "always"}
        answer = await self.http.post(
            f"{self.base}/consent", data=form | dict.fromkeys(rights, "on")
        )
        back = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
        assert back["state"] == "the state"
        await self._trade(
            grant_type="authorization_code",
            code=back["code"],
            redirect_uri=BACK,
            code_verifier=self.verifier,
        )

    async def refresh(self) -> None:
        """Get new tokens."""
        await self._trade(grant_type="refresh_token", refresh_token=self.tokens["refresh_token"])

    async def _trade(self, **form: str) -> None:
        form |= {"client_id": self.id, "resource": f"{self.base}/mcp"}
        answer = await self.http.post(f"{self.base}/token", data=form)
        assert answer.status_code == 200, answer.text
        self.tokens = answer.json()

    async def connect(self, core: RunningCore, token: str) -> None:
        """Go all the way with a long-lived token."""
        await self.register()
        page = await self.form()
        await self.allow(await self.say_where(page, url=core.url, token=token, **{"with": "token"}))

    async def post(self, method: str, **params: Any) -> httpx2.Response:
        """Send one message."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        return await self.http.post(f"{self.base}/mcp", json=body, headers=self.headers)

    async def call(self, tool: str, **arguments: Any) -> httpx2.Response:
        """Call a tool."""
        return await self.post("tools/call", name=tool, arguments=arguments)

    @property
    def headers(self) -> dict[str, str]:
        """Return what shows the token."""
        token = self.tokens.get("access_token", "")
        return {"Authorization": f"Bearer {token}"} if token else {}

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        """Ask with the official client."""
        async with (
            httpx2.AsyncClient(verify=False, headers=self.headers, timeout=30) as http,
            Client(streamable_http_client(f"{self.base}/mcp", http_client=http)) as client,
        ):
            yield client


@asynccontextmanager
async def assistant(base: str) -> AsyncIterator[Assistant]:
    """Make an assistant with a browser that follows nothing by itself."""
    async with httpx2.AsyncClient(verify=False, timeout=30) as http:
        yield Assistant(base, http)


def word_of(page: httpx2.Response) -> str:
    """Return the word that a page's form carries."""
    found = _WORD.search(page.text)
    assert found is not None, page.text
    return unescape(found[1])


def _leads_to(answer: httpx2.Response) -> str:
    assert answer.status_code == 303, answer.text
    return urljoin(str(answer.url), answer.headers["Location"])
