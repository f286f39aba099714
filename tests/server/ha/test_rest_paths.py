"""An id within a path stays an id, and what a form says about its fields is told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from fakes.small_core import TOKEN, SmallCore
from ha_mcp.ha import CoreRest
from ha_mcp.home.wire import Rest
from ha_mcp.problems import Invalid

from .sockets import problem_of


@pytest.fixture
async def core() -> AsyncIterator[SmallCore]:
    """Return a Core that says what was asked of it."""
    async with SmallCore() as small:
        yield small


@pytest.fixture
async def rest(core: SmallCore) -> AsyncIterator[CoreRest]:
    """Return a client of it."""
    async with ClientSession() as session:
        yield CoreRest(session, f"{core.url}/api/", lambda: TOKEN)


async def test_it_is_the_interface_that_the_home_asks_for(rest: CoreRest) -> None:
    """The home knows only the protocol; the type checker compares."""
    asked: Rest = rest

    told = await asked.get_json("calendars", start="2026-11-20T00:00:00+00:00")

    assert told["path"] == "/api/calendars?start=2026-11-20T00:00:00%2B00:00"


@pytest.mark.parametrize(
    "item", ["../../states/light.hall", "..", ".", "", "a//b", "a/../b"], ids=repr
)
async def test_an_id_cannot_lead_to_another_path(
    core: SmallCore, rest: CoreRest, item: str
) -> None:
    """Ids come from models: one with dots would remove something else."""
    await problem_of(rest.delete(f"config/automation/config/{item}"), Invalid)

    assert core.seen == []


@pytest.mark.parametrize(
    ("item", "asked"),
    [
        ("hall?force=1", "hall%3Fforce=1"),
        ("hall#2", "hall%232"),
        ("100%25", "100%2525"),
        ("Küche 1", "K%C3%BCche%201"),
    ],
)
async def test_an_id_cannot_end_its_path(
    core: SmallCore, rest: CoreRest, item: str, asked: str
) -> None:
    """What a web address means by a character, an id does not."""
    told = await rest.delete(f"config/automation/config/{item}")

    assert told == {
        "method": "DELETE",
        "path": f"/api/config/automation/config/{asked}",
        "size": 0,
    }


async def test_a_form_that_is_refused_names_its_fields() -> None:
    """Core's flows say which field is wrong, not in a message but in a table."""
    refusal = web.json_response({"errors": {"host": "Not a\nhost", "port": "Too high"}}, status=400)

    async with _always(refusal) as rest:
        problem = await problem_of(rest.post_json("config/config_entries/flow", {}), Invalid)

    assert problem.message == "host: Not a host; port: Too high"


async def test_an_empty_answer_is_none() -> None:
    """Some paths have nothing to say when they did what they were asked."""
    async with _always(web.Response(status=204)) as rest:
        assert await rest.post_json("events/rang", {}) is None


@asynccontextmanager
async def _always(answer: web.Response) -> AsyncIterator[CoreRest]:
    """Give a client of a Core that answers everything so."""

    async def give(_request: web.Request) -> web.Response:
        return answer

    application = web.Application()
    application.router.add_post("/api/{path:.*}", give)
    async with TestServer(application) as server, ClientSession() as session:
        yield CoreRest(session, str(server.make_url("/api")), lambda: TOKEN)
