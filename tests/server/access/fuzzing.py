"""Requests that nobody sane would send, to every endpoint, with true tokens among the junk."""

import asyncio
import base64
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote_plus, urlsplit

import httpx2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ha_mcp.access.fetching import Fetched, NotFetched
from ha_mcp.access.metadata_documents import MetadataDocuments

from .assistants import BACK, EVERYTHING, VERIFIER, Assistant, challenge, word_of
from .serving import HOME, RESOURCE, Running, running

LOCAL: Final = "http://localhost:1/callback"
_POSTS: Final = {"/token", "/register", "/revoke", "/introspect", "/consent", "/signin"}
_PATHS: Final = [
    *sorted(_POSTS),
    "/authorize",
    "/jwks",
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration/x",
    f"/.well-known/oauth-protected-resource{urlsplit(RESOURCE).path}",
    "/token/.well-known/openid-configuration",
]
_NAMES: Final = (
    "response_type client_id redirect_uri state code_challenge code_challenge_method resource scope"
    " response_mode request request_uri prompt grant_type code code_verifier refresh_token"
    " client_secret token token_type_hint decision lasts home:control home:admin x"
).split()
_WORDS: Final = [
    *("code", "token", "S256", "plain", "query", "authorization_code", "refresh_token", "password"),
    *("allow", "deny", "always", "day", "on", VERIFIER, challenge(), BACK, LOCAL, RESOURCE, HOME),
    *("home:read home:control", "home:admin offline_access", "https://evil.example/", "none"),
    *("https://claude.ai/oauth/mcp-oauth-client-metadata", "https://127.0.0.1/client.json"),
    *("javascript:alert(1)", "//evil.example", "a\r\nSet-Cookie: a=b", "\x00", "é\u202e", "%zz"),
    *(f"{BACK}\r\nX: y", f"{LOCAL}#", f"{LOCAL}\n", "http://localhost:5/call\r\nback"),
    *("http://localhost:5/callback", "http://user@localhost:5/callback"),
    *("hamcp_a_x", "hamcp_r_" + "A" * 43, "hamcp_c_" + "A" * 43, "hamcp_s_x", "x" * 5000),
]
_HEADERS: Final = [
    {"Authorization": "Basic !!!"},
    {"Authorization": "Bearer x"},
    {"Authorization": "Basic " + base64.b64encode(b"\xff:\xff").decode()},
    {"Content-Type": "application/json"},
    {"Content-Type": "text/plain; charset=utf-16"},
    {"Content-Type": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": "null"},
]
# What a true request says, to which the junk is added.
_WHOLE: Final = {
    "/authorize": (
        "response_type client_id redirect_uri state code_challenge code_challenge_method resource"
        " scope"
    ).split(),
    "/token": "grant_type code code_verifier client_id refresh_token".split(),
    "/consent": ["request", "decision", "home:control"],
    "/revoke": ["token", "client_id"],
    "/introspect": ["token", "client_id"],
    "/signin": ["state"],
}
_TRUE: Final = {
    "response_type": "code",
    "redirect_uri": BACK,
    "state": "s",
    "code_challenge": challenge(),
    "code_challenge_method": "S256",
    "resource": RESOURCE,
    "scope": "home:read home:control offline_access",
    "code_verifier": VERIFIER,
    "decision": "allow",
    "home:control": "on",
}


@dataclass(frozen=True)
class Junk:
    """What is drawn for one request; numbers choose among what is known by then."""

    path: str
    method: str
    begins_true: bool
    left_out: tuple[int, ...]
    extra: tuple[tuple[str, str | int], ...]
    twice: bool
    raw: bytes | None
    headers: dict[str, str]
    pick: int
    later: int


_VALUES: Final = st.one_of(
    st.integers(0, 10_000), st.sampled_from(_WORDS), st.text(max_size=60), st.just("")
)
JUNK: Final = st.builds(
    Junk,
    path=st.sampled_from([*_PATHS, *["/token", "/consent", "/authorize", "/signin"] * 3]),
    method=st.sampled_from([*[""] * 14, "GET", "POST", "OPTIONS", "HEAD", "PUT", "DELETE"]),
    begins_true=st.sampled_from([True, True, True, False]),
    left_out=st.sampled_from([(), (), (0,), (1,), (2, 4), (3,), (5, 6), (7,)]),
    extra=st.lists(st.tuples(st.sampled_from(_NAMES), _VALUES), max_size=2).map(tuple),
    twice=st.sampled_from([True, *[False] * 7]),
    raw=st.sampled_from([*[None] * 9, b"", b"%", b"a=%ff", b"&" * 200, b"\xff=\x00", b"a=1;b=2"]),
    headers=st.sampled_from([*[dict[str, str]()] * 12, *_HEADERS]),
    pick=st.integers(0, 10_000),
    later=st.sampled_from([0, 0, 0, 0, 0, 0, 1, 30, 61, 130, 4000]),
)
_ANYTHING: Final = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=30), st.just(BACK)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=8,
)
_SAID: Final = {
    "client_name": st.text(),
    "token_endpoint_auth_method": st.sampled_from(["none", "client_secret_post"]),
    "grant_types": st.just(["authorization_code"]),
    "response_types": st.just(["code"]),
    "application_type": st.just("web"),
    "scope": st.text(),
}
_SCRAMBLED: Final = st.fixed_dictionaries(
    {}, optional=dict.fromkeys([*_SAID, "redirect_uris"], _ANYTHING)
)
REGISTRATION: Final = st.builds(
    lambda said, scrambled: {**said, **scrambled},
    st.fixed_dictionaries({"redirect_uris": st.just([BACK])}, optional=_SAID),
    st.one_of(st.just({}), _SCRAMBLED),
)


@dataclass
class Fuzz:
    """A server, what was found out about it, and what it must never do."""

    ours: Running
    known: dict[str, list[str]] = field(default_factory=dict)
    told: Counter[int] = field(default_factory=Counter)
    given: int = 0

    async def refill(self) -> None:
        """Go the true way once, so that there is always something true to misuse."""
        self.ours.clock.now += 7  # the rate at which one place may register
        claude = await Assistant.registered(self.ours, also=(LOCAL,))
        self._learn("client_id", claude.id)
        page = await claude.page()
        self._learn("request", word_of(page))
        asked = await claude.ask()
        self._learn("pending", dict(parse_qsl(urlsplit(asked.headers["Location"]).query))["state"])
        self._learn("code", await claude.code(*EVERYTHING))
        tokens = await claude.connected()
        self._learn("refresh_token", tokens["refresh_token"])
        self._learn("token", tokens["access_token"])

    def _learn(self, name: str, value: str) -> None:
        self.known.setdefault(name, []).append(value)

    def _value(self, path: str, name: str, pick: int) -> str:
        """Return something true for a parameter, if there is."""
        source = "pending" if (path, name) == ("/signin", "state") else name
        if source == "grant_type":
            return ["authorization_code", "refresh_token"][pick % 2]
        if path in {"/revoke", "/introspect"} and source == "token":
            source = ["refresh_token", "token"][pick % 2]
        known = self.known.get(source)
        return known[-1 - pick % min(len(known), 5)] if known else _TRUE.get(name, "x")

    def _params(self, junk: Junk) -> list[tuple[str, str]]:
        whole = _WHOLE.get(junk.path, [])
        kept = [name for number, name in enumerate(whole) if number not in junk.left_out]
        true = [(name, self._value(junk.path, name, junk.pick)) for name in kept]
        extra = [
            (name, self._value(junk.path, name, value) if isinstance(value, int) else value)
            for name, value in junk.extra
        ]
        said = [*(true if junk.begins_true else []), *extra]
        return said if junk.twice else list(dict(said).items())

    async def send(self, junk: Junk) -> None:
        """Send one request, and look at what came of it."""
        self.ours.clock.now += junk.later
        encoded = "&".join(
            f"{quote_plus(name)}={quote_plus(value, errors='ignore')}"
            for name, value in self._params(junk)
        )
        method = junk.method or ("POST" if junk.path in _POSTS else "GET")
        in_body = method in {"POST", "PUT"}
        body = (encoded.encode() if junk.raw is None else junk.raw) if in_body else None
        form = {"Content-Type": "application/x-www-form-urlencoded"} if in_body else {}
        url = junk.path if in_body or not encoded else f"{junk.path}?{encoded}"
        self.look(
            junk.path,
            await self.ours.http.request(
                method, url, content=body, headers={**form, **junk.headers}
            ),
        )

    async def register(self, said: dict[str, Any]) -> None:
        """Register something."""
        self.ours.clock.now += 7
        self.look("/register", await self.ours.http.post("/register", json=said))

    def look(self, path: str, answer: httpx2.Response) -> None:
        """Insist on what must always be so."""
        self.told[answer.status_code] += 1
        assert answer.status_code < 500, (path, answer.status_code, answer.text)
        assert "Traceback" not in answer.text
        assert "\r" not in str(dict(answer.headers))
        if "location" in answer.headers:
            assert_leads_home(answer.headers["location"])
        if answer.headers.get("content-type") == "application/json" and answer.content:
            self.given += "access_token" in answer.json()
            assert answer.status_code < 400 or answer.json()["error"]


def assert_leads_home(location: str) -> None:
    """Insist that a browser is sent to the client or to ourselves."""
    assert location.isprintable()
    allowed = (
        f"{BACK}?",
        "http://localhost:5/callback?",
        f"{LOCAL}?",
        f"{HOME}/signin?",
        f"{HOME}/consent?",
        "https://claude.com/api/mcp/",
    )
    assert location.startswith(allowed), location


async def _no_world(_: str) -> Fetched:
    raise NotFetched("there is no world")


@asynccontextmanager
async def fuzzed(folder: Path) -> AsyncIterator[Fuzz]:
    """Run a server to be misused."""
    async with running(folder, documents=MetadataDocuments(_no_world)) as ours:
        fuzz = Fuzz(ours)
        await fuzz.refill()
        yield fuzz


def misuse(folder: Path, requests: int, *, the_same: bool) -> Fuzz:
    """Send so many requests, the same or others each time, and return what came of them."""
    with asyncio.Runner() as runner:
        world = fuzzed(folder)
        fuzz = runner.run(world.__aenter__())
        try:
            _drive(
                lambda junk: _one(runner, fuzz, junk), JUNK, requests * 4 // 5, the_same=the_same
            )
            _drive(
                lambda said: runner.run(fuzz.register(said)),
                REGISTRATION,
                requests // 5,
                the_same=the_same,
            )
        finally:
            runner.run(world.__aexit__(None, None, None))
    return fuzz


def _one(runner: asyncio.Runner, fuzz: Fuzz, junk: Junk) -> None:
    if junk.pick % 30 == 0:
        runner.run(fuzz.refill())
    runner.run(fuzz.send(junk))


def _drive(
    send: Callable[[Any], None], strategy: st.SearchStrategy[Any], times: int, *, the_same: bool
) -> None:
    """Draw so many, and find the smallest one that breaks something."""

    @settings(
        max_examples=times,
        derandomize=the_same,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def drawn(junk: Any) -> None:
        send(junk)

    drawn()
