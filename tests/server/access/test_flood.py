"""Who floods the server with bad tokens slows themselves, and hardly anybody else."""

import asyncio
from pathlib import Path

import pytest

from ha_mcp.access.admission import NotAdmitted
from ha_mcp.access.calm import Calm

from .assistants import Assistant
from .serving import RESOURCE, Running, running

HONEST = 60  # bad tokens at once that are nobody's flood
FLOODERS = 16


async def bad(ours: Running) -> None:
    """Come with a bad token."""
    with pytest.raises(NotAdmitted):
        await ours.server.admission.admit("Bearer hamcp_a_x", RESOURCE)


async def test_a_few_bad_tokens_are_answered_at_once(ours: Running) -> None:
    """After a restart with another key every client has one."""
    for _ in range(HONEST):
        await bad(ours)

    assert ours.pauses == []


async def test_a_flood_waits_and_who_has_a_good_token_does_not(ours: Running) -> None:
    """One second each, which is little for one and much for thousands."""
    token = (await (await Assistant.registered(ours)).connected())["access_token"]
    for _ in range(HONEST + 40):
        await bad(ours)
    flooded = list(ours.pauses)

    await ours.server.admission.admit(f"Bearer {token}", RESOURCE)

    assert flooded == [1.0] * 40
    assert ours.pauses == flooded


async def test_who_has_no_token_yet_does_not_wait(ours: Running) -> None:
    """The first request of every client is one without."""
    for _ in range(HONEST + 1):
        await bad(ours)
    before = len(ours.pauses)

    with pytest.raises(NotAdmitted):
        await ours.server.admission.admit(None, RESOURCE)

    assert len(ours.pauses) == before


async def test_guessing_at_the_token_endpoint_is_no_quicker(ours: Running) -> None:
    """Codes, refresh tokens and secrets are tokens, too."""
    claude = await Assistant.registered(ours)
    for _ in range(HONEST + 10):
        await claude.refresh("hamcp_r_" + "A" * 43)

    assert ours.pauses == [1.0] * 10
    assert (await claude.connected())["access_token"]


async def test_a_flood_gets_less_done_than_one_who_is_let_in(tmp_path: Path) -> None:
    """So a good client is slowed by less than half, whatever the machine."""
    async with running(tmp_path, calm=Calm()) as ours:
        token = (await (await Assistant.registered(ours)).connected())["access_token"]
        answered = 0

        async def flood() -> None:
            nonlocal answered
            while True:
                await bad(ours)
                answered += 1
                await asyncio.sleep(0)

        async with asyncio.TaskGroup() as tasks:
            floods = [tasks.create_task(flood()) for _ in range(FLOODERS)]
            for _ in range(400):
                await ours.server.admission.admit(f"Bearer {token}", RESOURCE)
                await asyncio.sleep(0)
            for one in floods:
                one.cancel()

    assert HONEST <= answered <= HONEST + 200
