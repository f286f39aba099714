"""An assistant that connects, and the person who lets it."""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import httpx2

from .serving import HOME, RESOURCE, Running

BACK = "https://claude.ai/api/mcp/auth_callback"
VERIFIER = "v" * 64
EVERYTHING = ("home:control", "home:configure", "home:admin")
_WORD = re.compile(r'name="request" value="([^"]*)"')


def challenge(verifier: str = VERIFIER) -> str:
    """Return what a verifier is proven by."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def came_back(answer: httpx2.Response) -> dict[str, str]:
    """Return what the browser brings back to the assistant."""
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


@dataclass
class Assistant:
    """A client of the server, by the book unless told otherwise."""

    ours: Running
    id: str
    redirect: str = BACK
    resource: str = RESOURCE
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    @classmethod
    async def registered(
        cls, ours: Running, redirect: str = BACK, also: tuple[str, ...] = (), **said: Any
    ) -> Self:
        """Register first."""
        said = {"token_endpoint_auth_method": "none", "client_name": "Claude", **said}
        answer = await ours.register(redirect_uris=[redirect, *also], **said)
        return cls(ours, answer.json()["client_id"], redirect)

    def asking(self, **changed: str) -> dict[str, str]:
        """Return the parameters that it asks with."""
        asked = {
            "response_type": "code",
            "client_id": self.id,
            "redirect_uri": self.redirect,
            "state": self.state,
            "code_challenge": challenge(),
            "code_challenge_method": "S256",
            "resource": self.resource,
            "scope": "home:read home:control home:configure home:admin offline_access",
            **changed,
        }
        return {name: value for name, value in asked.items() if value}

    async def ask(self, **changed: str) -> httpx2.Response:
        """Send the person to the server."""
        return await self.ours.get("/authorize", **self.asking(**changed))

    async def page(self, **changed: str) -> httpx2.Response:
        """Let the person sign in, and return the page with the question."""
        asked = await self.ask(**changed)
        signed_in = await self.ours.http.get(asked.headers["Location"])
        return await self.ours.http.get(signed_in.headers["Location"])

    async def answered(
        self, *ticked: str, decision: str = "allow", lasts: str = "always", **changed: str
    ) -> httpx2.Response:
        """Let the person answer; returns where the browser is sent."""
        return await self.answer(
            await self.page(**changed), *ticked, decision=decision, lasts=lasts
        )

    async def answer(
        self,
        page: httpx2.Response,
        *ticked: str,
        decision: str = "allow",
        lasts: str = "always",
    ) -> httpx2.Response:
        """Answer the question of a page."""
        form = {"request": word_of(page), "decision": decision, "lasts": lasts}
        return await self.ours.post("/consent", **form, **dict.fromkeys(ticked, "on"))

    async def code(self, *ticked: str, **changed: str) -> str:
        """Get a code."""
        return came_back(await self.answered(*(ticked or EVERYTHING), **changed))["code"]

    async def exchange(self, code: str, **changed: str) -> httpx2.Response:
        """Bring a code to the token endpoint."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": self.id,
            "redirect_uri": self.redirect,
            "code_verifier": VERIFIER,
            "resource": self.resource,
            **changed,
        }
        return await self.ours.post("/token", **form)

    async def refresh(self, token: str, **changed: str) -> httpx2.Response:
        """Bring a refresh token to the token endpoint."""
        form = {
            "grant_type": "refresh_token",
            "refresh_token": token,
            "client_id": self.id,
            **changed,
        }
        return await self.ours.post("/token", **form)

    async def connected(self, *ticked: str, **changed: str) -> dict[str, Any]:
        """Go all the way, and return the tokens."""
        answer = await self.exchange(await self.code(*ticked, **changed))
        tokens: dict[str, Any] = answer.json()
        return tokens


def word_of(page: httpx2.Response) -> str:
    """Return the word that a page's form carries."""
    found = _WORD.search(page.text)
    assert found is not None, page.text
    return unescape(found[1])


__all__ = [
    "BACK",
    "EVERYTHING",
    "HOME",
    "VERIFIER",
    "Assistant",
    "came_back",
    "challenge",
    "word_of",
]
