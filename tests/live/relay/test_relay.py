"""Through Home Assistant's webhook an assistant reaches the server as if nothing were between.

A real Core, the integration in it, announced by the Supervisor; behind it the server's own edge
with the tools of its tests.
"""

import asyncio
import json
from typing import Any

import pytest
from mcp.client import Client
from yarl import URL

from server.web.edges import calling, running

from .homes import TOKEN, RelayedHome, pairing, until

pytestmark = pytest.mark.live
TOO_NEW = {"contracts": "7-9", "integration": "9.9.9"}
POSTED = {"Accept": "application/json, text/event-stream"}


async def test_the_entry_appears_without_a_click(home: RelayedHome) -> None:
    """Announced by the app, there at once."""
    await home.lead_to("http://127.0.0.1:9/relay")

    (entry,) = await home.entries()

    assert entry["state"] == "loaded"
    assert entry["source"] == "hassio"


async def test_an_official_client_calls_a_tool(home: RelayedHome) -> None:
    """The whole handshake of the protocol passes."""
    async with running(pairing=pairing()) as edge:
        await home.lead_to(f"{edge.base}/relay")
        async with Client(home.url) as client:
            listed = await client.list_tools()
            said = await client.call_tool("ha_echo", {"words": "hello", "times": 2})

    assert "ha_echo" in {tool.name for tool in listed.tools}
    assert "hello hello" in str(said.content)


async def test_a_client_that_leaves_stops_the_call(home: RelayedHome) -> None:
    """Nobody would read the answer; nothing runs on."""
    async with running(pairing=pairing()) as edge:
        await home.lead_to(f"{edge.base}/relay")
        call = asyncio.create_task(_post(home, calling("ha_wait")))
        await edge.bell.begun.wait()
        call.cancel()

        async with asyncio.timeout(5):
            await edge.bell.stopped.wait()


async def test_a_server_that_is_away_is_a_502_with_a_reason(home: RelayedHome) -> None:
    """Never an empty 200, and it works again as soon as the server is back."""
    async with running(pairing=pairing()) as edge:
        port = int(edge.base.rpartition(":")[2])
        await home.lead_to(f"{edge.base}/relay")
        await _post(home, calling("ha_echo", words="warm"))

    status, body = await _post(home, calling("ha_echo", words="there?"))

    assert status == 502
    assert body["jsonrpc"] == "2.0"
    assert "cannot be reached" in body["error"]["message"]
    async with running(pairing=pairing(), port=port):
        status, body = await _post(home, calling("ha_echo", words="there?"))
    assert status == 200


async def test_no_answer_is_an_empty_200_while_the_server_restarts(home: RelayedHome) -> None:
    """Clients take an empty 200 for success."""
    empty: list[int] = []
    stop = asyncio.Event()

    async def keep_asking() -> None:
        while not stop.is_set():
            status, body = await _post(home, calling("ha_echo", words="again"))
            if status == 200 and "result" not in body:
                empty.append(status)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(4):
            tasks.create_task(keep_asking())
        port = 0
        for _ in range(3):
            async with running(pairing=pairing(), port=port) as edge:
                port = int(edge.base.rpartition(":")[2])
                await home.lead_to(f"{edge.base}/relay")
                await edge.call("ha_echo", words="direct")
        stop.set()

    assert empty == []


async def test_a_token_that_the_server_does_not_know_is_refused(home: RelayedHome) -> None:
    """With 403: at a 401 the client far away would begin to log in."""
    async with running(pairing=pairing()) as edge:
        await home.lead_to(f"{edge.base}/relay", token="some other token of another server")
        status, body = await _post(home, calling("ha_echo", words="hello"))

    assert status == 403
    assert "proof is wrong" in body["error"]["message"]


async def test_the_stand_in_request_of_the_cloud_reaches_the_server(home: RelayedHome) -> None:
    """Nabu Casa hands over method, headers and text, and takes text."""
    async with running(pairing=pairing()) as edge:
        await home.lead_to(f"{edge.base}/relay")
        answer = await home.client.command(
            "webhook/handle",
            webhook_id=home.webhook_id,
            method="POST",
            headers={"Content-Type": "application/json", "Accept-Encoding": "gzip"},
            body=json.dumps(calling("ha_echo", words="from the cloud: äöü")),
        )

    assert answer["status"] == 200
    assert answer["headers"]["Content-Type"] == "application/json"
    assert "from the cloud: äöü" in json.loads(answer["body"])["result"]["content"][0]["text"]


async def test_the_stand_in_request_gets_its_502_too(home: RelayedHome) -> None:
    """It has no item access, no scheme and no stream; nothing of that is needed."""
    await home.lead_to("http://127.0.0.1:9/relay")

    answer = await home.client.command(
        "webhook/handle", webhook_id=home.webhook_id, method="POST", body="{}"
    )

    assert answer["status"] == 502
    assert "cannot be reached" in answer["body"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_other_methods_are_405(home: RelayedHome, method: str) -> None:
    """And Core's log does not name the secret id for it."""
    async with home.http.request(method, home.url) as answer:
        assert answer.status == 405
        assert "POST" in answer.headers["Allow"]


async def test_a_browser_is_told_what_this_is(home: RelayedHome) -> None:
    """Whoever tries the address sees that it is right, and that the server is away."""
    await home.lead_to("http://127.0.0.1:9/relay")

    async with home.http.get(home.url, headers={"Accept": "text/html,*/*"}) as answer:
        page = await answer.text()

    assert answer.status == 200
    assert "This is an MCP endpoint" in page
    assert "It does not work now" in page


@pytest.mark.parametrize("tail", ["/", "/../other", "/%2e%2e/private", "/..%2fother"])
async def test_no_path_leads_elsewhere(home: RelayedHome, tail: str) -> None:
    """The webhook is one segment."""
    async with home.http.post(URL(home.url + tail, encoded=True), json={}) as answer:
        assert answer.status in {400, 404}


async def test_what_is_broken_is_a_repair_and_is_gone_when_it_works(home: RelayedHome) -> None:
    """Versions too far apart stop the relay; the same contract starts it again."""
    await home.lead_to("http://127.0.0.1:9/relay", **TOO_NEW)
    status, body = await _post(home, calling("ha_echo", words="hello"))
    found = {issue["translation_key"] for issue in await home.issues()}

    await home.lead_to("http://127.0.0.1:9/relay")

    assert status == 502
    assert "too far apart" in body["error"]["message"]
    assert found == {"relay_too_old", "restart_needed"}
    assert await home.issues() == []


async def test_what_the_owner_removes_comes_back_only_when_asked_for(home: RelayedHome) -> None:
    """Core offers it again at once: as a question, and the folder is named if it stays unasked."""
    await home.lead_to("http://127.0.0.1:9/relay")
    (entry,) = await home.entries()
    await _remove(home, entry["entry_id"])

    flow = await _asked(home)
    made = await home.client.post(f"/api/config/config_entries/flow/{flow}", {})

    assert made["type"] == "create_entry"
    (again,) = await home.entries()
    assert again["state"] == "loaded"
    assert await home.issues() == []


async def test_an_app_that_is_gone_takes_its_entry_along(home: RelayedHome) -> None:
    """What an uninstalled app cannot clean up is named; installed anew, it is there at once."""
    await home.lead_to("http://127.0.0.1:9/relay")
    (uuid,) = home.supervisor.house.messages
    headers = {"Authorization": f"Bearer {home.app.token}"}
    url = f"{home.supervisor.url}/discovery/{uuid}"
    async with home.http.delete(url, headers=headers) as answer:
        answer.raise_for_status()

    assert await home.entries() == []
    assert [issue["translation_key"] for issue in await home.issues()] == ["folder_remains"]

    await home.lead_to("http://127.0.0.1:9/relay")
    assert await home.issues() == []


async def test_diagnostics_and_health_show_no_secret(home: RelayedHome) -> None:
    """They are what people post."""
    async with running(pairing=pairing()) as edge:
        await home.lead_to(f"{edge.base}/relay")
        shown = await home.diagnostics()

    text = json.dumps(shown)
    assert shown["server"]["paired"]
    assert TOKEN not in text
    assert home.webhook_id not in text


async def test_the_log_of_home_assistant_stays_quiet_and_knows_no_secret(home: RelayedHome) -> None:
    """After everything above."""
    gate = "http.security_filter"  # Core's own, before anything of ours
    text = "\n".join(line for line in home.core.log().splitlines() if gate not in line)

    assert home.webhook_id not in text
    assert TOKEN not in text
    assert len(home.log()) <= 3, home.log()


async def _post(home: RelayedHome, message: object) -> tuple[int, Any]:
    async with home.http.post(home.url, json=message, headers=POSTED) as answer:
        text = await answer.text()
        return answer.status, json.loads(text) if text else None


async def _remove(home: RelayedHome, entry_id: str) -> None:
    url = f"{home.core.url}/api/config/config_entries/entry/{entry_id}"
    headers = {"Authorization": f"Bearer {home.core.token}"}
    async with home.http.delete(url, headers=headers) as answer:
        assert answer.status == 200


async def _asked(home: RelayedHome) -> str:
    found: list[str] = []

    async def one_waits() -> bool:
        flows = await home.client.command("config_entries/flow/progress")
        found[:] = [flow["flow_id"] for flow in flows if flow["step_id"] == "hassio_confirm"]
        return bool(found)

    await until(one_waits)
    return found[0]
