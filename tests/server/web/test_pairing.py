"""Only a relay of this house is paired, and only who is paired is answered on its path."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from ha_mcp._shared.relay import AUTH_HEADER, AUTH_URL, CONTRACTS_HEADER, PROOF_HEADER, prove
from ha_mcp.problems import TimedOut
from ha_mcp.web.pairing import Pairing

from .edges import Edge, calling, running

TOKEN = "a token of the tests, long enough"
RELAY = "local_ha_mcp_proxy"
NONCE = "0123456789abcdef" * 2
CALL = calling("ha_echo", words="hello")


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    """Run the edge in a house where one app is a relay."""

    async def recognise(slug: str, address: str) -> bool:
        return (slug, address) == (RELAY, "127.0.0.1")

    async def examine(url: str, auth: str) -> Mapping[str, Any]:
        if url == "https://slow.example":
            raise TimedOut("The examination was not done within 60 seconds")
        return {"ok": True, "origin": url, "auth": auth}

    pairing = Pairing(token=TOKEN, recognise=recognise, examine=examine)
    async with running(pairing=pairing) as server:
        yield server


def headers(**changed: str) -> dict[str, str]:
    """Return what a paired relay sends."""
    proof = prove(TOKEN, "POST", nonce=NONCE)
    return {PROOF_HEADER: proof, CONTRACTS_HEADER: "1-1"} | changed


async def test_a_relay_learns_what_it_needs(edge: Edge) -> None:
    """Name and version, what is spoken, where to ask, and the token."""
    answer = await edge.http.get(f"{edge.base}/pair", params={"app": RELAY})

    said = answer.json()
    assert said.pop("run")
    assert said == {
        "name": "ha-mcp",
        "version": "1.2.3",
        "contracts": "1-2",
        "path": "/relay",
        "token": TOKEN,
    }
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("slug", ["", "another_app", "self"])
async def test_nobody_else_learns_the_token(edge: Edge, slug: str) -> None:
    """Whatever runs in the network of the apps."""
    answer = await edge.http.get(f"{edge.base}/pair", params={"app": slug})

    assert answer.status_code == 403
    assert TOKEN not in answer.text


async def test_who_is_paired_is_answered(edge: Edge) -> None:
    """The proof stands in for the secret path."""
    answer = await edge.http.post(f"{edge.base}/relay", json=CALL, headers=headers())

    assert answer.json()["result"]["content"][0]["text"] == "hello"


async def test_who_is_paired_may_have_an_address_looked_at(edge: Edge) -> None:
    """Nobody else makes the server connect to somewhere."""
    wanted = {"url": "https://home.example"}

    asked = await edge.http.post(f"{edge.base}/examine", json=wanted, headers=headers())
    again = await edge.http.post(f"{edge.base}/examine", json=wanted)

    assert asked.json() == {"ok": True, "origin": "https://home.example", "auth": ""}
    assert again.status_code == 403


async def test_a_newer_relay_says_whether_the_address_leads_to_a_login(edge: Edge) -> None:
    """And may say more than is understood."""
    wanted = {"url": "https://home.example", "auth": AUTH_URL, "later": 1}

    answer = await edge.http.post(f"{edge.base}/examine", json=wanted, headers=headers())

    assert answer.json()["auth"] == AUTH_URL


async def test_an_examination_that_failed_is_no_report(edge: Edge) -> None:
    """The relay's app goes on without one."""
    wanted = {"url": "https://slow.example"}

    answer = await edge.http.post(f"{edge.base}/examine", json=wanted, headers=headers())

    assert answer.status_code == 503
    assert "60 seconds" in answer.json()["error"]["message"]


async def test_a_relay_notices_that_the_server_was_restarted(edge: Edge) -> None:
    """It tells it then again what only it knows."""
    pair = {"app": RELAY}
    one = await edge.http.get(f"{edge.base}/pair", params=pair)
    again = await edge.http.get(f"{edge.base}/pair", params=pair)
    async with running(pairing=Pairing(token=TOKEN, recognise=anybody, examine=nowhere)) as other:
        later = await other.http.get(f"{other.base}/pair", params=pair)

    assert one.json()["run"] == again.json()["run"] != later.json()["run"]


async def anybody(_slug: str, _address: str) -> bool:
    """Take everybody for a relay."""
    return True


async def nowhere(_url: str, _auth: str) -> Mapping[str, Any]:
    """Find nothing."""
    return {}


async def test_an_examination_of_nothing_is_refused(edge: Edge) -> None:
    """The contract says what is sent."""
    answer = await edge.http.post(f"{edge.base}/examine", content=b"[]", headers=headers())

    assert answer.status_code == 400


async def test_a_proof_that_was_seen_before_is_refused(edge: Edge) -> None:
    """Copying a request gains nothing."""
    sent = headers()
    await edge.http.post(f"{edge.base}/relay", json=CALL, headers=sent)

    again = await edge.http.post(f"{edge.base}/relay", json=CALL, headers=sent)

    assert again.status_code == 403
    assert "used before" in again.json()["error"]["message"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({PROOF_HEADER: ""}, 403),
        ({PROOF_HEADER: TOKEN}, 403),
        ({CONTRACTS_HEADER: "3-9"}, 409),
        ({CONTRACTS_HEADER: "new"}, 409),
        ({CONTRACTS_HEADER: "1-9", AUTH_HEADER: AUTH_URL}, 200),
        ({CONTRACTS_HEADER: "1-9"}, 503),
    ],
    ids=[
        "no proof",
        "the bare token",
        "too new",
        "not understood",
        "newer and still fit",
        "a login that nobody here can ask for",
    ],
)
async def test_what_does_not_fit_is_refused(
    edge: Edge, changed: dict[str, str], status: int
) -> None:
    """Never with 401, at which a client far away would begin to log in."""
    answer = await edge.http.post(f"{edge.base}/relay", json=CALL, headers=headers(**changed))

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("origin", "status"), [("https://home.example", 200), ("https://elsewhere.example", 403)]
)
async def test_web_pages_are_judged_by_the_public_name(
    edge: Edge, origin: str, status: int
) -> None:
    """The relay says under which name the client sees the server."""
    seen = {"Origin": origin, "X-Forwarded-Host": "home.example", "X-Forwarded-Proto": "https"}

    answer = await edge.http.post(f"{edge.base}/relay", json=CALL, headers=headers(**seen))

    assert answer.status_code == status


async def test_without_a_house_there_is_no_such_path() -> None:
    """Outside Home Assistant OS nobody vouches for a relay."""
    async with running() as alone:
        answers: list[Any] = [
            await alone.http.get(f"{alone.base}/pair", params={"app": RELAY}),
            await alone.http.post(f"{alone.base}/relay", json=CALL, headers=headers()),
        ]

    assert [answer.status_code for answer in answers] == [404, 404]
