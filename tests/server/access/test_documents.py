"""A client may be known by a document: read with care, kept a while, never from the house."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from fakes.certificates import self_signed
from ha_mcp.access import fetching
from ha_mcp.access.clients import RegisteredClient, Unusable
from ha_mcp.access.fetching import Fetched, NotFetched, address_objection, fetch
from ha_mcp.access.freshness import LONGEST, SHORTEST, lifetime
from ha_mcp.access.metadata_documents import MetadataDocuments
from ha_mcp.access.pinned import pinned
from ha_mcp.access.public_addresses import is_public

from .assistants import Assistant
from .serving import Clock, running

URL = "https://assistant.example/client.json"
SAID = {
    "client_id": URL,
    "client_name": "Assistant",
    "redirect_uris": ["https://assistant.example/back"],
    "token_endpoint_auth_method": "private_key_jwt",
    "grant_types": ["authorization_code", "refresh_token", "some-new-grant"],
}
CLIENT = RegisteredClient(id=URL, name="Assistant", redirects=("https://assistant.example/back",))


@dataclass
class Host:
    """What stands at addresses, as the tests want it."""

    answers: dict[str, Any] = field(default_factory=lambda: {URL: SAID})
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def __call__(self, url: str) -> Fetched:
        """Answer like an address."""
        self.asked.append(url)
        answer = self.answers.get(url, NotFetched("it answered 404"))
        if isinstance(answer, Exception):
            raise answer
        body = answer if isinstance(answer, bytes) else orjson.dumps(answer)
        return Fetched(body, self.headers)


@pytest.fixture
def clock() -> Clock:
    """Return the time."""
    return Clock()


@pytest.fixture
def host() -> Host:
    """Return the world."""
    return Host()


@pytest.fixture
def documents(host: Host, clock: Clock) -> MetadataDocuments:
    """Return what reads the world."""
    return MetadataDocuments(host, clock)


async def why_not(documents: MetadataDocuments, url: str = URL) -> str:
    """Return why a client is not known."""
    with pytest.raises(Unusable) as caught:
        await documents(url)
    return caught.value.why


async def test_a_client_is_what_its_document_says(documents: MetadataDocuments) -> None:
    """Without a secret, whatever it says of proving who it is."""
    assert await documents(URL) == CLIENT


async def test_the_whole_way_with_a_document(tmp_path: Path, documents: MetadataDocuments) -> None:
    """Nothing is registered, and the document is read once."""
    async with running(tmp_path, documents=documents) as ours:
        said = (await ours.get("/.well-known/oauth-authorization-server")).json()
        assistant = Assistant(ours, URL, CLIENT.redirects[0])
        tokens = await assistant.connected()
        again = await assistant.refresh(tokens["refresh_token"])

    assert said["client_id_metadata_document_supported"] is True
    assert again.status_code == 200


async def test_a_host_that_is_away_signs_nobody_out(
    tmp_path: Path, documents: MetadataDocuments, host: Host, clock: Clock
) -> None:
    """Tokens belong to an id; the document is for when somebody is asked."""
    async with running(tmp_path, documents=documents) as ours:
        assistant = Assistant(ours, URL, CLIENT.redirects[0])
        tokens = await assistant.connected()
        host.answers.clear()
        clock.now += 10 * 86_400
        again = await assistant.refresh(tokens["refresh_token"])

    assert again.status_code == 200


async def test_why_a_document_cannot_be_used_is_told_to_the_person(
    tmp_path: Path, documents: MetadataDocuments, host: Host
) -> None:
    """On a page, since nobody vouches for any address."""
    host.answers[URL] = b"<html>Are you a robot?</html>"
    async with running(tmp_path, documents=documents) as ours:
        answer = await Assistant(ours, URL, CLIENT.redirects[0]).ask()

    assert answer.status_code == 400
    assert "it is not JSON" in answer.text


async def test_a_client_with_a_document_has_no_secret(
    tmp_path: Path, documents: MetadataDocuments
) -> None:
    """Who shows one mixes something up."""
    async with running(tmp_path, documents=documents) as ours:
        assistant = Assistant(ours, URL, CLIENT.redirects[0])
        answer = await assistant.exchange(await assistant.code(), client_secret="x")

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"client_id": "https://assistant.example/other.json"}, "another client"),
        ({"client_id": f"{URL}/"}, "another client"),
        ({"client_id": None}, "another client"),
        ({"redirect_uris": []}, "redirect_uris"),
        ({"redirect_uris": ["http://assistant.example/back"]}, "https://"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "javascript:"),
    ],
)
async def test_a_document_that_is_wrong_is_not_used(
    documents: MetadataDocuments, host: Host, changed: dict[str, Any], why: str
) -> None:
    """It has to be about the client, and to name where it may be sent."""
    host.answers[URL] = {**SAID, **changed}

    assert why in await why_not(documents)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"<html>", b"\xff", b"[" * 9000])
async def test_what_is_no_document_is_not_used(
    documents: MetadataDocuments, host: Host, body: bytes
) -> None:
    """Some hosts ask first whether we are a machine."""
    host.answers[URL] = body

    assert "the document" in await why_not(documents)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, SHORTEST),
        ({"Cache-Control": "no-store"}, SHORTEST),
        ({"Cache-Control": "max-age=600"}, 600),
        ({"Cache-Control": "public, max-age=600", "Age": "100"}, 500),
        ({"Cache-Control": 'MAX-AGE = 600 , s-maxage="700"'}, 700),
        ({"Cache-Control": "max-age=99999999999999999999"}, LONGEST),
        ({"Cache-Control": "max-age=-5"}, SHORTEST),
        ({"Cache-Control": "max-age=x,,=,"}, SHORTEST),
        (
            {
                "Date": "Sat, 21 Nov 2026 12:00:00 GMT",
                "Expires": "Sat, 21 Nov 2026 12:20:00 GMT",
            },
            1200,
        ),
        ({"Date": "yesterday", "Expires": "0"}, SHORTEST),
    ],
)
def test_a_document_is_kept_for_as_long_as_its_host_says(
    headers: dict[str, str], seconds: float
) -> None:
    """Not for ever, and not read for every page."""
    assert lifetime(headers) == seconds


async def test_a_document_is_read_again_when_its_time_is_over(
    documents: MetadataDocuments, host: Host, clock: Clock
) -> None:
    """What it says now counts."""
    host.headers = {"Cache-Control": "max-age=600"}
    await documents(URL)
    clock.now += 599
    await documents(URL)
    host.answers[URL] = {**SAID, "client_name": "New"}
    clock.now += 1

    assert (await documents(URL)).name == "New"
    assert len(host.asked) == 2


async def test_what_a_document_said_counts_while_its_host_is_away(
    documents: MetadataDocuments, host: Host, clock: Clock
) -> None:
    """For a week; its host is not asked all the time meanwhile."""
    await documents(URL)
    host.answers[URL] = b"<html>Are you a robot?</html>"
    clock.now += 6 * 86_400
    stale = [await documents(URL) for _ in range(5)]
    asked = len(host.asked)
    clock.now += 86_400

    assert stale == [CLIENT] * 5
    assert asked == 2
    assert "it is not JSON" in await why_not(documents)


async def test_a_document_that_could_not_be_read_is_soon_tried_again(
    documents: MetadataDocuments, host: Host, clock: Clock
) -> None:
    """The person presses the button once more."""
    host.answers[URL] = NotFetched("it took longer than 5 s")
    await why_not(documents)
    host.answers[URL] = SAID
    await why_not(documents)
    clock.now += 60

    assert await documents(URL) == CLIENT


@pytest.mark.parametrize(
    ("url", "back"),
    [
        (
            "https://claude.ai/oauth/mcp-oauth-client-metadata",
            "https://claude.ai/api/mcp/auth_callback",
        ),
        (
            "https://claude.ai/oauth/claude-code-client-metadata",
            "http://localhost:51234/callback",
        ),
        (
            "https://chatgpt.com/oauth/client.json",
            "https://chatgpt.com/connector_platform_oauth_redirect",
        ),
        (
            "https://chatgpt.com/oauth/a1-B2_c3/client.json",
            "https://chatgpt.com/connector/oauth/a1-B2_c3",
        ),
    ],
)
async def test_well_known_assistants_come_in_although_their_host_does_not_answer(
    documents: MetadataDocuments, url: str, back: str
) -> None:
    """Their documents are known."""
    client = await documents(url)

    assert client.may_return_to(back)
    assert not client.may_return_to(back + "x")


async def test_what_a_well_known_assistant_says_goes_before_what_is_known(
    documents: MetadataDocuments, host: Host
) -> None:
    """It may have moved."""
    url = "https://claude.ai/oauth/mcp-oauth-client-metadata"
    host.answers[url] = {**SAID, "client_id": url, "redirect_uris": ["https://claude.new/back"]}

    assert (await documents(url)).redirects == ("https://claude.new/back",)


@pytest.mark.parametrize(
    "url",
    [
        "https://chatgpt.com/oauth/codex/client.json",
        "https://chatgpt.com/oauth//client.json",
        "https://chatgpt.com/oauth/a/b/client.json",
        "https://chatgpt.com/oauth/a%2Fb/client.json",
        "https://chatgpt.com.evil.example/oauth/client.json",
        "https://claude.ai/oauth/mcp-oauth-client-metadata/",
    ],
)
def test_nobody_else_is_taken_for_a_well_known_assistant(url: str) -> None:
    """One letter more is another client."""
    assert pinned(url) is None


async def test_only_so_many_documents_are_remembered(
    documents: MetadataDocuments, host: Host, clock: Clock
) -> None:
    """Anybody can name addresses."""
    host.answers = {
        url: {**SAID, "client_id": url}
        for url in (f"https://a{number}.example/c.json" for number in range(300))
    }
    host.headers = {"Cache-Control": "max-age=86400"}
    for url in host.answers:
        clock.now += 3
        await documents(url)
    first, *_, last = host.answers
    await documents(last)
    await documents(first)

    assert host.asked[300:] == [first]


async def test_one_host_is_not_asked_without_end(documents: MetadataDocuments, host: Host) -> None:
    """Anybody can name addresses; another host is still asked."""
    for number in range(15):
        await why_not(documents, f"https://victim.example/{number}")

    assert len(host.asked) == 10
    assert await documents(URL) == CLIENT


@pytest.mark.parametrize(
    "url",
    [
        "http://assistant.example/client.json",
        "https://assistant.example",
        "https://assistant.example/",
        "https://assistant.example/a/../client.json",
        "https://assistant.example/a/%2e%2e/client.json",
        "https://assistant.example/client.json#x",
        "https://user@assistant.example/client.json",
        "https://assistant.example:port/client.json",
        "https://assistant.example\\@evil.example/client.json",
        "https://assistant.example/client.json\r\nHost: evil.example",
        "https://localhost/client.json",
        "https://homeassistant/client.json",
        "https://127.0.0.1/client.json",
        "https://127.1/client.json",
        "https://8.8.8.8/client.json",
        "https://[::1]/client.json",
        "https://[::1/client.json",
        "https://2130706433/client.json",
        "https://ässistant.example/client.json",
        "file:///etc/passwd",
        "",
    ],
)
async def test_an_address_that_cannot_be_a_documents_is_not_asked(
    documents: MetadataDocuments, host: Host, url: str
) -> None:
    """Neither here nor by the one that reads."""
    await why_not(documents, url)
    with pytest.raises(NotFetched):
        await fetch(url)

    assert host.asked == []
    assert address_objection(url)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
        *(
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fe80::1%eth0",
            "fc00::1",
            "fd12::1",
            "ff02::1",
        ),
        *("::ffff:127.0.0.1", "::ffff:192.168.1.1", "64:ff9b::192.168.1.1", "64:ff9b:1::1"),
        *(
            "2002:7f00:1::1",
            "2002:c0a8:101::1",
            "2001:db8::1",
            "2001:0:a00:1::",
            "homeassistant",
            "",
        ),
    ],
)
def test_what_belongs_to_the_house_is_not_public(address: str) -> None:
    """However it is written."""
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "160.79.104.10", "2606:4700::1111", "64:ff9b::1.1.1.1"]
)
def test_what_belongs_to_the_world_is_public(address: str) -> None:
    """There the documents are."""
    assert is_public(address)


class LeadsHome(AbstractResolver):
    """A name that leads to this machine."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        """Lead to where the tests listen."""
        found = ResolveResult(
            hostname=host, host="127.0.0.1", port=self._port, family=2, proto=0, flags=0
        )
        return [found]

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class Listening:
    """A host of the tests: how to ask it, and how often it was asked."""

    fetch: Callable[..., Awaitable[Fetched]]
    seen: list[str]


type Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def listening(folder: Path, answer: Answer) -> AsyncIterator[Listening]:
    """Listen with a certificate of the host that the tests ask."""
    seen: list[str] = []

    async def serve(request: web.BaseRequest) -> web.StreamResponse:
        seen.append(str(request.rel_url))
        assert isinstance(request, web.Request)
        return await answer(request)

    chain, key = folder / "chain.pem", folder / "key.pem"
    self_signed(chain, key, host="assistant.example")
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(chain, key)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", serve)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=ours)
    await site.start()
    port = runner.addresses[0][1]

    async def ask(url: str = URL, **changed: Any) -> Fetched:
        theirs = {"allowed": lambda _: True, "trusted": ssl.create_default_context(cafile=chain)}
        return await fetch(url, **{**theirs, "resolver": LeadsHome(port), **changed})

    try:
        yield Listening(ask, seen)
    finally:
        await runner.cleanup()


async def a_document(_: web.Request) -> web.StreamResponse:
    """Answer with a document."""
    return web.json_response(SAID, headers={"Cache-Control": "max-age=77"})


async def test_a_document_is_read_over_https(tmp_path: Path) -> None:
    """With what its host says of keeping it."""
    async with listening(tmp_path, a_document) as there:
        came = await there.fetch()

    assert orjson.loads(came.body) == SAID
    assert came.headers["Cache-Control"] == "max-age=77"


async def test_a_name_that_leads_into_the_house_is_not_connected_to(tmp_path: Path) -> None:
    """Whatever it led to a moment ago."""
    async with listening(tmp_path, a_document) as there:
        with pytest.raises(NotFetched, match="cannot be reached"):
            await there.fetch(allowed=is_public)

    assert there.seen == []


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    """Else anybody on the way could be any assistant."""
    async with listening(tmp_path, a_document) as there:
        with pytest.raises(NotFetched, match="cannot be reached"):
            await there.fetch(trusted=None)
        with pytest.raises(NotFetched, match="cannot be reached"):
            await there.fetch("https://other.example/client.json")

    assert there.seen == []


async def moved(_: web.Request) -> web.StreamResponse:
    """Lead elsewhere."""
    raise web.HTTPFound("/elsewhere.json")


async def large(_: web.Request) -> web.StreamResponse:
    """Answer with more than a document."""
    return web.Response(body=b" " * (10 * 1024 + 1))


async def compressed(_: web.Request) -> web.StreamResponse:
    """Answer with little that would be much."""
    return web.Response(body=b"x", headers={"Content-Encoding": "gzip"})


async def missing(_: web.Request) -> web.StreamResponse:
    """Have no document."""
    raise web.HTTPNotFound


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (moved, "answered 302"),
        (large, "larger than 10 kB"),
        (compressed, "compressed"),
        (missing, "answered 404"),
    ],
)
async def test_what_comes_is_taken_as_it_is_or_not_at_all(
    tmp_path: Path, answer: Answer, why: str
) -> None:
    """Nothing is followed, nothing unpacked, and nothing read without end."""
    async with listening(tmp_path, answer) as there:
        with pytest.raises(NotFetched, match=why):
            await there.fetch()

    assert there.seen == ["/client.json"]


async def never(request: web.Request) -> web.StreamResponse:
    """Begin to answer and stop in the middle, until who asked has gone."""
    answer = web.StreamResponse()
    await answer.prepare(request)
    await answer.write(b"{")
    await asyncio.Event().wait()
    return answer


async def test_a_host_that_is_slow_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person waits for the page."""
    monkeypatch.setattr(fetching, "SECONDS", 0.2)
    async with listening(tmp_path, never) as there:
        with pytest.raises(NotFetched, match="took longer"):
            await there.fetch()
