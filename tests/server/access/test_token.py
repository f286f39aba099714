"""Codes and refresh tokens are good once, for who got them; a lost answer signs nobody out."""

import asyncio
import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ha_mcp.access.admission import NotAdmitted
from ha_mcp.access.oauth.origin import Issuer

from .assistants import Assistant
from .serving import HOME, RESOURCE, Running, running


def error(answer: Any) -> tuple[int, str]:
    """Return how a request was refused."""
    return answer.status_code, answer.json()["error"]


async def admits(ours: Running, tokens: dict[str, Any]) -> bool:
    """Tell whether an access token still admits."""
    try:
        await ours.server.admission.admit(f"Bearer {tokens['access_token']}", RESOURCE)
    except NotAdmitted:
        return False
    return True


async def test_an_answer_with_tokens_is_kept_by_nobody(ours: Running) -> None:
    """Also one that says no."""
    claude = await Assistant.registered(ours)
    code = await claude.code()

    good, bad = await claude.exchange(code), await claude.refresh("x")

    assert {good.headers["Cache-Control"], bad.headers["Cache-Control"]} == {"no-store"}
    assert good.headers["Content-Type"] == bad.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"code": "hamcp_c_" + "A" * 43}, "invalid_grant"),
        ({"code": "x"}, "invalid_grant"),
        ({"code": ""}, "invalid_request"),
        ({"code_verifier": ""}, "invalid_request"),
        ({"code_verifier": "w" * 64}, "invalid_grant"),
        ({"code_verifier": "v" * 42}, "invalid_grant"),
        ({"code_verifier": "é" * 64}, "invalid_grant"),
        ({"redirect_uri": "https://claude.ai/other"}, "invalid_grant"),
        ({"resource": f"{RESOURCE}/"}, "invalid_target"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
    ],
)
async def test_a_code_is_given_only_what_fits_it(
    ours: Running, changed: dict[str, str], refused: str
) -> None:
    """And is still good afterwards for who does it right."""
    claude = await Assistant.registered(ours)
    code = await claude.code()

    wrong = await claude.exchange(**{"code": code, **changed})
    right = await claude.exchange(code)

    assert error(wrong) == (400, refused)
    assert right.status_code == 200


async def test_a_code_belongs_to_one_client(ours: Running) -> None:
    """Who has stolen it has another id."""
    claude, other = await Assistant.registered(ours), await Assistant.registered(ours)

    assert error(await other.exchange(await claude.code())) == (400, "invalid_grant")


async def test_a_code_is_good_for_a_minute(ours: Running) -> None:
    """It is exchanged at once, or never."""
    claude = await Assistant.registered(ours)
    soon, late = await claude.code(), await claude.code()

    ours.clock.now += 59
    in_time = await claude.exchange(soon)
    ours.clock.now += 1

    assert in_time.status_code == 200
    assert error(await claude.exchange(late)) == (400, "invalid_grant")


async def test_a_code_that_comes_again_ends_what_it_gave(ours: Running) -> None:
    """One of the two has stolen it."""
    claude = await Assistant.registered(ours)
    code = await claude.code()
    tokens = (await claude.exchange(code)).json()

    again = await claude.exchange(code)

    assert error(again) == (400, "invalid_grant")
    assert error(await claude.refresh(tokens["refresh_token"])) == (400, "invalid_grant")
    assert not await admits(ours, tokens)


async def test_of_two_that_come_at_once_with_a_code_none_is_let_in(ours: Running) -> None:
    """Whoever was quicker."""
    claude = await Assistant.registered(ours)
    code = await claude.code()

    answers = await asyncio.gather(*(claude.exchange(code) for _ in range(5)))

    given = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(given) <= 1
    assert [tokens for tokens in given if await admits(ours, tokens)] == []


async def test_a_refresh_token_is_exchanged_for_the_next(ours: Running) -> None:
    """Each is used once."""
    claude = await Assistant.registered(ours)
    tokens = await claude.connected()

    answer = await claude.refresh(tokens["refresh_token"])

    assert answer.status_code == 200
    assert answer.json()["refresh_token"] != tokens["refresh_token"]
    assert answer.json()["scope"] == tokens["scope"]
    assert await admits(ours, answer.json())


async def test_a_refresh_whose_answer_was_lost_is_answered_the_same(ours: Running) -> None:
    """Also when two come at once."""
    claude = await Assistant.registered(ours)
    tokens = await claude.connected()

    at_once = await asyncio.gather(*(claude.refresh(tokens["refresh_token"]) for _ in range(4)))
    ours.clock.now += 60
    later = await claude.refresh(tokens["refresh_token"])

    successors = {answer.json()["refresh_token"] for answer in [*at_once, later]}
    assert len(successors) == 1
    assert (await claude.refresh(successors.pop())).status_code == 200


async def test_an_old_refresh_token_leads_to_the_newest_within_its_time(ours: Running) -> None:
    """Two windows of one program share a token and refresh one after the other."""
    claude = await Assistant.registered(ours)
    tokens = await claude.connected()
    second = (await claude.refresh(tokens["refresh_token"])).json()
    third = (await claude.refresh(second["refresh_token"])).json()

    late = (await claude.refresh(tokens["refresh_token"])).json()

    assert late["refresh_token"] == third["refresh_token"]


async def test_a_refresh_token_that_comes_back_later_ends_the_grant(ours: Running) -> None:
    """One of the two has stolen it."""
    claude = await Assistant.registered(ours)
    tokens = await claude.connected()
    newest = (await claude.refresh(tokens["refresh_token"])).json()
    ours.clock.now += 121

    replayed = await claude.refresh(tokens["refresh_token"])

    assert error(replayed) == (400, "invalid_grant")
    assert error(await claude.refresh(newest["refresh_token"])) == (400, "invalid_grant")
    assert not await admits(ours, newest)


async def test_a_refresh_token_belongs_to_one_client_and_one_issuer(tmp_path: Path) -> None:
    """And using it elsewhere ends nothing."""
    elsewhere = Issuer(issuer="https://other.example", resource=RESOURCE)
    async with running(tmp_path) as ours, running(tmp_path, issuer=elsewhere) as theirs:
        claude, other = await Assistant.registered(ours), await Assistant.registered(ours)
        tokens = await claude.connected()
        code = await claude.code()

        stolen = await other.refresh(tokens["refresh_token"])
        claude.ours = theirs
        mixed_up = await claude.refresh(tokens["refresh_token"])
        mixed_up_code = await claude.exchange(code)
        claude.ours = ours
        right = await claude.refresh(tokens["refresh_token"])

    assert error(stolen) == error(mixed_up) == error(mixed_up_code) == (400, "invalid_grant")
    assert right.status_code == 200


async def test_a_refresh_token_lives_as_long_as_it_is_used(tmp_path: Path) -> None:
    """Ninety days, counted anew each time."""
    async with running(tmp_path, refresh_seconds=100.0) as ours:
        claude = await Assistant.registered(ours)
        tokens = await claude.connected()
        ours.clock.now += 99
        used = (await claude.refresh(tokens["refresh_token"])).json()
        ours.clock.now += 99
        again = (await claude.refresh(used["refresh_token"])).json()
        ours.clock.now += 101
        late = await claude.refresh(again["refresh_token"])

    assert error(late) == (400, "invalid_grant")


async def test_access_lasts_as_long_as_the_owner_said(tmp_path: Path) -> None:
    """Up to a day, for clients that refresh badly."""
    async with running(tmp_path, access_seconds=86_400.0) as ours:
        claude = await Assistant.registered(ours)
        tokens = await claude.connected()
        ours.clock.now += 86_400
        still = await admits(ours, tokens)
        ours.clock.now += 61
        after = await admits(ours, tokens)

    assert (tokens["expires_in"], still, after) == (86_400, True, False)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("", "home:read home:control offline_access"),
        ("home:read", "home:read"),
        ("home:control offline_access", "home:read home:control"),
    ],
)
async def test_a_refresh_may_ask_for_less(ours: Running, asked: str, given: str) -> None:
    """For this one access token."""
    claude = await Assistant.registered(ours)
    tokens = await claude.connected("home:control")

    answer = await claude.refresh(tokens["refresh_token"], scope=asked)

    assert answer.json()["scope"].removesuffix(" offline_access") == given.removesuffix(
        " offline_access"
    )


async def test_a_refresh_cannot_ask_for_more(ours: Running) -> None:
    """The person was not asked; the token is still good."""
    claude = await Assistant.registered(ours)
    tokens = await claude.connected("home:control")

    wider = await claude.refresh(tokens["refresh_token"], scope="home:read home:admin")

    assert error(wider) == (400, "invalid_scope")
    assert (await claude.refresh(tokens["refresh_token"])).status_code == 200


def basic(name: str, secret: str) -> dict[str, str]:
    """Return the header by which a client says who it is."""
    return {"Authorization": f"Basic {base64.b64encode(f'{name}:{secret}'.encode()).decode()}"}


@pytest.fixture
async def secretive(ours: Running) -> tuple[Assistant, str]:
    """Register a client with a secret."""
    said = (await ours.register(redirect_uris=["https://gemini.example/r"])).json()
    return Assistant(ours, said["client_id"], "https://gemini.example/r"), said["client_secret"]


async def test_a_client_with_a_secret_proves_it_in_either_way(
    ours: Running, secretive: tuple[Assistant, str]
) -> None:
    """In the form, or in the header."""
    gemini, secret = secretive

    posted = await gemini.exchange(await gemini.code(), client_secret=secret)
    form = {"grant_type": "refresh_token", "refresh_token": posted.json()["refresh_token"]}
    in_header = await ours.http.post("/token", data=form, headers=basic(gemini.id, secret))

    assert (posted.status_code, in_header.status_code) == (200, 200)


async def test_a_client_with_a_secret_has_to_know_it(
    ours: Running, secretive: tuple[Assistant, str]
) -> None:
    """401 with this word lets clients register again."""
    gemini, _ = secretive
    code = await gemini.code()
    form = {"grant_type": "authorization_code", "code": code}

    without = await gemini.exchange(code)
    wrong = await gemini.exchange(code, client_secret="wrong")
    in_header = await ours.http.post("/token", data=form, headers=basic(gemini.id, "wrong"))

    assert error(without) == error(wrong) == error(in_header) == (401, "invalid_client")
    assert in_header.headers["WWW-Authenticate"].startswith("Basic")


async def test_who_is_not_known_is_told_to_register_again(ours: Running) -> None:
    """Its registration may have been forgotten."""
    nobody = Assistant(ours, "client_unknown")

    assert error(await nobody.refresh("x")) == (401, "invalid_client")
    assert error(await nobody.refresh("x", client_id="")) == (401, "invalid_client")


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Basic w6k=", "Basic OjpAOg=="])
async def test_a_header_that_cannot_be_read_is_refused(ours: Running, header: str) -> None:
    """Whatever is in it."""
    form = {"grant_type": "refresh_token", "refresh_token": "x"}

    answer = await ours.http.post("/token", data=form, headers={"Authorization": header})

    assert error(answer)[1] in {"invalid_request", "invalid_client"}


@pytest.mark.parametrize("kind", ["", "application/json", "multipart/form-data; boundary=x"])
async def test_only_forms_are_read(ours: Running, kind: str) -> None:
    """As RFC 6749 says."""
    answer = await ours.http.post("/token", content=b"{}", headers={"Content-Type": kind})

    assert error(answer) == (400, "invalid_request")


@pytest.mark.parametrize("token", ["access_token", "refresh_token"])
async def test_a_token_that_is_given_back_ends_the_grant(ours: Running, token: str) -> None:
    """Clients do this when somebody disconnects."""
    claude = await Assistant.registered(ours)
    tokens = await claude.connected()

    answer = await ours.post("/revoke", token=tokens[token], client_id=claude.id)

    assert (answer.status_code, answer.json()) == (200, {})
    assert not await admits(ours, tokens)
    assert error(await claude.refresh(tokens["refresh_token"])) == (400, "invalid_grant")


async def test_nobody_gives_back_the_token_of_another(ours: Running) -> None:
    """The answer does not tell whether there was one."""
    claude, other = await Assistant.registered(ours), await Assistant.registered(ours)
    tokens = await claude.connected()

    theirs = await ours.post("/revoke", token=tokens["refresh_token"], client_id=other.id)
    nothing = await ours.post("/revoke", token="x", client_id=other.id)

    assert (theirs.status_code, nothing.status_code) == (200, 200)
    assert await admits(ours, tokens)


async def test_a_client_may_ask_what_its_token_is_good_for(ours: Running) -> None:
    """And nobody else."""
    claude, other = await Assistant.registered(ours), await Assistant.registered(ours)
    tokens = await claude.connected("home:control")

    mine = (
        await ours.post("/introspect", token=tokens["access_token"], client_id=claude.id)
    ).json()
    theirs = await ours.post("/introspect", token=tokens["access_token"], client_id=other.id)
    refresh = await ours.post("/introspect", token=tokens["refresh_token"], client_id=claude.id)
    nobody = await ours.post("/introspect", token=tokens["access_token"])

    assert mine == {
        "active": True,
        "client_id": claude.id,
        "username": "Paula",
        "sub": "u1",
        "scope": "home:read home:control",
        "aud": RESOURCE,
        "iss": HOME,
        "iat": int(ours.clock.now),
        "exp": int(ours.clock.now) + 3600,
        "token_type": "Bearer",
    }
    assert refresh.json()["active"] is True
    assert theirs.json() == {"active": False}
    assert error(nobody) == (401, "invalid_client")


@pytest.mark.parametrize("seconds", [3600, 90 * 86_400])
async def test_what_has_expired_is_not_active(ours: Running, seconds: int) -> None:
    """Whichever token."""
    claude = await Assistant.registered(ours)
    tokens = await claude.connected()
    name = {3600: "access_token", 90 * 86_400: "refresh_token"}[seconds]
    ours.clock.now += seconds

    answer = await ours.post("/introspect", token=tokens[name], client_id=claude.id)

    assert answer.json() == {"active": False}


async def test_a_client_is_one_client(ours: Running, secretive: tuple[Assistant, str]) -> None:
    """Two names or two proofs in one request are a mistake, or worse."""
    gemini, secret = secretive
    form = {"grant_type": "refresh_token", "refresh_token": "x"}
    header = basic(gemini.id, secret)

    two_names = await ours.http.post(
        "/token", data={**form, "client_id": "client_other"}, headers=header
    )
    two_proofs = await ours.http.post(
        "/token", data={**form, "client_secret": secret}, headers=header
    )

    assert error(two_names) == error(two_proofs) == (400, "invalid_request")


async def test_a_client_without_a_secret_shows_none(ours: Running) -> None:
    """Who does mixes it up with another."""
    claude = await Assistant.registered(ours)

    answer = await claude.exchange(await claude.code(), client_secret="x")

    assert error(answer) == (401, "invalid_client")


async def test_a_refresh_is_for_the_resource_it_was_given_for(ours: Running) -> None:
    """Letter by letter, and the token is still good afterwards."""
    claude = await Assistant.registered(ours)
    token = (await claude.connected())["refresh_token"]

    wrong = await claude.refresh(token, resource=f"{RESOURCE}/")
    right = await claude.refresh(token, resource=RESOURCE)

    assert error(wrong) == (400, "invalid_target")
    assert right.status_code == 200


async def test_what_one_token_carries_cannot_be_moved_to_another(ours: Running) -> None:
    """It is the way to somebody's home."""
    person = ours.door.person
    assert person is not None
    ours.door.person = replace(person, sealed=b"the way to one home")
    one = await Assistant.registered(ours)
    first = (await one.connected())["refresh_token"]
    ours.door.person = replace(person, sealed=b"the way to another")
    second = (await one.connected())["refresh_token"]

    mixed = f"{first.partition('.')[0]}.{second.partition('.')[2]}"

    assert error(await one.refresh(mixed)) == (400, "invalid_grant")
    assert (await one.refresh(first)).status_code == 200


async def test_a_grant_that_is_revoked_in_between_gives_nothing(ours: Running) -> None:
    """The owner was quicker than the client."""
    claude = await Assistant.registered(ours)
    code = await claude.code()
    await ours.server.store.revoke_all()

    assert error(await claude.exchange(code)) == (400, "invalid_grant")
