"""A season with an assistant: nobody is signed out by restarts, lost answers or a wrong clock."""

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ha_mcp.access.admission import NotAdmitted

from .assistants import Assistant
from .serving import RESOURCE, Clock, Running, running

DAY = 86_400
HOUR = 3_600


@dataclass
class Season:
    """Time as it passes, on machines whose clocks differ by up to a minute."""

    chance: random.Random
    clock: Clock = field(default_factory=Clock)
    skew: int = 0

    def pass_by(self, seconds: int) -> None:
        """Let time pass, and the clock be set."""
        skew = self.chance.choice([0, 0, 0, 30, 60])
        self.clock.now += seconds + skew - self.skew
        self.skew = skew


async def refreshed(assistant: Assistant, season: Season, token: str) -> dict[str, Any]:
    """Refresh as real clients do: some answers are lost, some windows are late."""
    for _ in range(season.chance.choice([0, 0, 0, 1, 3])):
        lost = await assistant.refresh(token)
        assert lost.status_code == 200, lost.text
        season.pass_by(season.chance.randrange(20))
    answer = await assistant.refresh(token)
    assert answer.status_code == 200, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens


async def admitted(ours: Running, tokens: dict[str, Any]) -> str:
    """Return the name of who comes in."""
    grant = await ours.server.admission.admit(f"Bearer {tokens['access_token']}", RESOURCE)
    return grant.user_name


@pytest.mark.parametrize("seed", [1, 2])
async def test_nobody_is_signed_out_in_ninety_days(tmp_path: Path, seed: int) -> None:
    """A refresh every few hours, a restart every few days, and holidays in between."""
    season = Season(random.Random(seed))
    async with running(tmp_path, clock=season.clock) as ours:
        assistant = await Assistant.registered(ours)
        tokens = await assistant.connected()
    start, refreshes = season.clock.now, 0
    while season.clock.now < start + 90 * DAY:
        async with running(tmp_path, clock=season.clock) as ours:
            assistant.ours = ours
            assert await admitted(ours, tokens) == "Paula"
            for _ in range(season.chance.randrange(1, 30)):
                # A client refreshes a little before the end, or when it is wanted again.
                season.pass_by(season.chance.choice([HOUR - 61, 2 * HOUR, 9 * HOUR, 3 * DAY]))
                tokens = await refreshed(assistant, season, tokens["refresh_token"])
                refreshes += 1
                assert await admitted(ours, tokens) == "Paula"
    async with running(tmp_path, clock=season.clock) as ours:
        grants = await ours.server.store.grants()

    assert refreshes > 50
    assert len(grants) == 1


async def test_access_lasts_until_its_end_on_a_clock_that_is_a_minute_ahead(
    tmp_path: Path,
) -> None:
    """The client counts on its own clock."""
    async with running(tmp_path) as ours:
        tokens = await (await Assistant.registered(ours)).connected()
        ours.clock.now += tokens["expires_in"] - 1 + 60

        assert await admitted(ours, tokens) == "Paula"


async def test_an_assistant_that_was_not_used_for_a_season_is_signed_out(tmp_path: Path) -> None:
    """That much is meant to be."""
    async with running(tmp_path) as ours:
        assistant = await Assistant.registered(ours)
        tokens = await assistant.connected()
        ours.clock.now += 89 * DAY
        tokens = (await assistant.refresh(tokens["refresh_token"])).json()
        assert await admitted(ours, tokens) == "Paula"
        ours.clock.now += 91 * DAY
        late = await assistant.refresh(tokens["refresh_token"])
        with pytest.raises(NotAdmitted):
            await admitted(ours, tokens)

    assert late.status_code == 400
