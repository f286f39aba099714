"""A client that registers is known from then on; what is not right about it is named."""

from pathlib import Path
from typing import Any

import pytest

from ha_mcp.access import store as stores

from .assistants import Assistant
from .serving import Clock, Running, running

BACK = "https://claude.ai/api/mcp/auth_callback"


async def test_a_client_without_a_secret_gets_an_id(ours: Running) -> None:
    """Most assistants are of this sort."""
    answer = await ours.register(
        client_name="Claude",
        redirect_uris=[BACK],
        token_endpoint_auth_method="none",
        grant_types=["authorization_code", "refresh_token"],
        application_type="web",
    )

    said = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert said["client_id"].startswith("client_")
    assert "client_secret" not in said
    assert said["redirect_uris"] == [BACK]


async def test_a_client_that_names_no_method_gets_a_secret(ours: Running) -> None:
    """RFC 7591 says so; only the hash of it is kept."""
    said = (await ours.register(redirect_uris=[BACK])).json()

    kept = await ours.server.store.client(said["client_id"])
    assert said["token_endpoint_auth_method"] == "client_secret_basic"
    assert said["client_secret_expires_at"] == 0
    assert kept is not None
    assert kept.knows(said["client_secret"])
    assert said["client_secret"] not in repr(kept)


async def test_a_registration_survives_a_restart(tmp_path: Path) -> None:
    """The client will not register again."""
    async with running(tmp_path) as ours:
        said = (await ours.register(redirect_uris=[BACK])).json()
    async with running(tmp_path) as again:
        kept = await again.server.store.client(said["client_id"])

    assert kept is not None
    assert kept.redirects == (BACK,)


@pytest.mark.parametrize(
    "uri",
    [
        "http://claude.ai/callback",
        "https://",
        "/callback",
        "claude.ai/callback",
        "https://claude.ai/callback#part",
        "https://user@claude.ai/callback",
        "https://claude.ai/call back",
        "https://claude.ai/\r\nSet-Cookie:a=b",
        "https://claude.ai\\@evil.example/",
        "https://claude.ai:port/",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "http://localhost.evil.example/callback",
        "http://127.0.0.2/callback",
        "https://claude.ai/" + "a" * 2048,
        "",
        7,
        None,
    ],
)
async def test_an_address_that_answers_may_not_go_to_is_refused(ours: Running, uri: Any) -> None:
    """Not over plain HTTP through the world, and nothing that a browser would run."""
    answer = await ours.register(redirect_uris=[uri])

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_redirect_uri")


@pytest.mark.parametrize(
    "uri",
    [
        "http://localhost:8787/callback",
        "http://127.0.0.1/callback",
        "http://[::1]:1234/callback",
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "com.example.app:/oauth",
        "https://oauth-redirect.googleusercontent.com/r/user_bound_custom-mcp-1?x=1",
    ],
)
async def test_the_addresses_of_real_clients_are_accepted(ours: Running, uri: str) -> None:
    """Programs listen on their own machine, or own a scheme."""
    assert (await ours.register(redirect_uris=[uri])).status_code == 201


@pytest.mark.parametrize(
    "said",
    [
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"token_endpoint_auth_method": ["none"]},
        {"grant_types": ["client_credentials"]},
        {"grant_types": "authorization_code"},
        {"response_types": ["token"]},
        {"redirect_uris": []},
        {"redirect_uris": BACK},
        {"redirect_uris": [BACK] * 21},
    ],
)
async def test_what_cannot_work_is_refused_at_once(ours: Running, said: dict[str, Any]) -> None:
    """Later, nobody would know why."""
    answer = await ours.register(**{"redirect_uris": [BACK], **said})

    assert answer.status_code == 400
    assert answer.json()["error"] in {"invalid_client_metadata", "invalid_redirect_uri"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 5000])
async def test_what_is_not_an_object_is_refused(ours: Running, body: bytes) -> None:
    """In JSON, as everything here."""
    answer = await ours.http.post("/register", content=body)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client_metadata")


async def test_a_body_without_end_is_not_read(ours: Running) -> None:
    """Anybody may send one."""
    answer = await ours.http.post("/register", content=b" " * 100_000)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_a_name_is_one_plain_line(ours: Running) -> None:
    """The person reads it when they decide."""
    name = "Claude\u202e\n\n evil\x00" + "x" * 200
    said = (await ours.register(redirect_uris=[BACK], client_name=name)).json()

    assert said["client_name"].startswith("Claude evilx")
    assert len(said["client_name"]) == 80


async def test_one_place_cannot_register_without_end(ours: Running) -> None:
    """While other clients still can."""
    flood = [await ours.register(redirect_uris=[BACK]) for _ in range(31)]
    other = await ours.register(redirect_uris=["https://chatgpt.com/connector/oauth/1"])

    assert [answer.status_code for answer in flood] == [201] * 30 + [429]
    assert flood[-1].json()["error"] == "temporarily_unavailable"
    assert int(flood[-1].headers["Retry-After"]) > 0
    assert other.status_code == 201


async def test_clients_that_nobody_let_in_are_forgotten_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flood of registrations must not sign anybody out."""
    monkeypatch.setattr(stores, "MOST_NEWCOMERS", 2)
    clock = Clock()
    async with running(tmp_path, clock=clock) as ours:
        ids = []
        for number in range(5):
            clock.now += 1
            said = (await ours.register(redirect_uris=[f"https://c{number}.example/"])).json()
            ids.append(said["client_id"])
            if number == 0:
                first = await ours.server.store.client(ids[0])
                assert first is not None
                await ours.server.store.client_used(first.id)
        known = [await ours.server.store.client(one) is not None for one in ids]

    assert known == [True, False, False, True, True]


async def test_who_was_let_in_is_remembered_for_as_long_as_it_matters(ours: Running) -> None:
    """A year after that, or while a grant needs it."""
    store, year = ours.server.store, 366 * 86_400
    needed, idle = await Assistant.registered(ours), await Assistant.registered(ours)
    await needed.connected()
    await idle.code()

    ours.clock.now += 80 * 86_400
    (listed,) = await store.grants()
    await store.extend_grant(listed.grant.id, ours.clock.now + 2 * year)
    ours.clock.now += year
    await (await Assistant.registered(ours)).code()

    assert await store.client(needed.id) is not None
    assert await store.client(idle.id) is None
