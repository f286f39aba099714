"""Both apps as images, from their installation to an assistant's answer, and whatever restarts.

What a person does is what the README says: start both apps, restart Home Assistant once, copy the
address from the log.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from itertools import permutations
from typing import Any

import pytest
from mcp.client import Client

from lab.client import core_client

from .apps import OUTSIDE, Home, both_installed

pytestmark = pytest.mark.live
ADDRESS = re.compile(rf"{OUTSIDE}(/api/webhook/mcp_[0-9a-f]{{32}})\b")
OPTIONS = {"log_level": "info", "remote_url": OUTSIDE, "remote_auth": "url"}
PARTS = ("server", "proxy", "core")


@pytest.fixture(scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Home]:
    """Install both apps, and let in whoever knows the address."""
    async with both_installed(tmp_path_factory.mktemp("apps"), OPTIONS) as home:
        yield home


@pytest.fixture(scope="module")
async def path(home: Home) -> str:
    """Do what a person does; return the address they copied, without the name of the home."""
    await home.server.installed()
    await home.proxy.installed()
    shown = ADDRESS.search(await home.proxy.until("Restart Home Assistant once"))
    assert shown is not None
    await home.core.restart()
    await home.asked(shown[1])
    return shown[1]


async def test_two_images_and_one_restart_are_enough(home: Home, path: str) -> None:
    """An official client finds the kitchen's lights, and the log says that all is well."""
    assert "light.kitchen_lights" in await home.asked(path)
    log = await home.proxy.until("Everything works")
    assert "Seen from your home, nothing keeps assistants from this address" in log


async def test_home_assistants_own_client_reaches_the_container(home: Home, path: str) -> None:
    """The server is offered to its agents under the address that the container really has."""
    flow = await home.discovered("mcp")
    async with core_client(home.core.url, home.core.token) as client:
        made = await client.post(f"/api/config/config_entries/flow/{flow}", {})

    assert made["type"] == "create_entry"


async def test_the_panel_is_in_the_image_and_shows_both_addresses(home: Home, path: str) -> None:
    """Through Home Assistant and the Supervisor: the one of the log, and the one of the proxy."""
    page = await home.on_the_panel("Nothing keeps assistants away")
    private = (home.server.data / "secret").read_text(encoding="ascii").strip()

    assert f"<pre>http://192.168.1.20:9583/{private}</pre>" in page
    assert f"<pre>{OUTSIDE}{path}</pre>" in page
    assert "Connected to Home Assistant" in page


async def test_an_edit_by_hand_is_not_written_over(home: Home, path: str) -> None:
    """The app sees in Home Assistant's folder that the file is another one."""
    file = home.core.config_dir / "automations.yaml"
    config = {
        "alias": "From outside",
        "triggers": [{"trigger": "time", "at": "07:30:00"}],
        "actions": [{"delay": 1}],
    }
    async with Client(home.core.url + path) as client:

        async def change(**asked: Any) -> str:
            async with asyncio.timeout(60):
                while True:
                    done = await client.call_tool("ha_config_set", {"kind": "automation", **asked})
                    text = str(done.content[0].text)  # type: ignore[union-attr] # it is text
                    if "Retry in a few seconds" not in text:
                        return text
                    await asyncio.sleep(0.5)  # Core has just been restarted

        made = json.loads(await change(config=config))
        changed = json.loads(
            await change(id=made["id"], etag=made["etag"], merge={"description": "Changed"})
        )
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("From outside", "Edited by hand"), encoding="utf-8")
        refused = await change(id=made["id"], etag=changed["etag"], merge={"description": "Over"})

    assert "was changed in automations.yaml and is not loaded yet: nothing written" in refused
    assert "Edited by hand" in file.read_text(encoding="utf-8")
    assert "Over" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("order", list(permutations(PARTS)), ids="-".join)
async def test_it_comes_back_by_itself_in_every_order(
    home: Home, path: str, order: tuple[str, ...]
) -> None:
    """After everything was off, as after a power cut; under the same address."""
    await home.stop()
    await home.start(order)

    assert "light.kitchen_lights" in await home.asked(path)
    assert path in await home.proxy.until("/api/webhook/")


async def test_no_log_shows_what_is_secret_to_it(home: Home, path: str) -> None:
    """The proxy shows the address and the server its own; nobody shows another's, or a token."""
    await asyncio.gather(home.server.stop(), home.proxy.stop())
    token = (home.server.data / "relay_token").read_text(encoding="ascii").strip()
    own = (home.server.data / "secret").read_text(encoding="ascii").strip()
    agents = (home.server.data / "assist_secret").read_text(encoding="ascii").strip()
    webhook_id = path.rpartition("/")[2]
    server, proxy, core = "".join(home.server.logs), "".join(home.proxy.logs), home.core.log()

    assert [word for word in (token, agents, webhook_id) if word in server] == []
    assert [word for word in (token, agents, own) if word in proxy] == []
    assert [word for word in (token, agents, own, webhook_id) if word in core] == []
    assert "Traceback" not in server + proxy
