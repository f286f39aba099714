"""The panel through a real Home Assistant: its login, its ingress, the Supervisor, the app."""

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest

from .sidebars import SUPERVISOR, Browsing, Sidebar, browsing, sidebar

pytestmark = pytest.mark.live
TOKEN = re.compile(r'name="token" value="([0-9a-f]{64})"')


@pytest.fixture(scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sidebar]:
    """Run the app in a home."""
    async with sidebar(tmp_path_factory.mktemp("data")) as home, home.serving():
        yield home


@pytest.fixture
async def owner(home: Sidebar) -> AsyncIterator[Browsing]:
    """Be logged in as the owner."""
    async with browsing(home.core, home.app) as opened:
        yield opened


async def test_the_owner_sees_the_panel(home: Sidebar, owner: Browsing) -> None:
    """With the private address, and links that stay below Home Assistant's path."""
    status, text = await owner.ask()
    links = re.findall(r'(?:href|action)="([^"]*)"', text)
    below = f"/api/hassio_ingress/{home.app.ingress_token}/"

    assert status == 200
    assert f"<pre>{home.private}</pre>" in text
    assert "signed in as Owner" in text
    assert links
    assert [link for link in links if not link.startswith(below)] == []


@pytest.mark.parametrize("path", ["", "clients", "clients/new", "changes", "doctor"])
async def test_every_page_arrives_whole(owner: Browsing, path: str) -> None:
    """Home Assistant compresses and adds headers on the way."""
    status, text = await owner.ask(path)

    assert status == 200
    assert text.rstrip().endswith("</html>")


async def test_a_form_arrives_and_leads_back(owner: Browsing) -> None:
    """To a path below the panel's, in Home Assistant's own address."""
    _, text = await owner.ask("doctor")
    token = TOKEN.search(text)
    assert token is not None
    form = {"token": token[1], "address": "http://192.168.1.20/"}
    status, _ = await owner.ask("doctor", method="POST", data=form)
    _, after = await owner.ask("doctor")

    assert status == 303
    assert "does not begin with https://" in after


async def test_without_a_session_nobody_comes_in(home: Sidebar, owner: Browsing) -> None:
    """Not even with a token of Home Assistant's."""
    bearer = {"Authorization": f"Bearer {home.core.token}"}
    status, text = await owner.ask(cookie="", headers=bearer)

    assert status == 401
    assert "private_" not in text


async def test_who_is_no_administrator_sees_nothing(home: Sidebar) -> None:
    """Also not by claiming to be somebody else; the session says who it is."""
    async with browsing(home.core, home.app, admin=False) as guest:
        status, text = await guest.ask()
        claimed = await guest.ask(headers={"X-Remote-User-Id": "owner", "X-Ingress-Path": "/x"})

    assert status == 403
    assert "Only administrators of this Home Assistant may see the panel" in text
    assert claimed == (status, text)


@pytest.mark.parametrize("comes_from", ["127.0.0.1", "127.0.0.3"])
async def test_nobody_in_the_network_gets_there_by_saying_so(
    home: Sidebar, owner: Browsing, comes_from: str
) -> None:
    """The port is open to everybody; only what the Supervisor says is believed."""
    claims = {
        "X-Ingress-Path": f"/api/hassio_ingress/{home.app.ingress_token}",
        "X-Remote-User-Id": await home.owner_id(),
        "X-Forwarded-For": SUPERVISOR,
        "Forwarded": f"for={SUPERVISOR}",
        "Cookie": owner.cookie,
    }
    there = aiohttp.TCPConnector(local_addr=(comes_from, 0))
    async with (
        aiohttp.ClientSession(connector=there) as http,
        http.get(f"{home.direct}/", headers=claims) as answer,
    ):
        text = await answer.text()

    assert comes_from != SUPERVISOR
    assert answer.status == 404
    assert "private_" not in text


async def test_after_a_restart_of_home_assistant_it_is_there_again(
    home: Sidebar, owner: Browsing
) -> None:
    """In the same session, once the app has its connection back."""
    await home.core.restart()
    await home.connected()
    status, text = await owner.ask()

    assert status == 200
    assert "Connected to Home Assistant" in text
