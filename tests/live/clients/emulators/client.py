"""One engine for all clients: discovery, registration, authorization, token, refresh and call."""

import base64
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from .discovery import Challenge, Found, Lost, Stage, discovered
from .habits import Habits
from .web import Answer, Web

_HELLO = {
    "jsonrpc": "2.0",
    "id": 0,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "emulator", "version": "1"},
    },
}
# Opens an address in a browser and returns where it ended: at the client.
type Browser = Callable[[str], Awaitable[str]]


@dataclass(slots=True)
class Tokens:
    """What the client holds."""

    access: str
    refresh: str | None
    scope: str
    expires_in: int


@dataclass
class Client:
    """A client that behaves as its maker documents."""

    habits: Habits
    web: Web
    url: str
    browser: Browser
    typed: tuple[str, str] | None = None
    """Client id and secret, for clients where a person types them."""
    found: Found | None = None
    client_id: str = ""
    secret: str | None = None
    tokens: Tokens | None = None
    redirects: list[str] = field(default_factory=list)
    remembers: int = 64
    """Bytes that it keeps in the state."""

    async def connect(self) -> None:
        """Do what the client does when a person adds the server; raises Lost where it gives up."""
        first = await self._first()
        if first.status == 401 or self.habits.looks_first:
            await self.sign_in(Challenge.of(first))
            first = await self.ask(_HELLO)
        if first.status != 200 or "result" not in (first.json() or {}):
            raise Lost(Stage.CALL, f"HTTP {first.status}: {first.text[:200]}")

    async def sign_in(self, challenge: Challenge) -> None:
        """Find the authorization server, become known to it, and have the person agree."""
        self.found = await discovered(self.web, self.habits, self.url, challenge)
        if not self.client_id:
            await self._introduced(self.found)
        verifier = secrets.token_urlsafe(48)
        code = await self._authorized(self.found, verifier)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.habits.redirect,
            **({"code_verifier": verifier} if self.habits.proves else {}),
        }
        await self._take(await self._token(form))

    async def refresh(self) -> None:
        """Trade the refresh token for new ones."""
        if self.tokens is None or self.tokens.refresh is None:
            raise Lost(Stage.TOKEN, "there is nothing to refresh with")
        form = {"grant_type": "refresh_token", "refresh_token": self.tokens.refresh}
        await self._take(await self._token(form))

    async def disconnect(self) -> None:
        """Tell the server that the person removed the connection."""
        if self.tokens is None or self.found is None:
            return
        token = self.tokens.refresh or self.tokens.access
        answer = await self.web.submit(
            self.found.endpoint("revocation"), {"token": token, **self._who()}
        )
        if answer.status != 200:
            raise Lost(Stage.TOKEN, f"revoking answers {answer.status}: {answer.text[:200]}")

    async def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Call a tool; refreshes once when the token no longer holds."""
        params = {"name": tool, "arguments": arguments}
        message = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}
        answer = await self.ask(message)
        if answer.status == 401 and self.tokens is not None:
            await self.refresh()
            answer = await self.ask(message)
        if answer.status != 200:
            raise Lost(Stage.CALL, f"HTTP {answer.status}: {answer.text[:200]}")
        result: dict[str, Any] = answer.json()["result"]
        return result

    async def ask(self, message: Any) -> Answer:
        """Send a message to the server, with the token when there is one."""
        bearer = {} if self.tokens is None else {"Authorization": f"Bearer {self.tokens.access}"}
        return await self.web.post(self.url, message, **bearer)

    async def _first(self) -> Answer:
        if self.habits.asks_by_get:
            looked = await self.web.get(self.url, Accept="text/event-stream")
            if looked.status == 401:
                return looked
        return await self.ask(_HELLO)

    async def _introduced(self, found: Found) -> None:
        """Become known: by what was typed, by a metadata document, or by registration."""
        metadata, habits = found.metadata, self.habits
        if habits.typed_client:
            if self.typed is None:
                raise Lost(Stage.CLIENT, "the person has no client id to type")
            self.client_id, self.secret = self.typed
        elif habits.document is not None and self._by_document(metadata):
            self.client_id = habits.document
        elif habits.registers and metadata.get("registration_endpoint"):
            await self._registered(found)
        else:
            raise Lost(Stage.CLIENT, "there is no way to become known")

    def _by_document(self, metadata: dict[str, Any]) -> bool:
        habits = self.habits
        ways = metadata.get("token_endpoint_auth_methods_supported", ())
        named = metadata.get("authorization_response_iss_parameter_supported")
        return (
            metadata.get("client_id_metadata_document_supported") is True
            and (not habits.document_wants_none or "none" in ways)
            and (not habits.document_wants_iss or named is True)
        )

    async def _registered(self, found: Found) -> None:
        body = {
            "client_name": self.habits.name,
            "redirect_uris": [self.habits.redirect],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
            "application_type": "native" if "localhost" in self.habits.redirect else "web",
        }
        answer = await self.web.post(found.endpoint("registration"), body)
        if answer.status != 201:
            raise Lost(Stage.CLIENT, f"registration answers {answer.status}: {answer.text[:200]}")
        said = answer.json()
        self.client_id, self.secret = said["client_id"], said.get("client_secret")

    async def _authorized(self, found: Found, verifier: str) -> str:
        """Have the person agree, and return the code."""
        state = secrets.token_urlsafe(self.remembers)
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.habits.redirect,
            "state": state,
            **(_challenge(verifier) if self.habits.proves else {}),
            **self._resource(found),
            **({"scope": found.scope} if found.scope else {}),
            **dict(self.habits.more),
        }
        begin = f"{found.endpoint('authorization')}?{urlencode(query)}"
        ended = await self.browser(begin)
        self.redirects.append(ended)
        if not ended.startswith(self.habits.redirect):
            raise Lost(Stage.AUTHORIZATION, f"the browser ended at {ended[:200]}")
        said = {name: values[0] for name, values in parse_qs(urlsplit(ended).query).items()}
        self._check(found, said, state)
        return said["code"]

    def _check(self, found: Found, said: dict[str, str], state: str) -> None:
        if said.get("state") != state:
            raise Lost(Stage.AUTHORIZATION, "the state is not the one that was sent")
        promised = found.metadata.get("authorization_response_iss_parameter_supported")
        if self.habits.checks_iss and (promised or "iss" in said):
            issuer = found.metadata["issuer"]
            if said.get("iss") != issuer:
                raise Lost(Stage.AUTHORIZATION, f"iss is {said.get('iss')}, not {issuer}")
        if "error" in said:
            raise Lost(Stage.AUTHORIZATION, said["error"])

    async def _token(self, form: dict[str, str]) -> Answer:
        if self.found is None:
            raise Lost(Stage.TOKEN, "nobody is known to ask")
        sent = {**form, **self._who(), **self._resource(self.found)}
        return await self.web.submit(self.found.endpoint("token"), sent)

    async def _take(self, answer: Answer) -> None:
        said = answer.json()
        if answer.status != 200 or not isinstance(said, dict):
            raise Lost(Stage.TOKEN, f"HTTP {answer.status}: {answer.text[:200]}")
        kept = None if self.tokens is None else self.tokens.refresh
        self.tokens = Tokens(
            said["access_token"],
            said.get("refresh_token", kept),
            said.get("scope", ""),
            int(said.get("expires_in", 0)),
        )

    def _resource(self, found: Found) -> dict[str, str]:
        wanted = found.resource if self.habits.names_resource else None
        return {"resource": wanted} if wanted else {}

    def _who(self) -> dict[str, str]:
        """Name the client, with its secret where it has one."""
        known = {"client_id": self.client_id}
        return known | ({"client_secret": self.secret} if self.secret else {})


def _challenge(verifier: str) -> dict[str, str]:
    digest = hashlib.sha256(verifier.encode()).digest()
    made = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return {"code_challenge": made, "code_challenge_method": "S256"}
