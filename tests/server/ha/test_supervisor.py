"""The Supervisor's own interface: what it tells an app, and how it says no."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web

from fakes.supervisor import App, FakeSupervisor, House
from ha_mcp.ha import Supervisor
from ha_mcp.problems import Forbidden, NotFound, Problem, Rejected, Unreachable, Unsupported
from lab.process import free_port

from .sockets import problem_of


@asynccontextmanager
async def asking(house: House, app: App) -> AsyncIterator[Supervisor]:
    """Give the client of an app."""
    async with FakeSupervisor(house) as fake, ClientSession() as session:
        yield Supervisor(session, fake.url, lambda: app.token)


@pytest.fixture
def house() -> House:
    """Return a house with our app and another one."""
    house = House()
    house.add(App(slug="local_ha_mcp", version="1.2.3", network={"9583/tcp": 9583}))
    house.add(App(slug="local_other", ip_address="172.30.33.9"))
    return house


@pytest.fixture
async def app(house: House) -> App:
    """Return our app."""
    return house.apps["local_ha_mcp"]


async def test_an_app_learns_about_itself(house: House, app: App) -> None:
    """Its address in the app network and its port on the machine."""
    async with asking(house, app) as supervisor:
        told = await supervisor.self_info()

    assert (told.slug, told.version) == ("local_ha_mcp", "1.2.3")
    assert told.hostname == "local-ha-mcp"
    assert told.network == {"9583/tcp": 9583}


async def test_an_app_learns_about_the_network(house: House, app: App) -> None:
    """For the addresses people can use."""
    async with asking(house, app) as supervisor:
        told = await supervisor.network_info()

    addresses = [one.ipv4.address for one in told.interfaces if one.primary and one.ipv4]
    assert addresses == [["192.168.1.20/24"]]


async def test_a_service_is_announced_once_and_taken_back(house: House, app: App) -> None:
    """Announced again it keeps its id, so that Home Assistant follows a new address."""
    app.discovery = ["mcp"]
    async with asking(house, app) as supervisor:
        first = await supervisor.announce("mcp", {"url": "http://one:9583/x"})
        second = await supervisor.announce("mcp", {"url": "http://two:9583/x"})
        announced = dict(house.messages)
        await supervisor.withdraw(first.uuid)
        gone = await problem_of(supervisor.withdraw(first.uuid), NotFound)

    assert first == second
    assert [one["config"] for one in announced.values()] == [{"url": "http://two:9583/x"}]
    assert house.messages == {}
    assert isinstance(gone, NotFound)


async def test_a_service_that_the_description_does_not_list_is_refused(
    house: House, app: App
) -> None:
    """As the real Supervisor does."""
    async with asking(house, app) as supervisor:
        assert isinstance(await problem_of(supervisor.announce("mcp", {}), Forbidden), Forbidden)


async def test_an_app_learns_about_another_one(house: House, app: App) -> None:
    """Its address, while it runs."""
    async with asking(house, app) as supervisor:
        told = await supervisor.app_info("local_other")

    assert told.ip_address == "172.30.33.9"


async def test_an_app_that_does_not_exist_is_not_found(house: House, app: App) -> None:
    """In the Supervisor's words, which come as JSON."""
    async with asking(house, app) as supervisor:
        problem = await problem_of(supervisor.app_info("nope"), NotFound)

    assert problem.message == "App nope does not exist"


async def test_what_the_role_does_not_allow_is_forbidden(house: House, app: App) -> None:
    """Refused by the middleware, as text."""
    app.hassio_api = False
    async with asking(house, app) as supervisor:
        problem = await problem_of(supervisor.network_info(), Forbidden)

    assert "/network/info" in problem.message
    assert problem.hint


async def test_an_old_token_is_forbidden_and_not_told(house: House, app: App) -> None:
    """Each start of an app has a new one."""
    stranger = App(slug="gone")
    async with asking(house, stranger) as supervisor:
        problem = await problem_of(supervisor.self_info(), Forbidden)

    assert stranger.token not in f"{problem.message} {problem.hint} {problem.details}"


async def test_a_supervisor_that_starts_is_unreachable(house: House, app: App) -> None:
    """It says so with 400."""
    house.state = "setup"
    async with asking(house, app) as supervisor:
        problem = await problem_of(supervisor.self_info(), Unreachable)

    assert problem.message == "The Supervisor is starting"


async def test_a_supervisor_that_is_away_is_unreachable(app: App) -> None:
    """While it restarts nobody listens."""
    async with ClientSession() as session:
        supervisor = Supervisor(session, f"http://127.0.0.1:{free_port()}", lambda: app.token)
        problem = await problem_of(supervisor.self_info(), Unreachable)

    assert "Supervisor" in problem.message


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, "[]", Unsupported),
        (200, "<html>", Unsupported),
        (200, '{"result": "ok", "data": {"slug": 7}}', Unsupported),
        (200, '{"result": "ok"}', Unsupported),
        (302, "", Rejected),
        (429, "", Rejected),
        (500, '{"result": "error", "message": "Unknown error, see logs"}', Rejected),
        (502, "502: Bad Gateway", Unreachable),
        (503, "", Unreachable),
    ],
)
async def test_every_other_answer_is_a_problem_too(
    status: int, body: str, kind: type[Problem]
) -> None:
    """Also those that no Supervisor of today gives."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=body, headers={"Location": "/elsewhere"})

    application = web.Application()
    application.router.add_get("/addons/self/info", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with ClientSession() as session:
        problem = await problem_of(Supervisor(session, url, str).self_info(), Problem)
    await runner.cleanup()

    assert type(problem) is kind
    assert problem.message
