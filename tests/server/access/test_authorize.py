"""A client is sent back to where it said, with a code or a reason; nobody is sent elsewhere."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.responses import PlainTextResponse

from ha_mcp.access.oauth.origin import Issuer
from ha_mcp.access.oauth.sign_in import SIGN_IN_PATH

from .assistants import BACK, Assistant, came_back, challenge
from .serving import HOME, Running, running


async def test_the_whole_way(ours: Running) -> None:
    """From registering to a token that admits."""
    claude = await Assistant.registered(ours)

    tokens = await claude.connected()
    grant = await ours.server.admission.admit(f"Bearer {tokens['access_token']}", claude.resource)

    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 3600
    assert tokens["scope"] == ("home:read home:control home:configure home:admin offline_access")
    assert (grant.client_name, grant.user_name) == ("Claude", "Paula")


@pytest.mark.parametrize("state", ["s", "a b&c=d#é\n", "x" * 4096])
async def test_the_state_comes_back_as_it_was_with_the_issuer(ours: Running, state: str) -> None:
    """Clients keep whole sessions in it."""
    claude = await Assistant.registered(ours)

    answer = await claude.answered(state=state)

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{BACK}?code=")
    assert came_back(answer)["state"] == state
    assert came_back(answer)["iss"] == HOME


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"resource": "https://other.example/mcp"}, "invalid_target"),
        ({"resource": f"{HOME}/private_another"}, "invalid_target"),
        ({"request": "a.b.c"}, "request_not_supported"),
        ({"request_uri": "https://x.example/"}, "request_uri_not_supported"),
    ],
)
async def test_what_is_wrong_with_a_request_is_told_to_the_client(
    ours: Running, changed: dict[str, str], error: str
) -> None:
    """With its state and the issuer, as every answer."""
    claude = await Assistant.registered(ours)

    answer = await claude.ask(**changed)

    assert answer.headers["Location"].startswith(f"{BACK}?error=")
    assert came_back(answer)["error"] == error
    assert came_back(answer)["state"] == claude.state
    assert came_back(answer)["iss"] == HOME


async def test_a_state_without_end_is_refused_and_not_repeated(ours: Running) -> None:
    """An address has its limits."""
    claude = await Assistant.registered(ours)

    answer = await claude.ask(state="x" * 4097)

    assert came_back(answer)["error"] == "invalid_request"
    assert "state" not in came_back(answer)


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": ""},
        {"client_id": "client_unknown"},
        {"client_id": "x" * 3000},
        {"client_id": "https://evil.example/client.json"},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": f"{BACK}/"},
        {"redirect_uri": f"{BACK}?x=1"},
        {"redirect_uri": BACK.upper()},
        {"redirect_uri": f"{BACK}#x"},
        {"redirect_uri": "https://claude.ai@evil.example/api/mcp/auth_callback"},
        {"redirect_uri": "https://claude.ai:444/api/mcp/auth_callback"},
        {"redirect_uri": "//evil.example/"},
        {"redirect_uri": "javascript:alert(1)"},
    ],
)
async def test_nobody_is_sent_where_the_client_never_said(
    ours: Running, changed: dict[str, str]
) -> None:
    """The person reads why instead."""
    claude = await Assistant.registered(ours)

    answer = await claude.ask(**changed)

    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "evil.example" not in answer.text


@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "state", "resource"])
async def test_a_parameter_that_comes_twice_is_not_understood(ours: Running, name: str) -> None:
    """Two readers could choose differently."""
    claude = await Assistant.registered(ours)
    asked = urlencode([*claude.asking().items(), (name, "https://evil.example/")])

    answer = await ours.http.get(f"/authorize?{asked}")

    assert (answer.status_code, "Location" in answer.headers) == (400, False)


@pytest.mark.parametrize(
    ("registered", "asked"),
    [
        ("http://localhost:8787/callback", "http://localhost:51234/callback"),
        ("http://127.0.0.1/callback", "http://127.0.0.1:9/callback"),
        ("http://[::1]:1/callback?x=1", "http://[::1]:2/callback?x=1"),
    ],
)
async def test_a_program_on_the_persons_machine_may_use_any_port(
    ours: Running, registered: str, asked: str
) -> None:
    """It takes one that is free."""
    code = await Assistant.registered(ours, registered)
    code.redirect = asked

    assert (await code.connected())["access_token"]


@pytest.mark.parametrize(
    ("registered", "asked"),
    [
        ("http://localhost:8787/callback", "http://127.0.0.1:8787/callback"),
        ("http://localhost:8787/callback", "http://localhost:8787/other"),
        ("http://localhost:8787/callback", "https://localhost:8787/callback"),
        ("http://localhost:8787/callback", "http://user@localhost:8787/callback"),
        ("http://localhost:8787/callback", "http://localhost.evil.example:8787/callback"),
        ("http://localhost:8787/callback", "http://localhost:8787/call\r\nback"),
        ("http://localhost:8787/callback", "http://localhost:8787/callback#"),
        ("http://localhost:8787/callback", "http://localhost:8787\t/callback"),
        ("http://localhost:8787/callback", "http://localhost:\u0663/callback"),
        ("http://localhost:8787/callback", "http://localhost:99999999/callback"),
        ("http://localhost:8787/callback", " http://localhost:8787/callback"),
        ("https://claude.ai/callback", "https://claude.ai:8443/callback"),
    ],
)
async def test_only_the_port_may_differ_and_only_there(
    ours: Running, registered: str, asked: str
) -> None:
    """Everything else names another place."""
    code = await Assistant.registered(ours, registered)

    assert (await code.ask(redirect_uri=asked)).status_code == 400


async def test_a_client_with_one_address_need_not_name_it(ours: Running) -> None:
    """RFC 6749 allows that."""
    claude = await Assistant.registered(ours)

    answer = await claude.answered(redirect_uri="")

    assert answer.headers["Location"].startswith(BACK)


async def test_an_address_with_a_query_keeps_it(ours: Running) -> None:
    """Some clients tell their sessions apart by it."""
    spark = await Assistant.registered(ours, "https://oauth-redirect.example/r/x?user=1")

    answer = await spark.answered()

    assert answer.headers["Location"].startswith("https://oauth-redirect.example/r/x?user=1&code=")


@pytest.mark.parametrize("ending", ["", "/", "?profile=small"])
async def test_a_token_is_for_the_resource_letter_by_letter(ours: Running, ending: str) -> None:
    """Clients check it."""
    claude = await Assistant.registered(ours)
    claude.resource += ending

    tokens = await claude.connected()

    told = await ours.post("/introspect", token=tokens["access_token"], client_id=claude.id)
    assert told.json()["aud"] == claude.resource


async def test_a_client_that_names_no_resource_gets_a_token_for_the_endpoint(
    ours: Running,
) -> None:
    """Home Assistant's own client does not."""
    core = await Assistant.registered(ours)
    answer = await core.exchange(await core.code(resource=""), resource=core.resource)

    told = await ours.post("/introspect", token=answer.json()["access_token"], client_id=core.id)
    assert told.json()["aud"] == core.resource


async def test_nobody_signed_in_is_said_on_a_page(ours: Running) -> None:
    """The person can do something about it, the client cannot."""
    claude = await Assistant.registered(ours)
    ours.door.person = None
    asked = await claude.ask()

    answer = await ours.http.get(asked.headers["Location"])

    assert answer.status_code == 400
    assert "Nobody signed in." in answer.text
    assert "Try again" in answer.text


async def test_who_takes_too_long_begins_again(ours: Running) -> None:
    """A request that lies about is no longer what the person wanted."""
    claude = await Assistant.registered(ours)
    asked = await claude.ask()
    ours.clock.now += 1801

    answer = await ours.http.get(asked.headers["Location"])

    assert answer.status_code == 400
    assert "too long" in answer.text


@pytest.mark.parametrize("change", [str.swapcase, lambda text: text[:-9], lambda _: "x"])
async def test_a_request_that_was_changed_on_the_way_is_refused(
    ours: Running, change: Callable[[str], str]
) -> None:
    """It travels with the browser."""
    claude = await Assistant.registered(ours)
    text = came_back(await claude.ask())["state"]

    answer = await ours.get(SIGN_IN_PATH, state=change(text))

    assert (answer.status_code, "Location" in answer.headers) == (400, False)


async def test_a_request_cannot_be_brought_to_another_issuer(tmp_path: Path) -> None:
    """One server has several names, and a client trusts one."""
    other = Issuer(issuer="https://other.example", resource="https://other.example/mcp")
    async with running(tmp_path) as ours, running(tmp_path, issuer=other) as theirs:
        claude = await Assistant.registered(ours)
        text = came_back(await claude.ask())["state"]
        answer = await theirs.get(SIGN_IN_PATH, state=text)

    assert answer.status_code == 400
    assert "another address" in answer.text


async def test_without_a_store_asking_leaves_nothing_behind(ours: Running) -> None:
    """Anybody may ask."""
    claude = await Assistant.registered(ours)
    answers = [
        await claude.ask(state=f"s{number}", code_challenge=challenge()) for number in range(50)
    ]

    assert {answer.status_code for answer in answers} == {302}
    assert await ours.server.store.grants() == []


async def test_signing_in_may_show_something_first(ours: Running) -> None:
    """Such as its form again, with what was wrong."""
    claude = await Assistant.registered(ours)
    where = (await claude.ask()).headers["Location"]
    ours.door.shows = PlainTextResponse("Wrong password", 401)

    answer = await ours.http.get(where)

    assert (answer.status_code, answer.text) == (401, "Wrong password")


@pytest.mark.parametrize("seconds", [0, 59, 86_401])
async def test_terms_that_cannot_work_are_refused_at_the_start(
    tmp_path: Path, seconds: float
) -> None:
    """Not when somebody wants to come in."""
    with pytest.raises(ValueError, match="from a minute to a day"):
        async with running(tmp_path, access_seconds=seconds):
            pass


async def test_a_request_that_could_not_travel_is_refused(ours: Running) -> None:
    """The person would come back with half of it."""
    claude = await Assistant.registered(ours)

    answer = await claude.ask(state="".join(chr(0x4E00 + n) for n in range(4096)))

    assert came_back(answer)["error"] == "invalid_request"
    assert came_back(answer)["error_description"] == "The request is too long"
