"""What the gate found out about a caller decides what it is offered and what it may call."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Asgi

from ha_mcp.access.grants import Grant, Only
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
async def admitted(grant: Grant, *, reads_only: str = "") -> AsyncIterator[httpx2.AsyncClient]:
    """Serve the tools of the tests to a caller with this grant."""
    app = asgi_app(
        server_of_tests(Bell(), reads_only=reads_only),
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


async def listed(http: httpx2.AsyncClient, query: str = "") -> list[str]:
    """Return the names of the tools that are offered."""
    answer = await http.post(PATH + query, json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
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


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ("", ALL),
        ("?profile=full", ALL),
        ("?profile=readonly", READING),
        ("?profile=ReadOnly", READING),
        ("?profile=full&profile=readonly", READING),
        ("?other=readonly", ALL),
    ],
)
async def test_an_address_asks_for_less(query: str, offered: list[str]) -> None:
    """One entry in a client's settings is enough."""
    async with admitted(granted(*Scope)) as http:
        assert await listed(http, query) == offered


async def test_an_address_never_asks_for_more() -> None:
    """What was not allowed stays so."""
    async with admitted(granted(Scope.READ)) as http:
        assert await listed(http, "?profile=full") == READING


async def test_a_profile_that_is_not_known_is_refused_rather_than_ignored() -> None:
    """It was meant to narrow something."""
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    async with admitted(granted(*Scope)) as http:
        answer = await http.post(f"{PATH}?profile=read-only", json=message)

    error = answer.json()["error"]
    assert error["message"] == "There is no profile 'read-only': readonly and full are known"


async def test_what_reads_is_all_there_is_when_the_owner_says_so() -> None:
    """The option beats what was allowed."""
    async with admitted(granted(*Scope), reads_only="the owner said so") as http:
        text, failed = await called(http, "ha_wait")

        assert await listed(http) == READING
    assert failed
    assert text == "forbidden: ha_wait can change something, and the owner said so"


async def test_who_has_a_part_of_the_home_is_not_offered_what_is_about_all_of_it() -> None:
    """It could never call it."""
    part = replace(granted(*Scope), only=Only(areas=frozenset({"kitchen"})))
    async with admitted(part) as http:
        text, failed = await called(http, "ha_stumble")

        assert await listed(http) == [one for one in ALL if one != "ha_stumble"]
    assert failed
    assert text.startswith("forbidden: ha_stumble is about all of the home")
