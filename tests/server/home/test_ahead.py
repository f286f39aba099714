"""Looking ahead: the same words as for the past, in the sense an agenda gives them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ha_mcp.home.times import agenda
from ha_mcp.problems import Invalid

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 20, 21, 14, 5, tzinfo=VIENNA)  # a Friday


@pytest.mark.parametrize(
    ("start", "end", "meant"),
    [
        ("today", None, "2026-11-20 00:00 2026-11-21 00:00"),
        ("tomorrow", None, "2026-11-21 00:00 2026-11-22 00:00"),
        ("next week", None, "2026-11-23 00:00 2026-11-30 00:00"),
        ("next month", None, "2026-12-01 00:00 2027-01-01 00:00"),
        ("2026-12-24", None, "2026-12-24 00:00 2026-12-25 00:00"),
        ("monday", None, "2026-11-23 00:00 2026-11-24 00:00"),
        ("friday", None, "2026-11-20 00:00 2026-11-21 00:00"),
        ("last monday", None, "2026-11-16 00:00 2026-11-17 00:00"),
        ("saturday 18:00", None, "2026-11-21 18:00 2026-12-22 18:00"),
        ("7d", None, "2026-11-13 21:14 2026-11-20 21:14"),
        ("now", "7d", "2026-11-20 21:14 2026-11-27 21:14"),
        ("today", "2 weeks", "2026-11-20 00:00 2026-12-04 00:00"),
        (None, "tomorrow", "2026-11-20 00:00 2026-11-22 00:00"),
        (None, "48h", "2026-11-20 00:00 2026-11-22 00:00"),
        ("7d", "3h ago", "2026-11-13 21:14 2026-11-20 18:14"),
        ("saturday", "monday", "2026-11-21 00:00 2026-11-24 00:00"),
        ("next week", "tuesday", "2026-11-23 00:00 2026-11-25 00:00"),
        ("tomorrow", "18:00", "2026-11-21 00:00 2026-11-21 18:00"),
        ("tomorrow 20:00", "6pm", "2026-11-21 20:00 2026-11-22 18:00"),
        ("18:00", "now", "2026-11-20 18:00 2026-11-20 21:14"),
        ("23:30", None, "2026-11-20 23:30 2026-12-21 23:30"),
        ("2027-01", "2027-02", "2027-01-01 00:00 2027-03-01 00:00"),
    ],
)
def test_a_stretch_of_a_calendar(start: str | None, end: str | None, meant: str) -> None:
    """Every form, on a Friday evening."""
    found = agenda(start, end, NOW)

    assert f"{found.start:%Y-%m-%d %H:%M} {found.end:%Y-%m-%d %H:%M}" == meant


def test_a_night_that_changes_the_clocks_does_not_shift_the_end() -> None:
    """Seven days from now are at the same time by the clock."""
    before = datetime(2026, 10, 20, 12, 0, tzinfo=VIENNA)

    assert agenda("now", "7d", before).end == datetime(2026, 10, 27, 12, 0, tzinfo=VIENNA)


@pytest.mark.parametrize(("start", "end"), [("tomorrow", "today"), ("now", "yesterday")])
def test_an_end_before_its_start_is_refused(start: str, end: str) -> None:
    """An empty agenda would look like a free day."""
    with pytest.raises(Invalid, match="is not before the end"):
        agenda(start, end, NOW)
