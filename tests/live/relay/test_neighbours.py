"""Only requests to our own id are ours, and each of those gets an answer, whatever changes."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from server.web.edges import calling, running

from .homes import RelayedHome, pairing
from .mirrors import mirror

pytestmark = pytest.mark.live
POSTED = {"Accept": "application/json, text/event-stream"}
PHONE = {
    "device_id": "phone",
    "app_id": "lab",
    "app_name": "Lab",
    "app_version": "1",
    "device_name": "Phone",
    "manufacturer": "Lab",
    "model": "One",
    "os_name": "Lab",
    "os_version": "1",
    "supports_encryption": False,
}


@pytest.mark.parametrize(
    "other",
    [
        lambda ours: ours[:-1],
        lambda ours: f"{ours}0",
        lambda ours: ours.upper(),
        lambda ours: "mcp_" + "0" * 32,
        lambda ours: f"{ours}%00",
        lambda _: "mcp_",
    ],
    ids=["shorter", "longer", "in capitals", "another one", "with a null", "only its beginning"],
)
async def test_other_ids_are_not_ours_to_answer(
    home: RelayedHome, other: Callable[[str], str]
) -> None:
    """Home Assistant answers them as every id that it does not know; the server sees none."""
    async with mirror() as server:
        await home.lead_to(server.url)
        url = f"{home.core.url}/api/webhook/{other(home.webhook_id)}"
        async with home.http.post(url, json={}, headers=POSTED) as answer:
            body = await answer.read()

    assert (answer.status, body) == (200, b"")
    assert server.requests == []


async def test_the_webhook_of_somebody_else_works_as_before(home: RelayedHome) -> None:
    """A phone registers its own, through the same door."""
    await home.lead_to("http://127.0.0.1:9/relay")
    phone = await home.client.post("/api/mobile_app/registrations", PHONE)
    url = f"{home.core.url}/api/webhook/{phone['webhook_id']}"
    async with home.http.post(url, json={"type": "get_config"}) as answer:
        said = await answer.json()

    assert answer.status == 200
    assert said["version"] == home.core.version


@asynccontextmanager
async def _under_load(home: RelayedHome) -> AsyncIterator[list[tuple[int, str]]]:
    """Ask without a pause from several sides; collect what is neither an answer nor a refusal."""
    odd: list[tuple[int, str]] = []
    stop = asyncio.Event()

    async def keep_asking() -> None:
        while not stop.is_set():
            message = calling("ha_echo", words="again")
            async with home.http.post(home.url, json=message, headers=POSTED) as answer:
                text = await answer.text()
            if not _told(answer.status, text):
                odd.append((answer.status, text))

    async with asyncio.TaskGroup() as tasks:
        for _ in range(4):
            tasks.create_task(keep_asking())
        yield odd
        stop.set()


def _told(status: int, text: str) -> bool:
    """Tell whether a client can make something of it."""
    said: Any = json.loads(text) if text else {}
    return "result" in said if status == 200 else "error" in said


async def test_no_answer_is_empty_while_the_server_moves(home: RelayedHome) -> None:
    """Its address changes with each new container; who asks meanwhile is answered, or told why."""
    async with running(pairing=pairing()) as one, running(pairing=pairing()) as other:
        await home.lead_to(f"{one.base}/relay")
        async with _under_load(home) as odd:
            for _ in range(10):
                await home.lead_to(f"{other.base}/relay")
                await home.lead_to(f"{one.base}/relay")

    assert odd == []
