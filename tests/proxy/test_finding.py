"""The server is found by what it answers, among apps of any name, and only if it is one of ours."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from fakes.supervisor import App, FakeSupervisor, House
from ha_mcp.web.pairing import Pairing
from server.web.edges import running
from webhook_proxy._shared.relay import OURS
from webhook_proxy.examining import examined
from webhook_proxy.finding import Server, paired_server
from webhook_proxy.supervisor import Supervisor
from webhook_proxy.trouble import Away, Trouble

TOKEN = "the token of the server in this house"


@pytest.fixture
def house() -> House:
    """Make a house with the proxy and an app that does not run."""
    house = House()
    house.add(App(slug="proxy", ip_address="127.0.0.1", discovery=["ha_mcp_proxy"]))
    house.add(App(slug="asleep", state="stopped", network={"1/tcp": 1}))
    return house


async def found(house: House, *, token: str | None = None) -> Server:
    """Look for the server as the proxy does."""
    async with FakeSupervisor(house) as supervisor, aiohttp.ClientSession() as session:
        known = token or house.apps["proxy"].token
        return await paired_server(session, Supervisor(session, supervisor.url, known))


@asynccontextmanager
async def listening(house: House, slug: str, *, knows: str) -> AsyncIterator[int]:
    """Run a server as the app ``slug``, which pairs with the app ``knows``."""

    async def recognise(asking: str, _address: str) -> bool:
        return asking == knows

    async def examine(url: str, auth: str) -> Mapping[str, Any]:
        return {"ok": True, "origin": url, "auth": auth}

    pairing = Pairing(token=TOKEN, recognise=recognise, examine=examine)
    async with running(pairing=pairing) as edge:
        port = int(edge.base.rpartition(":")[2])
        house.add(App(slug=slug, ip_address="127.0.0.1", network={f"{port}/tcp": port}))
        yield port


@asynccontextmanager
async def something_else(house: House) -> AsyncIterator[None]:
    """Run an app that answers everything, and says another name."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"name": "another", "token": "bait", "path": "/", "contracts": ""})

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    house.add(App(slug="a_first_one", ip_address="127.0.0.1", network={f"{port}/tcp": port}))
    yield
    await runner.cleanup()


async def test_it_is_found_among_others_whatever_its_name(house: House) -> None:
    """Another app of that kind comes first in the list."""
    async with something_else(house), listening(house, "zz_named_oddly", knows="proxy") as port:
        server = await found(house)

    base = f"http://127.0.0.1:{port}"
    told = {"token": TOKEN, "contracts": str(OURS), "run": server.run}
    assert server == Server(url=f"{base}/relay", base=base, **told)
    assert server.run


async def test_the_server_looks_at_the_address_for_us(house: House) -> None:
    """It has the doctor, and answers who is paired."""
    async with listening(house, "server", knows="proxy"), aiohttp.ClientSession() as session:
        report = await examined(session, await found(house), "https://home.example/x", "url")

    assert report == {"ok": True, "origin": "https://home.example/x", "auth": "url"}


async def test_without_a_doctor_nothing_is_reported() -> None:
    """A server elsewhere, and one that is gone meanwhile."""
    gone = Server(url="http://127.0.0.1:9/relay", token=TOKEN, base="http://127.0.0.1:9")
    async with aiohttp.ClientSession() as session:
        elsewhere = Server(url="http://elsewhere/private")
        assert await examined(session, elsewhere, "https://a", "login") is None
        assert await examined(session, gone, "https://a", "login") is None


async def test_a_house_without_one_is_told_what_to_start(house: House) -> None:
    """The sentence goes into the log as it is."""
    async with something_else(house):
        with pytest.raises(Trouble, match="Start the app"):
            await found(house)


async def test_a_server_that_does_not_know_us_is_named(house: House) -> None:
    """An older one, or one that was not told of this app."""
    async with listening(house, "server", knows="somebody else"):
        with pytest.raises(Trouble, match="does not know this app"):
            await found(house)


async def test_a_supervisor_that_starts_is_waited_for(house: House) -> None:
    """It answers 400 for a moment."""
    house.state = "setup"

    with pytest.raises(Away, match="starting"):
        await found(house)


async def test_a_supervisor_that_refuses_is_told_apart(house: House) -> None:
    """Waiting would not help."""
    with pytest.raises(Trouble, match="HTTP 403"):
        await found(house, token="of somebody else")
