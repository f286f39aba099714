"""What the relay carries is answered as its headers say: with a login, or for the address alone."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from ha_mcp._shared.relay import (
    AUTH_HEADER,
    CONTRACTS_HEADER,
    ISSUER_HEADER,
    PROOF_HEADER,
    RESOURCE_HEADER,
    prove,
)
from ha_mcp.web.pairing import Pairing
from ha_mcp.web.signing_in import Authorization
from server.access.serving import running as authorization_server

from .edges import Edge, calling, running

TOKEN = "a token of the tests, long enough"
CALL = calling("ha_echo", words="hello")
HOME = "https://home.example"
RESOURCE = f"{HOME}/api/webhook/mcp_0123456789abcdef"
ISSUER = f"{HOME}/api/ha_mcp_proxy/oauth"
NAMES = {RESOURCE_HEADER: RESOURCE, ISSUER_HEADER: ISSUER}
DOCUMENT = f"{HOME}/.well-known/oauth-protected-resource/api/webhook/mcp_0123456789abcdef"


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Edge]:
    """Run the edge with an authorization server behind it."""

    async def nobody(_slug: str, _address: str) -> bool:
        return False

    async def unseen(_url: str, _auth: str) -> Mapping[str, Any]:
        return {}

    async with authorization_server(tmp_path) as access:
        asking = access.server
        both = Authorization(login=asking, silent=replace(asking, silent=True))
        pairing = Pairing(token=TOKEN, recognise=nobody, examine=unseen, authorization=both)
        async with running(pairing=pairing) as server:
            yield server


class Nonces:
    """Never the same twice."""

    made = 0


def said(method: str = "POST", **more: str) -> dict[str, str]:
    """Return what a relay sends that speaks of logins."""
    Nonces.made += 1
    proof = prove(TOKEN, method, nonce=f"{Nonces.made:032x}")
    known = {PROOF_HEADER: proof, CONTRACTS_HEADER: "1-2", AUTH_HEADER: "login", **NAMES}
    return {name: value for name, value in (known | more).items() if value}


async def post(edge: Edge, **more: str) -> httpx2.Response:
    """Call a tool through the relay."""
    return await edge.http.post(f"{edge.base}/relay", json=CALL, headers=said(**more))


async def test_a_stranger_is_sent_to_the_document_about_this_address(edge: Edge) -> None:
    """Under the name that was used."""
    answer = await post(edge)

    assert answer.status_code == 401
    challenge = answer.headers["www-authenticate"]
    assert f'resource_metadata="{DOCUMENT}"' in challenge
    assert answer.headers["cache-control"] == "no-store"


async def test_home_assistant_s_client_is_not_told_where_the_document_is(edge: Edge) -> None:
    """It would look at the root as well; the scopes it is told all the same."""
    answer = await post(edge, **{"User-Agent": "HomeAssistant/2026.11.0 httpx2/2.16"})

    challenge = answer.headers["www-authenticate"]
    assert answer.status_code == 401
    assert "resource_metadata" not in challenge
    assert challenge.startswith('Bearer scope="home:read')


async def test_a_probe_without_a_message_is_a_stranger_too(edge: Edge) -> None:
    """Some clients look with GET before they send anything."""
    answer = await edge.http.get(f"{edge.base}/relay", headers=said("GET"))

    assert answer.status_code == 401
    assert "www-authenticate" in answer.headers


@pytest.mark.parametrize("auth", ["url", "login", "whatever comes next"])
async def test_only_the_word_for_it_lets_the_address_admit(edge: Edge, auth: str) -> None:
    """What is not understood is never taken for less."""
    answer = await post(edge, **{AUTH_HEADER: auth})

    assert answer.status_code == (200 if auth == "url" else 401)


async def test_a_relay_that_knows_no_logins_is_answered_as_ever(edge: Edge) -> None:
    """It was installed when the address admitted."""
    answer = await post(edge, **{CONTRACTS_HEADER: "1-1", AUTH_HEADER: "", RESOURCE_HEADER: ""})

    assert answer.status_code == 200


async def test_a_relay_that_knows_them_and_says_nothing_wants_one(edge: Edge) -> None:
    """Whatever was lost on the way, nobody comes in by it."""
    answer = await post(edge, **{AUTH_HEADER: ""})

    assert answer.status_code == 401


async def test_where_no_address_is_known_there_is_no_login(edge: Edge) -> None:
    """A cloud hook cannot lead anybody to one: its user is told so in words."""
    answer = await post(edge, **{RESOURCE_HEADER: "", ISSUER_HEADER: ""})
    document = await edge.http.get(
        f"{edge.base}/relay/oauth/.well-known/oauth-authorization-server",
        headers=said("GET", **{RESOURCE_HEADER: ""}),
    )

    assert answer.status_code == 401
    assert answer.json()["error"]["data"] == {"reason": "login_needed"}
    assert "www-authenticate" not in answer.headers
    assert document.status_code == 404


async def test_documents_speak_of_the_names_that_were_used(edge: Edge) -> None:
    """Clients compare them letter by letter."""
    below = f"{edge.base}/relay/oauth/.well-known"
    server = await edge.http.get(f"{below}/oauth-authorization-server", headers=said("GET"))
    path = "/oauth-protected-resource/api/webhook/mcp_0123456789abcdef"
    resource = await edge.http.get(below + path, headers=said("GET"))

    assert server.json()["issuer"] == ISSUER
    assert server.json()["token_endpoint"] == f"{ISSUER}/token"
    assert resource.json()["resource"] == RESOURCE
    assert resource.json()["authorization_servers"] == [ISSUER]


@pytest.mark.parametrize("path", ["", "/oauth/token", "/oauth/authorize"])
async def test_nothing_of_it_is_for_who_is_not_the_relay(edge: Edge, path: str) -> None:
    """The port is open to the whole house, and headers are easily said."""
    sent = said(**{PROOF_HEADER: "", AUTH_HEADER: "url"})

    answer = await edge.http.post(f"{edge.base}/relay{path}", json=CALL, headers=sent)

    assert answer.status_code == 403
