"""What the gate found out about a caller decides what it is offered and what it may call."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Asgi

from ha_mcp.access.grants import Grant
from ha_mcp.access.scopes import Scope, up_to
from ha_mcp.web.asgi import asgi_app
from ha_mcp.web.origins import Origins
from ha_mcp.web.protocol import GRANT

from .edges import PATH, calling, server_of_tests
from .tools_for_tests._bell import Bell

READING = ["ha_echo", "ha_show", "ha_stumble"]
ALL = ["ha_echo", "ha_refuse", "ha_show", "ha_stumble", "ha_wait"]


def granted(*scopes: Scope) -> Grant:
    """Return a grant as the consent page makes it."""
    return Grant(
        client_id="c1",
        client_name="Claude",
        user_name="Anna",
        scopes=frozenset(scopes),
        id="0123456789",
    )


def carrying(app: ASGIApp, grant: Grant) -> ASGIApp:
    """Stand in for the gate that admits callers."""

    async def admitted(scope: Asgi, receive: Receive, send: Send) -> None:
        await app({**scope, GRANT: grant}, receive, send)

    return admitted


@asynccontextmanager
async def admitted(grant: Grant) -> AsyncIterator[httpx2.AsyncClient]:
    """Serve the tools of the tests to a caller with this grant."""
    app = asgi_app(
        server_of_tests(Bell()),
        path=PATH,
        origins=Origins(on_loopback=False, secret=True),
        health=dict,
    )
    transport = httpx2.ASGITransport(carrying(app, grant))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://homeassistant") as http,
    ):
        yield http


async def listed(http: httpx2.AsyncClient) -> list[str]:
    """Return the names of the tools that are offered."""
    answer = await http.post(PATH, json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    return [one["name"] for one in answer.json()["result"]["tools"]]


async def called(http: httpx2.AsyncClient, name: str, **arguments: Any) -> tuple[str, bool]:
    """Return the text of an answer and whether it failed."""
    answer = await http.post(PATH, json=calling(name, **arguments))
    result = answer.json()["result"]
    return result["content"][0]["text"], result["isError"]


@pytest.mark.parametrize(
    ("scopes", "offered"),
    [
        ((), []),
        ((Scope.READ,), READING),
        (up_to(Scope.CONTROL), ALL),
        (up_to(Scope.ADMIN), ALL),
    ],
    ids=["none", "read", "control", "admin"],
)
async def test_nothing_is_offered_that_could_never_be_called(
    scopes: frozenset[Scope], offered: list[str]
) -> None:
    """A model does not try what it does not see."""
    async with admitted(granted(*scopes)) as http:
        assert await listed(http) == offered


async def test_what_is_not_offered_is_refused_all_the_same() -> None:
    """A client may remember a list that was longer."""
    async with admitted(granted(Scope.READ)) as http:
        text, failed = await called(http, "ha_wait")

    assert failed
    assert text.startswith(
        "forbidden: ha_wait needs home:control, and this client has home:read\n"
        "The person who connected this client can allow more"
    )


async def test_a_grant_without_scopes_lets_nothing_through() -> None:
    """Silent authorization gives tokens that admit nowhere."""
    async with admitted(granted()) as http:
        text, failed = await called(http, "ha_echo", words="hello")

    assert failed
    assert text.startswith("forbidden: ha_echo needs home:read, and this client has no rights")


async def test_the_log_names_the_client_its_person_and_its_grant(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What a client calls itself is worth less than what a person allowed."""
    with caplog.at_level(logging.INFO, "edge"):
        async with admitted(granted(Scope.READ)) as http:
            await called(http, "ha_echo", words="hello")

    assert "ha_echo by Claude of Anna #01234567: 5 characters" in caplog.text
