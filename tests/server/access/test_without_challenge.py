"""A client with a secret may do without a challenge, and nobody can take one away."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from .assistants import VERIFIER, Assistant, came_back
from .serving import Running, running


@pytest.fixture(params=[False, True], ids=["asked", "silent"])
async def ours(tmp_path: Path, request: Any) -> AsyncIterator[Running]:
    """Run a server that asks people, and one that does not."""
    async with running(tmp_path, silent=request.param) as server:
        yield server


async def with_secret(ours: Running) -> tuple[Assistant, str]:
    """Register a client that has a secret."""
    said = {"token_endpoint_auth_method": "client_secret_post", "client_name": "Home Assistant"}
    redirect = "https://my.home-assistant.io/redirect/oauth"
    answer = (await ours.register(redirect_uris=[redirect], **said)).json()
    return Assistant(ours, answer["client_id"], redirect), answer["client_secret"]


async def code(client: Assistant, **changed: str) -> str:
    """Get a code, whether or not somebody is asked."""
    answer = client.answered if not client.ours.server.silent else client.ask
    return came_back(await answer(**changed))["code"]


NONE = {"code_challenge": "", "code_challenge_method": ""}


async def test_a_secret_stands_in_for_a_challenge(ours: Running) -> None:
    """Home Assistant's own client has nothing else."""
    client, secret = await with_secret(ours)

    given = await code(client, **NONE)
    answer = await ours.post(
        "/token",
        grant_type="authorization_code",
        code=given,
        client_id=client.id,
        client_secret=secret,
        redirect_uri=client.redirect,
    )

    assert answer.status_code == 200
    assert answer.json()["access_token"]


async def test_without_the_secret_such_a_code_is_worth_nothing(ours: Running) -> None:
    """It is all that says who comes."""
    client, _ = await with_secret(ours)

    answer = await client.exchange(await code(client, **NONE), code_verifier="")

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_an_answer_to_no_challenge_is_refused(ours: Running) -> None:
    """Somebody on the way took the challenge out, and the client does not know."""
    client, secret = await with_secret(ours)

    given = await code(client, **NONE)
    answer = await client.exchange(given, client_secret=secret, code_verifier=VERIFIER)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


async def test_a_challenge_is_answered_by_who_has_a_secret_too(ours: Running) -> None:
    """Who began with one ends with it."""
    client, secret = await with_secret(ours)

    given = await code(client)
    left_out = await client.exchange(given, client_secret=secret, code_verifier="")
    right = await client.exchange(given, client_secret=secret)

    assert (left_out.status_code, left_out.json()["error"]) == (400, "invalid_request")
    assert right.status_code == 200


@pytest.mark.parametrize("part", ["code_challenge", "code_challenge_method"])
async def test_half_a_challenge_is_none(ours: Running, part: str) -> None:
    """A client that meant one is told."""
    client, _ = await with_secret(ours)

    answer = await client.ask(**{part: ""})

    assert came_back(answer)["error"] == "invalid_request"


async def test_a_client_without_a_secret_needs_one(ours: Running) -> None:
    """Nothing else says that it is the one who began."""
    client = await Assistant.registered(ours)

    answer = await client.ask(**NONE)

    assert came_back(answer)["error"] == "invalid_request"
