"""The fake Supervisor's ingress passes on what the real one does, and refuses what it refuses."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import ClientSession, web

from fakes.small_core import TOKEN, SmallCore
from fakes.supervisor import App, Core, FakeSupervisor, House

SUPERVISOR = "127.0.0.2"
ANNA = {"id": "anna", "username": "anna.a", "name": "Zoë Šťastná"}


class PeopledCore(SmallCore):
    """A Core that knows who lives there."""

    async def _answer(self, socket: web.WebSocketResponse, command: dict[str, Any]) -> None:
        users = [ANNA, {"id": "bob", "username": None, "name": None}]
        answer = {"id": command["id"], "type": "result", "success": True, "result": users}
        await socket.send_json(answer)


@dataclass
class Scene:
    """A house with an app that has a page, and a browser."""

    supervisor: FakeSupervisor
    app: App
    session: ClientSession
    now: list[float]
    seen: list[web.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def opened(self, user_id: str | None = "anna", *, token: str | None = None) -> str:
        """Open a session as Core does; return it, or the status of a refusal."""
        known = {"Authorization": f"Bearer {token or self.supervisor.house.core_token}"}
        url = f"{self.supervisor.url}/ingress/session"
        body = {} if user_id is None else {"user_id": user_id}
        async with self.session.post(url, json=body, headers=known) as answer:
            if not answer.ok:
                return str(answer.status)
            return str((await answer.json())["data"]["session"])

    async def validated(self, session: str) -> int:
        """Ask whether a session holds, as the frontend does now and then."""
        known = {"Authorization": f"Bearer {self.supervisor.house.core_token}"}
        url = f"{self.supervisor.url}/ingress/validate_session"
        async with self.session.post(url, json={"session": session}, headers=known) as answer:
            return answer.status

    async def ask(
        self,
        session: str | None,
        path: str = "",
        *,
        method: str = "GET",
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
    ) -> tuple[int, str]:
        """Ask for a page as Core does."""
        sent = dict(headers or {})
        if session is not None:
            sent["Cookie"] = f"ingress_session={session}"
        url = f"{self.supervisor.url}/ingress/{token or self.app.ingress_token}/{path}"
        async with self.session.request(
            method, url, headers=sent, data=data, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def _page(scene_of: Scene) -> AsyncIterator[int]:
    """Run the app's page."""

    async def answer(request: web.Request) -> web.Response:
        scene_of.seen.append(request)
        scene_of.bodies.append(await request.read())
        if request.path == "/moved":
            raise web.HTTPSeeOther("/elsewhere")
        return web.Response(text=f"{request.method} {request.path_qs}", status=203)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    """Install an app with a page."""
    house, app = House(), App(slug="local_probe", ingress=True, ip_address="127.0.0.1")
    house.add(app)
    async with PeopledCore() as core, ClientSession() as session:
        behind = Core(url=core.url, token=TOKEN)
        async with FakeSupervisor(house, behind, host=SUPERVISOR) as supervisor:
            now = [0.0]
            supervisor.sessions.clock = lambda: now[0]
            here = Scene(supervisor, app, session, now)
            async with _page(here) as port:
                app.ingress_port = port
                yield here


async def test_a_page_is_passed_on_from_the_supervisors_address(scene: Scene) -> None:
    """With who is logged in, and whatever else was said."""
    said = {"X-Ingress-Path": "/api/hassio_ingress/x", "X-Forwarded-For": "192.168.1.7"}
    status, text = await scene.ask(await scene.opened(), "a/b?c=d", headers=said)
    seen = scene.seen[0]

    assert (status, text) == (203, "GET /a/b?c=d")
    assert seen.remote == SUPERVISOR
    assert seen.headers["X-Remote-User-Id"] == "anna"
    assert seen.headers["X-Remote-User-Name"] == "anna.a"
    assert seen.headers["X-Remote-User-Display-Name"] == "Zoë Šťastná"
    assert seen.headers["X-Ingress-Path"] == "/api/hassio_ingress/x"
    assert seen.headers["X-Forwarded-For"].startswith("192.168.1.7, ")


@pytest.mark.parametrize("user_id", ["bob", "nobody", None])
async def test_what_the_browser_says_of_its_person_is_thrown_away(
    scene: Scene, user_id: str | None
) -> None:
    """Only what the session knows counts, also when that is nothing."""
    claims = {
        "X-Remote-User-Id": "anna",
        "x-remote-user-name": "anna.a",
        "X-REMOTE-USER-DISPLAY-NAME": "Anna",
    }
    await scene.ask(await scene.opened(user_id), headers=claims)
    told = {name: said for name, said in scene.seen[0].headers.items() if "Remote" in name.title()}

    assert told == ({"X-Remote-User-Id": "bob"} if user_id == "bob" else {})


@pytest.mark.parametrize("session", [None, "", "0" * 128])
async def test_without_a_session_nobody_is_passed_on(scene: Scene, session: str | None) -> None:
    """A token of Core's in a header does not help."""
    headers = {"Authorization": f"Bearer {scene.supervisor.house.core_token}"}

    assert (await scene.ask(session, headers=headers))[0] == 401
    assert scene.seen == []


async def test_a_session_ends_a_quarter_of_an_hour_after_its_last_use(scene: Scene) -> None:
    """Looking at a page or at the session is a use."""
    session = await scene.opened()
    scene.now[0] += 14 * 60
    page = (await scene.ask(session))[0]
    scene.now[0] += 14 * 60
    looked = await scene.validated(session)
    scene.now[0] += 16 * 60

    assert [page, looked] == [203, 200]
    assert [(await scene.ask(session))[0], await scene.validated(session)] == [401, 401]


async def test_only_core_opens_sessions(scene: Scene) -> None:
    """An app that could would be anybody."""
    admin = scene.supervisor.house.add(App(slug="admin", hassio_role="admin"))

    assert await scene.opened(token=scene.app.token) == "403"
    assert await scene.opened(token=admin.token) == "401"


async def test_an_unknown_app_is_unavailable(scene: Scene) -> None:
    """So is one that has no pages."""
    session = await scene.opened()
    unknown = await scene.ask(session, token="nope")
    scene.app.ingress = False

    assert [unknown[0], (await scene.ask(session))[0]] == [503, 503]


@pytest.mark.parametrize("gone", ["stopped", "starting"])
async def test_an_app_that_is_down_is_a_bad_gateway(scene: Scene, gone: str) -> None:
    """Whether its container is gone, or its port is not open yet."""
    if gone == "stopped":
        scene.app.state = "stopped"
    else:
        scene.app.ingress_port = 9

    assert (await scene.ask(await scene.opened()))[0] == 502


async def test_a_body_arrives_whole_and_a_redirect_goes_back(scene: Scene) -> None:
    """The browser follows it, not the Supervisor."""
    session = await scene.opened()
    status, _ = await scene.ask(session, "moved", method="POST", data=b"x" * 70_000)

    assert status == 303
    assert [len(body) for body in scene.bodies] == [70_000]
    assert scene.seen[0].headers["Content-Length"] == "70000"


async def test_what_looks_like_an_attack_is_refused(scene: Scene) -> None:
    """Here as everywhere."""
    session = await scene.opened()

    assert (await scene.ask(session, "%3Cscript%3E"))[0] == 400
    assert (await scene.ask(session, "x?y=../../z"))[0] == 400


async def test_the_panels_of_the_sidebar_are_told(scene: Scene) -> None:
    """As the apps' descriptions have them."""
    scene.app.panel_title, scene.app.ingress_panel = "Probe's page", True
    known = {"Authorization": f"Bearer {scene.supervisor.house.core_token}"}
    url = f"{scene.supervisor.url}/ingress/panels"
    async with scene.session.get(url, headers=known) as answer:
        told = (await answer.json())["data"]["panels"]

    panel = {"title": "Probe's page", "icon": "mdi:puzzle", "admin": True, "enable": True}
    assert told == {"local_probe": panel}
