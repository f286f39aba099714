"""Where the address alone lets in, clients that insist on authorization get it unasked."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ha_mcp.access.admission import NotAdmitted

from .assistants import BACK, Assistant, came_back
from .serving import HOME, Running, running


@pytest.fixture
async def silent(tmp_path: Path) -> AsyncIterator[Running]:
    """Run a server that asks nobody."""
    async with running(tmp_path, silent=True) as server:
        yield server


async def test_a_client_gets_its_code_at_once(silent: Running) -> None:
    """With state and issuer, as ever."""
    claude = await Assistant.registered(silent)

    answer = await claude.ask()

    assert answer.headers["Location"].startswith(f"{BACK}?code=")
    assert came_back(answer)["state"] == claude.state
    assert came_back(answer)["iss"] == HOME


async def test_its_tokens_can_be_had_and_renewed_and_admit_to_nothing(silent: Running) -> None:
    """Whoever switches to signing in does not leave doors open."""
    claude = await Assistant.registered(silent)
    tokens = (await claude.exchange(came_back(await claude.ask())["code"])).json()
    renewed = (await claude.refresh(tokens["refresh_token"])).json()

    with pytest.raises(NotAdmitted) as caught:
        await silent.server.admission.admit(f"Bearer {renewed['access_token']}", claude.resource)

    assert caught.value.status == 401
    assert caught.value.json["error"] == "invalid_token"
    assert await silent.server.store.grants() == []


async def test_when_signing_in_is_switched_on_the_client_is_asked_to(tmp_path: Path) -> None:
    """By the word that makes clients authorize anew."""
    async with running(tmp_path, silent=True) as silent:
        claude = await Assistant.registered(silent)
        tokens = (await claude.exchange(came_back(await claude.ask())["code"])).json()
    async with running(tmp_path) as ours:
        claude.ours = ours
        answer = await claude.refresh(tokens["refresh_token"])
        connected = await claude.connected()

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert connected["access_token"]


async def test_who_had_signed_in_stays_signed_in_when_it_is_switched_off(tmp_path: Path) -> None:
    """Nothing changes for them."""
    async with running(tmp_path) as ours:
        claude = await Assistant.registered(ours)
        tokens = await claude.connected()
    async with running(tmp_path, silent=True) as silent:
        claude.ours = silent
        answer = await claude.refresh(tokens["refresh_token"])

    assert answer.status_code == 200


async def test_silence_sends_nobody_elsewhere_either(silent: Running) -> None:
    """An open door is still no open redirect."""
    claude = await Assistant.registered(silent)

    answer = await claude.ask(redirect_uri="https://evil.example/")

    assert (answer.status_code, "Location" in answer.headers) == (400, False)


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"code_verifier": "w" * 64}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_request"),
        ({"redirect_uri": "https://evil.example/"}, "invalid_grant"),
        ({"resource": f"{HOME}/other"}, "invalid_target"),
        ({"code": "hamcp_s_x"}, "invalid_grant"),
    ],
)
async def test_clients_find_the_same_rules(
    silent: Running, changed: dict[str, str], refused: str
) -> None:
    """They are tested against both."""
    claude = await Assistant.registered(silent)
    code = came_back(await claude.ask())["code"]

    answer = await claude.exchange(**{"code": code, **changed})

    assert (answer.status_code, answer.json()["error"]) == (400, refused)


async def test_its_codes_are_good_for_a_minute_and_for_one_client(silent: Running) -> None:
    """As others."""
    claude, other = await Assistant.registered(silent), await Assistant.registered(silent)
    code = came_back(await claude.ask())["code"]
    stolen = await other.exchange(code)
    tokens = (await claude.exchange(code)).json()
    taken = await other.refresh(tokens["refresh_token"])
    silent.clock.now += 60
    late = await claude.exchange(code)

    assert [one.json()["error"] for one in (stolen, taken, late)] == ["invalid_grant"] * 3


async def test_there_is_nowhere_to_sign_in(silent: Running) -> None:
    """So nobody is asked for a password by mistake."""
    assert (await silent.get("/signin", state="x")).status_code == 404
