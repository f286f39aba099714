"""When the store is away, nothing is granted and nothing is lost; who was let in stays."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from ha_mcp.access import sqlite
from ha_mcp.access.admission import NotAdmitted
from ha_mcp.access.tokens import new_key

from .assistants import BACK, EVERYTHING, Assistant, word_of
from .faults import Breakable, Fault, full, garbage, gone, locked
from .serving import RESOURCE, Clock, Running, running

EVERY_FAULT = pytest.mark.parametrize("fault", [locked, full, gone, garbage])
UNREADABLE = pytest.mark.parametrize("fault", [gone, garbage])


@pytest.fixture
def records(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Breakable:
    """Return a store that can be broken, and is not waited for."""
    monkeypatch.setattr(sqlite, "_BUSY", 0.02)
    return Breakable(tmp_path, clock)


@pytest.fixture
def clock() -> Clock:
    """Return the time."""
    return Clock()


@pytest.fixture
async def ours(tmp_path: Path, clock: Clock, records: Breakable) -> AsyncIterator[Running]:
    """Run a server whose store can be broken."""
    async with running(tmp_path, clock=clock, records=records) as server:
        yield server


def told(answer: httpx2.Response) -> tuple[int, Any]:
    """Return how a request was refused, and insist that it says nothing of Python."""
    assert "Traceback" not in answer.text
    assert ".py" not in answer.text
    return answer.status_code, answer.json()["error"]


AWAY = (503, "temporarily_unavailable")


@EVERY_FAULT
async def test_no_client_is_registered(ours: Running, records: Breakable, fault: Fault) -> None:
    """In JSON, with when to try again."""
    await Assistant.registered(ours)
    async with fault(records):
        answer = await ours.register(redirect_uris=[BACK], client_name="x" * 80)

    assert told(answer) == AWAY
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["Cache-Control"] == "no-store"


@EVERY_FAULT
async def test_a_code_gives_nothing_and_is_good_afterwards(
    ours: Running, records: Breakable, fault: Fault
) -> None:
    """The client tries again."""
    claude = await Assistant.registered(ours)
    code = await claude.code()
    async with fault(records):
        during = await claude.exchange(code)
    afterwards = await claude.exchange(code)

    assert told(during) == AWAY
    assert "access_token" not in during.text
    assert afterwards.status_code == 200


@EVERY_FAULT
async def test_a_refresh_gives_nothing_and_is_good_afterwards(
    ours: Running, records: Breakable, fault: Fault
) -> None:
    """Nobody is signed out by a full disk."""
    claude = await Assistant.registered(ours)
    tokens = await claude.connected()
    async with fault(records):
        during = [await claude.refresh(tokens["refresh_token"]) for _ in range(3)]
    ours.clock.now += 500
    afterwards = await claude.refresh(tokens["refresh_token"])

    assert [told(answer) for answer in during] == [AWAY] * 3
    assert afterwards.status_code == 200


@EVERY_FAULT
async def test_a_yes_gives_no_code(ours: Running, records: Breakable, fault: Fault) -> None:
    """The person reads why on a page."""
    claude = await Assistant.registered(ours)
    page = await claude.page()
    async with fault(records):
        answer = await claude.answer(page, *EVERYTHING)

    assert answer.status_code == 503
    assert "Location" not in answer.headers
    assert "The store of access cannot be used" in answer.text
    assert await ours.server.store.grants() == []


@EVERY_FAULT
async def test_nobody_signs_in(ours: Running, records: Breakable, fault: Fault) -> None:
    """Nor is there a page that could be answered."""
    claude = await Assistant.registered(ours)
    where = (await claude.ask(state="s" * 4000)).headers["Location"]
    async with fault(records):
        answer = await ours.http.get(where)

    assert (answer.status_code, "Location" in answer.headers) == (503, False)


@UNREADABLE
async def test_a_client_that_cannot_be_looked_up_is_not_sent_anywhere(
    ours: Running, records: Breakable, fault: Fault
) -> None:
    """Nor told that it is unknown: it would register again."""
    claude = await Assistant.registered(ours)
    tokens = await claude.connected()
    page = word_of(await claude.page())
    async with fault(records):
        asked = await claude.ask()
        shown = await ours.get("/consent", request=page)
        revoked = await ours.post("/revoke", token=tokens["access_token"], client_id=claude.id)
        looked = await ours.post("/introspect", token="x", client_id=claude.id)

    assert (asked.status_code, shown.status_code) == (503, 503)
    assert "Location" not in asked.headers
    assert told(revoked) == told(looked) == AWAY


@EVERY_FAULT
async def test_who_was_let_in_stays(ours: Running, records: Breakable, fault: Fault) -> None:
    """A home is wanted most when something is wrong with it."""
    claude = await Assistant.registered(ours)
    token = (await claude.connected())["access_token"]
    before = await ours.server.admission.admit(f"Bearer {token}", RESOURCE)
    async with fault(records):
        ours.clock.now += 600
        during = await ours.server.admission.admit(f"Bearer {token}", RESOURCE)

    assert during == before


@UNREADABLE
async def test_who_cannot_be_looked_up_is_told_to_come_back(
    ours: Running, records: Breakable, fault: Fault
) -> None:
    """Not that the token is bad: it would be thrown away."""
    claude = await Assistant.registered(ours)
    token = (await claude.connected())["access_token"]
    ours.server.store._at_hand.clear()
    async with fault(records):
        with pytest.raises(NotAdmitted) as caught:
            await ours.server.admission.admit(f"Bearer {token}", RESOURCE)

    assert caught.value.status == 503
    assert caught.value.json["error"] == "temporarily_unavailable"
    assert caught.value.www_authenticate is None
    assert caught.value.headers["Retry-After"] == "5"


@pytest.mark.parametrize("fault", [locked, gone])
async def test_what_cannot_be_revoked_is_said(
    ours: Running, records: Breakable, fault: Fault
) -> None:
    """A client that heard 200 would think it is done."""
    claude = await Assistant.registered(ours)
    tokens = await claude.connected()
    async with fault(records):
        during = await ours.post("/revoke", token=tokens["access_token"], client_id=claude.id)
    afterwards = await ours.post("/revoke", token=tokens["access_token"], client_id=claude.id)

    assert told(during) == AWAY
    assert afterwards.status_code == 200


async def test_a_store_that_is_lost_lets_nobody_in(tmp_path: Path) -> None:
    """Tokens that are out belong to no grant any more; clients begin again."""
    async with running(tmp_path) as ours:
        claude = await Assistant.registered(ours)
        tokens = await claude.connected()
    (tmp_path / "access.db").unlink()
    async with running(tmp_path) as again:
        claude.ours = again
        with pytest.raises(NotAdmitted) as caught:
            await again.server.admission.admit(f"Bearer {tokens['access_token']}", RESOURCE)
        refreshed = await claude.refresh(tokens["refresh_token"])

    assert caught.value.json["error"] == "invalid_token"
    assert told(refreshed) == (401, "invalid_client")


async def test_another_key_after_a_restart_costs_one_refresh(tmp_path: Path) -> None:
    """The old token is of no use, and the word for it makes clients refresh."""
    async with running(tmp_path) as ours:
        claude = await Assistant.registered(ours)
        tokens = await claude.connected()
    async with running(tmp_path, key=new_key()) as again:
        claude.ours = again
        with pytest.raises(NotAdmitted) as caught:
            await again.server.admission.admit(f"Bearer {tokens['access_token']}", RESOURCE)
        renewed = (await claude.refresh(tokens["refresh_token"])).json()
        grant = await again.server.admission.admit(f"Bearer {renewed['access_token']}", RESOURCE)

    assert caught.value.json["error"] == "invalid_token"
    assert grant.user_name == "Paula"


async def test_what_a_token_carries_is_lost_with_the_key(tmp_path: Path) -> None:
    """Then the person has to sign in again, and the client is told so."""
    async with running(tmp_path) as ours:
        claude = await Assistant.registered(ours)
        assert ours.door.person is not None
        ours.door.person = type(ours.door.person)(
            user_id="u1", user_name="Paula", is_admin=True, sealed=b"the way home"
        )
        code, tokens = await claude.code(), await claude.connected()
    async with running(tmp_path, key=new_key()) as again:
        claude.ours = again
        refreshed = await claude.refresh(tokens["refresh_token"])
        exchanged = await claude.exchange(code)

    assert told(refreshed) == told(exchanged) == (400, "invalid_grant")


async def test_the_store_is_the_owners_alone(tmp_path: Path, ours: Running) -> None:
    """It holds who may come in."""
    await Assistant.registered(ours)

    assert (tmp_path / "access.db").stat().st_mode & 0o077 == 0
