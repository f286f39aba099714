"""What Home Assistant's own pages show of the relay: system information, repairs, diagnostics.

A home of its own, because it is updated, restarted, and cleaned up.
"""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from lab.client import core_client
from server.web.edges import running

from .homes import DOMAIN, TOKEN, RelayedHome, pairing, relayed_home, until
from .mirrors import mirror

pytestmark = pytest.mark.live
NOWHERE = "http://127.0.0.1:9/relay"
FIX = "/api/repairs/issues/fix"
FLOW = "/api/config/config_entries/flow"
UPDATED = "0.1.1"


@pytest.fixture(scope="module")
async def updated() -> AsyncIterator[RelayedHome]:
    """Run a home that only these tests use."""
    async with relayed_home() as home:
        yield home


@pytest.fixture
def folder(updated: RelayedHome) -> Path:
    """Return where the integration is on the disk."""
    return updated.core.config_dir / "custom_components" / DOMAIN


async def information(home: RelayedHome) -> dict[str, Any]:
    """Return the relay's lines of the system information, when none is pending any more."""
    async with core_client(home.core.url, home.core.token) as client, asyncio.timeout(30):
        await client.command("system_health/info")
        shown: dict[str, Any] = {}
        while True:
            event = await client.event()
            if event["type"] == "initial":
                shown = event["data"][DOMAIN]["info"]
            elif event["type"] == "update" and event["domain"] == DOMAIN:
                shown[event["key"]] = event["data"] if event["success"] else event["error"]
            elif event["type"] == "finish":
                return shown


async def test_the_system_information_says_that_the_server_is_reached(
    updated: RelayedHome,
) -> None:
    """Without a word of where it is."""
    async with running(pairing=pairing()) as edge:
        await updated.lead_to(f"{edge.base}/relay")
        shown = await information(updated)

    assert shown == {"version": "0.1.0", "webhooks": 1, "can_reach_server": "ok"}


async def test_the_system_information_says_that_the_server_is_away(updated: RelayedHome) -> None:
    """People post this page when they ask for help."""
    await updated.lead_to(NOWHERE)
    shown = await information(updated)

    assert shown["can_reach_server"] == {"type": "failed", "error": "unreachable"}
    assert updated.webhook_id not in json.dumps(shown)


async def test_diagnostics_of_a_server_elsewhere_leave_its_address_out(
    updated: RelayedHome,
) -> None:
    """Its path is what protects it."""
    async with mirror() as server:
        form = await updated.client.post(FLOW, {"handler": DOMAIN})
        made = await updated.client.post(f"{FLOW}/{form['flow_id']}", {"url": server.url})
        entry_id, path = made["result"]["entry_id"], made["description_placeholders"]["path"]
        shown = await updated.client.get(f"/api/diagnostics/config_entry/{entry_id}")

    text = json.dumps(shown)
    assert shown["data"]["server"] == {
        "scheme": "http",
        "port": server.port,
        "paired": False,
        "login": shown["data"]["server"]["login"],
    }
    assert [word for word in ("private_path", path.rpartition("/")[2]) if word in text] == []
    await removed(updated, entry_id)


async def test_the_repair_restarts_home_assistant_into_the_new_version(
    updated: RelayedHome, folder: Path
) -> None:
    """The app was updated; one click later the new integration runs, and the repair is gone."""
    manifest = folder / "manifest.json"
    said = json.loads(manifest.read_text(encoding="utf-8")) | {"version": UPDATED}
    manifest.write_text(json.dumps(said), encoding="utf-8")
    await updated.lead_to(NOWHERE, integration=UPDATED)
    (issue,) = await updated.issues()
    before = updated.core.pid
    form = await updated.client.post(FIX, {"handler": DOMAIN, "issue_id": issue["issue_id"]})
    async with core_client(updated.core.url, updated.core.token) as client:
        await client.post(f"{FIX}/{form['flow_id']}", {})
    await updated.core.wait_restarted(before)

    assert issue["translation_key"] == "restart_needed"
    assert issue["translation_placeholders"] == {"loaded": "0.1.0", "on_disk": UPDATED}
    assert (form["type"], form["step_id"]) == ("form", "confirm")
    async with anew(updated) as client:
        listed = await client.command("repairs/list_issues")
        loaded = await client.command("manifest/get", integration=DOMAIN)
    assert [one for one in listed["issues"] if one["domain"] == DOMAIN] == []
    assert loaded["version"] == UPDATED


async def test_an_app_that_is_uninstalled_leaves_nothing_that_runs(
    updated: RelayedHome, folder: Path
) -> None:
    """The entry goes with the app; the folder is named, and gone after a restart without it."""
    (uuid,) = updated.supervisor.house.messages
    headers = {"Authorization": f"Bearer {updated.app.token}"}
    url = f"{updated.supervisor.url}/discovery/{uuid}"
    async with updated.http.delete(url, headers=headers) as answer:
        answer.raise_for_status()

    async def gone() -> bool:
        async with anew(updated) as client:
            return not await client.command("config_entries/get", domain=DOMAIN)

    await until(gone)
    async with updated.http.post(updated.url, json={}) as answer:
        closed = await answer.read()
    shutil.rmtree(folder)
    await updated.core.stop()
    lines = len(updated.core.log().splitlines())
    await updated.core.start()

    async with anew(updated) as client:
        listed = await client.command("repairs/list_issues")
    after = updated.core.log().splitlines()[lines:]
    assert closed == b""
    assert [one for one in listed["issues"] if one["domain"] == DOMAIN] == []
    assert [line for line in after if DOMAIN in line] == []


async def test_no_log_of_all_this_knows_a_secret(updated: RelayedHome) -> None:
    """Neither the id of the webhook nor the token."""
    log = updated.core.log()

    assert [word for word in (TOKEN, updated.webhook_id, "private_path") if word in log] == []


def anew(home: RelayedHome) -> Any:
    """Open another connection: the one of the home ended with the Core that it was to."""
    return core_client(home.core.url, home.core.token)


async def removed(home: RelayedHome, entry_id: str) -> None:
    """Remove an entry, as its owner does."""
    url = f"{home.core.url}/api/config/config_entries/entry/{entry_id}"
    headers = {"Authorization": f"Bearer {home.core.token}"}
    async with home.http.delete(url, headers=headers) as answer:
        assert answer.status == 200
