"""A further entrance has an address of its own, and offers what belongs to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2

from ha_mcp.access.grants import Grant
from ha_mcp.access.scopes import Scope, up_to
from ha_mcp.toolkit import Call, Catalog, Outcome, pipeline
from ha_mcp.toolkit.stages import authorize, contain, record, validate
from ha_mcp.web.asgi import asgi_app
from ha_mcp.web.entrance import Entrance
from ha_mcp.web.origins import Origins
from ha_mcp.web.protocol import mcp_server

from . import tools_for_tests
from .edges import ABOUT, LOG, PATH, calling, server_of_tests
from .tools_for_tests._bell import Bell

FURTHER = "/private_of_somebody_with_less"
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


async def run(call: Call) -> Outcome:
    """Stand in for the home."""
    return Outcome(str(await call.tool.run(call.resources, call.arguments)))


@asynccontextmanager
async def serving() -> AsyncIterator[httpx2.AsyncClient]:
    """Serve everything at one path, and at another only what echoes, to readers."""
    bell = Bell()
    stages = [contain(LOG, lambda _: None), record(LOG), authorize, validate]
    tools = Catalog.discover(tools_for_tests)
    fewer = Catalog({name: tools.get(name) for name in ("ha_echo", "ha_refuse")})
    readers = Grant(client_id="", client_name="Reader", scopes=up_to(Scope.READ), id="r")
    entrance = Entrance(
        path=FURTHER,
        server=mcp_server(fewer, pipeline(stages, run), {Bell: bell}, ABOUT),
        grant=readers,
    )
    app = asgi_app(
        server_of_tests(bell),
        path=PATH,
        origins=Origins(on_loopback=True, secret=True),
        health=dict,
        entrances=[entrance],
    )
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http,
    ):
        yield http


async def names(http: httpx2.AsyncClient, path: str) -> list[str]:
    """Return the tools that are offered at a path."""
    answer = await http.post(path, json=LIST)
    return [tool["name"] for tool in answer.json()["result"]["tools"]]


async def test_each_entrance_offers_its_own_tools() -> None:
    """Of those that belong to it, only what its grant allows."""
    async with serving() as http:
        assert await names(http, FURTHER) == ["ha_echo"]
        assert len(await names(http, PATH)) > 2


async def test_what_is_not_offered_there_is_no_tool() -> None:
    """Whoever knows its name from elsewhere gets no further."""
    async with serving() as http:
        unknown = (await http.post(FURTHER, json=calling("ha_show"))).json()
        forbidden = (await http.post(FURTHER, json=calling("ha_refuse"))).json()

    assert "error" in unknown
    assert forbidden["result"]["content"][0]["text"].startswith("forbidden: ")


async def test_any_name_leads_to_it_and_no_web_page() -> None:
    """Home Assistant reaches it by the app's name; its path is what protects it."""
    async with serving() as http:
        named = await http.post(FURTHER, json=LIST, headers={"Host": "0123abcd-ha-mcp:9583"})
        page = await http.post(FURTHER, json=LIST, headers={"Origin": "https://stranger.example"})

    assert named.status_code == 200
    assert page.status_code == 403


async def test_a_path_beside_it_is_not_found() -> None:
    """Nothing tells how much of it was right."""
    async with serving() as http:
        assert (await http.post(f"{FURTHER}x", json=LIST)).status_code == 404
        assert (await http.post(f"{FURTHER}/x", json=LIST)).status_code == 404
