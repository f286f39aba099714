"""What clients need to sign in is served on Core's own origin, under the name they used.

Behind the relay stands something that writes down what it is asked for.
"""

import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from ha_mcp._shared.relay import AUTH_HEADER, ISSUER_HEADER, RESOURCE_HEADER, USER_HEADER
from live.relay.fronts import Authority
from live.relay.homes import RelayedHome, until
from live.relay.mirrors import Mirror, mirror
from server.web.edges import calling

from .worlds import ORIGIN, SAYS_HOW, SAYS_WHO, known_as, world

pytestmark = pytest.mark.live
ISSUER = "/api/ha_mcp_proxy/oauth"
INSERTED = "/.well-known/oauth-protected-resource"
SERVER = "/.well-known/oauth-authorization-server"
OPENID = "/.well-known/openid-configuration"
OTHER = "mcp_ffffffffffffffffffffffffffffffff"
LOGIN = {"contracts": "1-2", "auth": "login"}


@pytest.fixture
async def seen(home: RelayedHome) -> AsyncIterator[Mirror]:
    """Lead the relay to something that writes down what it is asked for."""
    async with mirror() as seen:
        await home.lead_to(seen.url, **LOGIN)
        yield seen


DOCUMENTS = {
    f"{SERVER}{ISSUER}": SERVER,
    f"{ISSUER}{SERVER}": SERVER,
    f"{OPENID}{ISSUER}": OPENID,
    f"{ISSUER}{OPENID}": OPENID,
    SERVER + "/api/webhook/{id}": SERVER,
    "/api/webhook/{id}" + SERVER: SERVER,
    OPENID + "/api/webhook/{id}": OPENID,
    "/api/webhook/{id}" + OPENID: OPENID,
    INSERTED + "/api/webhook/{id}": INSERTED + "/api/webhook/{id}",
}


@pytest.mark.parametrize("path", DOCUMENTS)
async def test_a_document_is_found_under_every_name(
    home: RelayedHome, seen: Mirror, path: str
) -> None:
    """Clients put the path before or after the well-known name."""
    asked = path.replace("{id}", home.webhook_id)

    async with home.http.get(f"{home.core.url}{asked}") as answer:
        assert answer.status == 200

    wanted = DOCUMENTS[path].replace("{id}", home.webhook_id)
    assert [request.path for request in seen.requests] == [f"/relay/oauth{wanted}"]


@pytest.mark.parametrize("name", ["token", "register", "revoke", "introspect"])
async def test_an_endpoint_gets_what_was_sent(home: RelayedHome, seen: Mirror, name: str) -> None:
    """Form and credentials of the client arrive as they were."""
    sent = {"Authorization": "Basic Y2xpZW50OnNlY3JldA==", "Origin": "https://client.example"}
    async with home.http.post(
        f"{home.core.url}{ISSUER}/{name}", data={"code": "a+b &c"}, headers=sent
    ) as answer:
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "https://client.example"

    (request,) = seen.requests
    assert request.path == f"/relay/oauth/{name}"
    assert seen.bodies == [b"code=a%2Bb+%26c"]
    assert request.headers["Authorization"] == sent["Authorization"]


@pytest.mark.parametrize("name", ["authorize", "consent", "signin"])
async def test_a_page_gets_its_question_and_is_for_no_other_page(
    home: RelayedHome, seen: Mirror, name: str
) -> None:
    """Repeated parameters stay repeated: whether that is wrong is not for the relay to say."""
    asked = f"{home.core.url}{ISSUER}/{name}?state=x%2By%26z&scope=a&scope=b"

    async with home.http.get(asked, headers={"Origin": "https://other.example"}) as answer:
        assert answer.status == 200
        assert "Access-Control-Allow-Origin" not in answer.headers

    (request,) = seen.requests
    assert request.path == f"/relay/oauth/{name}"
    assert list(request.query.items()) == [("state", "x+y&z"), ("scope", "a"), ("scope", "b")]


async def test_where_a_page_sends_the_person_is_passed_on(home: RelayedHome, seen: Mirror) -> None:
    """The relay does not go there itself, and what keeps pages out of frames arrives."""

    async def elsewhere(_: web.Request) -> web.StreamResponse:
        policy = "frame-ancestors 'none'"
        headers = {"Location": "https://claude.ai/back?code=1", "Content-Security-Policy": policy}
        return web.Response(status=302, headers=headers)

    seen.answer = elsewhere
    url = f"{home.core.url}{ISSUER}/consent"
    async with home.http.post(url, data={"yes": "1"}, allow_redirects=False) as answer:
        assert answer.status == 302
        assert answer.headers["Location"] == "https://claude.ai/back?code=1"
        assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"


WAYS = {
    "a proxy that Core trusts": (f"{SAYS_WHO}\r\n{SAYS_HOW}", None),
    "a proxy that says https and not who asks": (SAYS_HOW, None),
    "a proxy that says nothing, under a name that Core knows": ("X-Nothing: 1", ORIGIN),
}


@pytest.mark.parametrize("way", WAYS)
async def test_the_server_is_told_the_address_that_the_client_used(
    home: RelayedHome, authority: Authority, seen: Mirror, way: str
) -> None:
    """Letter by letter, also under a name that Core does not know."""
    says, known = WAYS[way]
    await known_as(home, known)
    async with world(home, authority, says=says) as outside:
        async with outside.session.post(outside.url, json=calling("ha_echo")) as answer:
            assert answer.status == 200
        async with outside.session.get(f"{ORIGIN}{SERVER}{ISSUER}") as answer:
            assert answer.status == 200
    await known_as(home, None)

    for request in seen.requests:
        assert request.headers[RESOURCE_HEADER] == outside.url
        assert request.headers[ISSUER_HEADER] == f"{ORIGIN}{ISSUER}"
        assert request.headers[AUTH_HEADER] == "login"
    assert len(seen.requests) == 2


async def test_the_address_that_was_told_to_the_app_is_believed(
    home: RelayedHome, authority: Authority
) -> None:
    """Where nobody on the way says that it is https, the owner did."""
    async with mirror() as seen, world(home, authority, says="X-Nothing: 1") as outside:
        await home.lead_to(seen.url, **LOGIN, remote=ORIGIN)
        answer = await outside.session.post(outside.url, json={})
        answer.close()

    assert seen.requests[-1].headers[RESOURCE_HEADER] == outside.url


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("Home.Example", "http://home.example"),
        ("home.example:80", "http://home.example"),
        ("home.example:8123", "http://home.example:8123"),
        ("[::1]:8123", "http://[::1]:8123"),
    ],
)
async def test_a_name_is_written_in_one_way(
    home: RelayedHome, seen: Mirror, host: str, origin: str
) -> None:
    """As clients write it when they compare."""
    async with home.http.post(home.url, json={}, headers={"Host": host}) as answer:
        assert answer.status == 200

    said = seen.requests[-1].headers[RESOURCE_HEADER]
    assert said == f"{origin}/api/webhook/{home.webhook_id}"


@pytest.mark.parametrize("host", ['x"y.example', "x y", "home.example:999999", "a@b"])
async def test_what_is_no_name_is_not_told(home: RelayedHome, seen: Mirror, host: str) -> None:
    """It would end up in headers and documents."""
    async with home.http.post(home.url, json={}, headers={"Host": host}) as answer:
        assert answer.status in {200, 400}

    assert not any(RESOURCE_HEADER in request.headers for request in seen.requests)


async def test_a_client_cannot_speak_for_the_relay(home: RelayedHome, seen: Mirror) -> None:
    """Its own headers of these names are dropped."""
    claims = {
        AUTH_HEADER: "url",
        RESOURCE_HEADER: "https://evil.example",
        ISSUER_HEADER: "https://evil.example",
        USER_HEADER: "somebody",
    }
    async with home.http.post(home.url, json={}, headers=claims) as answer:
        assert answer.status == 200

    (request,) = seen.requests
    assert request.headers.getall(AUTH_HEADER) == ["login"]
    assert request.headers.getall(RESOURCE_HEADER) == [home.url]
    assert USER_HEADER not in request.headers


async def test_a_stand_in_request_says_what_admits_and_no_address(
    home: RelayedHome, seen: Mirror
) -> None:
    """Nabu Casa's hooks have a name of their own, of which nobody here knows."""
    answer = await home.client.command(
        "webhook/handle", webhook_id=home.webhook_id, method="POST", body="{}"
    )

    assert answer["status"] == 200
    (request,) = seen.requests
    assert request.headers[AUTH_HEADER] == "login"
    assert RESOURCE_HEADER not in request.headers
    assert ISSUER_HEADER not in request.headers


@pytest.mark.parametrize(
    "path", [INSERTED + "/api/webhook/{id}", SERVER + "/api/webhook/{id}", INSERTED]
)
async def test_other_webhooks_are_not_ours_to_answer(
    home: RelayedHome, seen: Mirror, path: str
) -> None:
    """Nor is the root, which belongs to Home Assistant."""
    async with home.http.get(f"{home.core.url}{path.replace('{id}', OTHER)}") as answer:
        text = await answer.text()

    assert answer.status == (200 if path == INSERTED else 404)
    assert "webhook" not in text
    assert seen.requests == []


async def test_nothing_is_served_for_a_server_that_cannot_ask_for_a_login(
    home: RelayedHome,
) -> None:
    """One elsewhere is reached by its private address alone."""
    async with mirror() as elsewhere:
        await home.lead_to(elsewhere.url, token="", contracts="")
        for path in (f"{INSERTED}/api/webhook/{home.webhook_id}", f"{ISSUER}/authorize"):
            async with home.http.get(f"{home.core.url}{path}") as answer:
                assert answer.status == 404

    assert elsewhere.requests == []


async def test_a_login_that_cannot_be_had_closes_the_way(home: RelayedHome) -> None:
    """A server that does not know of logins would let everybody in: it is not asked at all."""
    async with mirror() as old:
        for too_little in ({"contracts": "1-1"}, {"contracts": "", "token": ""}):
            await home.lead_to(old.url, **{"auth": "login", **too_little})
            async with home.http.post(home.url, json=calling("ha_echo")) as answer:
                assert answer.status == 502
        await home.lead_to(old.url, contracts="1-2", auth="something newer")
        async with home.http.post(home.url, json=calling("ha_echo")) as answer:
            assert answer.status == 200

    assert [request.headers[AUTH_HEADER] for request in old.requests] == ["login"]


async def test_without_a_login_the_address_admits_and_documents_are_there(
    home: RelayedHome,
) -> None:
    """Clients that look first have to find something that lets them in."""
    async with mirror() as seen:
        await home.lead_to(seen.url, contracts="1-2", auth="url")
        async with home.http.get(f"{home.core.url}{SERVER}{ISSUER}") as answer:
            assert answer.status == 200

    assert [request.headers[AUTH_HEADER] for request in seen.requests] == ["url"]


async def test_a_server_that_is_away_is_said_in_the_words_of_the_field(home: RelayedHome) -> None:
    """A program is to come back; a person reads a sentence."""
    await home.lead_to("http://127.0.0.1:9/relay", **LOGIN)
    form = {"grant_type": "refresh_token", "refresh_token": "x"}

    async with home.http.post(f"{home.core.url}{ISSUER}/token", data=form) as token:
        said = await token.json()
    page = f"{home.core.url}{ISSUER}/authorize"
    async with home.http.get(page, headers={"Accept": "text/html"}) as shown:
        text = await shown.text()

    assert (token.status, shown.status) == (503, 503)
    assert token.headers["Retry-After"]
    assert said["error"] == "temporarily_unavailable"
    assert "begin again" in text


async def test_a_form_that_is_too_large_goes_no_further(home: RelayedHome, seen: Mirror) -> None:
    """Whoever is not known yet needs little room."""
    url = f"{home.core.url}{ISSUER}/register"

    async with home.http.post(url, data=b"x" * 70_000) as answer:
        assert answer.status == 413

    assert seen.requests == []


async def test_what_was_unloaded_is_not_found_and_comes_back(
    home: RelayedHome, seen: Mirror
) -> None:
    """Core keeps the views; nothing is behind them."""
    (entry,) = await home.entries()
    paths = [f"{INSERTED}/api/webhook/{home.webhook_id}", f"{SERVER}{ISSUER}", f"{ISSUER}/signin"]

    async def switch(*, by: str | None) -> list[int]:
        known = {"entry_id": entry["entry_id"], "disabled_by": by}
        await home.client.command("config_entries/disable", **known)
        wanted = "loaded" if by is None else "not_loaded"

        async def done() -> bool:
            return [one["state"] for one in await home.entries()] == [wanted]

        await until(done)
        found = []
        for path in paths:
            async with home.http.get(f"{home.core.url}{path}") as answer:
                found.append(answer.status)
        return found

    assert await switch(by="user") == [404, 404, 404]
    assert await switch(by=None) == [200, 200, 200]


async def test_diagnostics_say_whether_a_login_is_wanted(home: RelayedHome, seen: Mirror) -> None:
    """And nothing that is secret."""
    shown = await home.diagnostics()

    assert shown["server"]["login"] is True
    assert home.webhook_id not in json.dumps(shown)
