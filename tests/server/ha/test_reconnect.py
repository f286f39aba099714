"""The pace of attempts: quick at first, patient later, never all at the same moment."""

import pytest

from ha_mcp.ha import Backoff


def latest() -> float:
    """Draw the longest of all delays."""
    return 1.0


def soonest() -> float:
    """Draw the shortest of all delays."""
    return 0.0


def test_delays_double_up_to_the_highest() -> None:
    """A Core that is away for long is not asked twice a second."""
    backoff = Backoff(0.5, 15, chance=latest)

    assert [backoff.after(0) for _ in range(7)] == [0.5, 1, 2, 4, 8, 15, 15]


def test_chance_takes_at_most_half() -> None:
    """Servers that lost the same Core do not return as one."""
    backoff = Backoff(0.5, 15, chance=soonest)

    assert [backoff.after(0) for _ in range(3)] == [0.25, 0.5, 1]


@pytest.mark.parametrize(("lasted", "delay"), [(0, 8), (59, 8), (60, 0.5), (86_400, 0.5)], ids=str)
def test_only_a_stable_connection_begins_anew(lasted: float, delay: float) -> None:
    """One that is accepted and cut at once, again and again, is not stable."""
    backoff = Backoff(0.5, 15, chance=latest)
    for _ in range(4):
        backoff.after(0)

    assert backoff.after(lasted) == delay


def test_weeks_of_attempts_do_not_overflow() -> None:
    """A Core that was switched off for the holidays."""
    backoff = Backoff(0.5, 15, chance=latest)

    assert {backoff.after(0) for _ in range(100_000)} == {0.5, 1, 2, 4, 8, 15}


def test_by_default_delays_differ_and_keep_their_bounds() -> None:
    """Nobody has to think of it."""
    delays = {Backoff().after(0) for _ in range(20)}

    assert len(delays) > 1
    assert all(0.25 <= delay <= 0.5 for delay in delays)
