"""The panel of a real home: what an assistant changed comes back, and who is shut out is out."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from mcp import Client, MCPError, types

from fakes.supervisor import App, Core, FakeSupervisor, House
from ha_mcp.app_options import app_options
from ha_mcp.journal import Entry, Intent, Journal
from ha_mcp.modes.app import in_house
from ha_mcp.options import Options
from lab.client import core_client
from lab.core import RunningCore, running_core
from lab.process import free_port
from server.panel.looking import BASE, Browser

pytestmark = pytest.mark.live

SUNSET = "1700000000001"
SHOWN = re.compile(r"<pre>http://192\.168\.1\.20:9583(/private_[\w-]{22})</pre>")
CHANGED = re.compile(r'"change":"(c\d+)"')


@dataclass(frozen=True)
class Owner:
    """An administrator of the home, who has the panel open."""

    core: RunningCore
    browser: Browser
    base: str  # of the server
    folder: Path  # of its data

    @property
    def automations(self) -> bytes:
        """The file that Home Assistant keeps the automations in."""
        return (self.core.config_dir / "automations.yaml").read_bytes()

    async def lets_in(self, name: str) -> str:
        """Make an address on the panel that may configure; return its URL."""
        form = await self.browser.get("clients/new")
        page = await self.browser.send(form, name=name, access="configure", where="whole")
        found = SHOWN.search(page.html)
        assert found is not None, page.text
        return self.base + found[1]

    async def shuts_out(self, name: str) -> str:
        """Shut a client out on the panel; return what it says then."""
        listed = await self.browser.get("clients")
        question = await self.browser.get(f"{listed.link(name)}/out")
        return (await self.browser.send(question)).text


@pytest_asyncio.fixture(scope="module")
async def owner(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Owner]:
    """Run the app beside a real Core, and open the panel as its Supervisor would."""
    folder, port = tmp_path_factory.mktemp("data"), free_port()
    house = House(address="192.168.1.20/24")
    outside: dict[str, int | None] = {f"{port}/tcp": 9583}
    app = house.add(App(slug="local_ha_mcp", network=outside, discovery=["mcp"]))
    async with (
        running_core(home="demo") as core,
        FakeSupervisor(house, Core(url=core.url, token=core.token)) as supervisor,
    ):
        stop, options = asyncio.Event(), _options(app, folder, supervisor.url, port)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(in_house(options, stop))
            async with _at_panel(await _admin(core), port) as http:
                browser = Browser(http)
                await _opened(browser)
                yield Owner(core, browser, f"http://127.0.0.1:{port}", folder)
            stop.set()


async def _opened(browser: Browser) -> None:
    """Wait until Home Assistant can be asked who is an administrator."""
    async with asyncio.timeout(30):
        while (await browser.get("clients")).status != 200:  # noqa: ASYNC110 - nothing tells when
            await asyncio.sleep(0.05)


def _options(app: App, folder: Path, supervisor: str, port: int) -> Options:
    options = app_options({"SUPERVISOR_TOKEN": app.token}, data=folder, supervisor=supervisor)
    return replace(options, edge=replace(options.at_edge, host="127.0.0.1", port=port))


async def _admin(core: RunningCore) -> str:
    """Return the id of an administrator, as the Supervisor tells it."""
    async with core_client(core.url, core.token) as client:
        return str((await client.command("auth/current_user"))["id"])


def _at_panel(user_id: str, port: int) -> httpx2.AsyncClient:
    headers = {
        "X-Ingress-Path": BASE,
        "X-Remote-User-Id": user_id,
        "X-Remote-User-Display-Name": "Anna",
    }
    return httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30)


async def call(client: Client, tool: str, **arguments: Any) -> str:
    """Call a tool that succeeds; return what it says."""
    result = await client.call_tool(tool, arguments)
    texts = [one.text for one in result.content if isinstance(one, types.TextContent)]
    assert not result.is_error, texts
    return "\n".join(texts)


def replace_in(entry: Entry, before: dict[str, Any]) -> Intent:
    """Return an intent as if something else had been before."""
    return Intent(entry.kind, entry.document_id, entry.name, before, entry.after)


async def brightened(client: Client, percent: int) -> str:
    """Change the automation of the demo home; return the id of the change."""
    path = "/actions/0/data/brightness_pct"
    read = await call(client, "ha_config_get", kind="automation", id=SUNSET)
    etag = re.search(r'"etag":"([^"]+)"', read)
    assert etag is not None
    done = await call(
        client,
        "ha_config_set",
        kind="automation",
        id=SUNSET,
        etag=etag[1],
        patch=[{"op": "replace", "path": path, "value": percent}],
        why="too dark to cook",
    )
    found = CHANGED.search(done)
    assert found is not None, done
    return found[1]


async def test_what_an_assistant_changed_is_shown_and_taken_back(owner: Owner) -> None:
    """Byte for byte, and the journal says by whom."""
    url = await owner.lets_in("Gardener")
    async with Client(url) as client:
        await brightened(client, 41)  # from here on the file is as Home Assistant writes it
        before = owner.automations
        change = await brightened(client, 97)
        between = owner.automations
        listed = await owner.browser.get("changes?kind=automation")
        one = await owner.browser.get(f"changes/{change}")
        question = await owner.browser.get(one.link("Take it back"))
        untouched = owner.automations
        done = await owner.browser.send(question)
        journal = await call(client, "ha_get_changes", kind="automation")

    assert "too dark to cook" in listed.text
    assert "By Gardener" in one.text
    assert "/actions/0/data/brightness_pct - 41 + 97" in one.text
    assert "/actions/0/data/brightness_pct - 97 + 41" in question.text
    assert between != before
    assert untouched == between
    assert f"{change} is taken back, as change c" in done.text
    assert owner.automations == before
    assert f"undo of {change}" in journal
    assert "panel: Anna" in journal


async def test_what_home_assistant_would_refuse_has_no_button(owner: Owner) -> None:
    """Its own words say why; nothing is written."""
    url = await owner.lets_in("Carpenter")
    async with Client(url) as client:
        change = await brightened(client, 55)
    journal = Journal(owner.folder / "journal.db")
    [entry] = (await journal.change(int(change[1:]))).entries
    assert entry.after is not None
    broken = {"body": {**entry.after["body"], "triggers": [{"trigger": "no_such_thing"}]}}
    number = await journal.intend("test", "set", "", [replace_in(entry, broken)])
    await journal.done(number, 0, entry.document_id, entry.name, entry.after)
    await journal.close()
    before = owner.automations
    page = await owner.browser.get(f"changes/c{number}/undo")

    assert "It cannot be taken back as things are" in page.text
    assert "no_such_thing" in page.text
    assert not page.button()
    assert owner.automations == before


async def test_who_is_shut_out_is_refused_at_the_next_call(owner: Owner) -> None:
    """Also one that is connected; the others stay."""
    gone, stays = await owner.lets_in("Goes"), await owner.lets_in("Stays")
    async with Client(gone) as client, Client(stays) as other:
        await call(client, "ha_get_overview")
        said = await owner.shuts_out("Goes")
        with pytest.raises(MCPError):
            await client.call_tool("ha_get_overview", {})
        await call(other, "ha_get_overview")
    listed = await owner.browser.get("clients")

    assert "Goes is shut out" in said
    assert ("Goes" in listed.text, "Stays" in listed.text) == (False, True)
