"""One grammar of time: what people and models write means one moment, in the home's zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ha_mcp.home.times import Times, header, moment, span
from ha_mcp.problems import Invalid

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 20, 21, 14, 5, tzinfo=VIENNA)  # a Friday


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("now", "2026-11-20 21:14:05"),
        ("3h", "2026-11-20 18:14:05"),
        ("90m", "2026-11-20 19:44:05"),
        ("90 min ago", "2026-11-20 19:44:05"),
        ("1h30m", "2026-11-20 19:44:05"),
        ("-24h", "2026-11-19 21:14:05"),
        ("now-2h", "2026-11-20 19:14:05"),
        ("last 2 hours", "2026-11-20 19:14:05"),
        ("45s", "2026-11-20 21:13:20"),
        ("1.5h", "2026-11-20 19:44:05"),
        ("7d", "2026-11-13 21:14:05"),
        ("2w", "2026-11-06 21:14:05"),
        ("2 weeks ago", "2026-11-06 21:14:05"),
        ("9mo", "2026-02-20 21:14:05"),
        ("1y", "2025-11-20 21:14:05"),
        ("today", "2026-11-20 00:00:00"),
        ("Yesterday 18:00", "2026-11-19 18:00:00"),
        ("yesterday at 6pm", "2026-11-19 18:00:00"),
        ("tomorrow noon", "2026-11-21 12:00:00"),
        ("monday", "2026-11-16 00:00:00"),
        ("friday", "2026-11-20 00:00:00"),
        ("last friday", "2026-11-13 00:00:00"),
        ("last monday", "2026-11-16 00:00:00"),
        ("friday 23:00", "2026-11-13 23:00:00"),
        ("wed 07:30", "2026-11-18 07:30:00"),
        ("18:00", "2026-11-20 18:00:00"),
        ("23:30", "2026-11-19 23:30:00"),
        ("12 am", "2026-11-20 00:00:00"),
        ("this week", "2026-11-16 00:00:00"),
        ("last week", "2026-11-09 00:00:00"),
        ("this month", "2026-11-01 00:00:00"),
        ("last month", "2026-10-01 00:00:00"),
        ("this year", "2026-01-01 00:00:00"),
        ("next month", "2026-12-01 00:00:00"),
        ("2026-10", "2026-10-01 00:00:00"),
        ("2026-11-19", "2026-11-19 00:00:00"),
        ("2026-11-19 18:00", "2026-11-19 18:00:00"),
        ("2026-11-19T18:00:30", "2026-11-19 18:00:30"),
        ("2026-11-19T18:00:00Z", "2026-11-19 19:00:00"),
        ("2026-11-19T18:00:00+05:00", "2026-11-19 14:00:00"),
        ("1795201200", "2026-11-20 20:00:00"),
        ("1795201200.5", "2026-11-20 20:00:00.500000"),
        ("1795201200000", "2026-11-20 20:00:00"),
    ],
)
def test_a_text_means_a_moment(text: str, meant: str) -> None:
    """Every form of the grammar, on a Friday evening."""
    assert moment(text, NOW) == datetime.fromisoformat(meant).replace(tzinfo=VIENNA)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "soon", "3 parsecs", "25:00", "13pm", "2026-02-30", "2026-13", "18", "2026",
        "999999y", "99999999h", "0001-01-01", "99999999999", "3h " * 50, "monday monday",
    ],
)  # fmt: skip
def test_what_means_no_time_is_refused_with_examples(text: str) -> None:
    """A guess would be answered with the wrong history."""
    with pytest.raises(Invalid) as caught:
        moment(text, NOW)

    assert "yesterday 18:00" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("start", "end", "meant"),
    [
        (None, None, "2026-11-19 21:14:05 / 2026-11-20 21:14:05"),
        ("3h", None, "2026-11-20 18:14:05 / 2026-11-20 21:14:05"),
        ("today", None, "2026-11-20 00:00:00 / 2026-11-20 21:14:05"),
        ("yesterday", None, "2026-11-19 00:00:00 / 2026-11-20 00:00:00"),
        ("last week", None, "2026-11-09 00:00:00 / 2026-11-16 00:00:00"),
        ("this month", None, "2026-11-01 00:00:00 / 2026-11-20 21:14:05"),
        ("last month", None, "2026-10-01 00:00:00 / 2026-11-01 00:00:00"),
        ("monday", None, "2026-11-16 00:00:00 / 2026-11-20 21:14:05"),
        ("monday", "wednesday", "2026-11-16 00:00:00 / 2026-11-19 00:00:00"),
        ("2026-11-01", "2026-11-01", "2026-11-01 00:00:00 / 2026-11-02 00:00:00"),
        ("yesterday", "today", "2026-11-19 00:00:00 / 2026-11-20 21:14:05"),
        ("yesterday 20:00", "06:00", "2026-11-19 20:00:00 / 2026-11-20 06:00:00"),
        ("monday 08:00", "18:00", "2026-11-16 08:00:00 / 2026-11-16 18:00:00"),
        ("7d", "1d", "2026-11-13 21:14:05 / 2026-11-19 21:14:05"),
        (None, "yesterday", "2026-11-19 00:00:00 / 2026-11-20 00:00:00"),
        (None, "12:00", "2026-11-19 12:00:00 / 2026-11-20 12:00:00"),
    ],
)
def test_two_texts_mean_a_stretch_of_the_past(
    start: str | None, end: str | None, meant: str
) -> None:
    """Period words bring their own end; days as an end are included; nothing passes now."""
    found = span(start, end, NOW)

    assert f"{found.start:%Y-%m-%d %H:%M:%S} / {found.end:%Y-%m-%d %H:%M:%S}" == meant


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("tomorrow", None),
        ("2030-01-01", None),
        ("1h", "2h"),
        ("now", "now"),
        ("monday", "last week"),
    ],
)
def test_a_stretch_that_cannot_be_is_refused(start: str, end: str | None) -> None:
    """The future has no history, and an end before its start is a mistake."""
    with pytest.raises(Invalid):
        span(start, end, NOW)


@pytest.mark.parametrize(
    ("start", "end", "before"),
    [
        ("today", None, "2026-11-19 00:00:00 / 2026-11-19 21:14:05"),
        ("this month", None, "2026-10-01 00:00:00 / 2026-10-20 21:14:05"),
        ("last month", None, "2026-09-01 00:00:00 / 2026-10-01 00:00:00"),
        ("this week", None, "2026-11-09 00:00:00 / 2026-11-13 21:14:05"),
        ("3h", None, "2026-11-20 15:14:05 / 2026-11-20 18:14:05"),
        ("monday", "tuesday", "2026-11-14 00:00:00 / 2026-11-16 00:00:00"),
    ],
)
def test_the_stretch_before_is_the_one_people_compare_with(
    start: str, end: str | None, before: str
) -> None:
    """Today so far is compared with yesterday until the same time, not with last night."""
    found = span(start, end, NOW).previous()

    assert f"{found.start:%Y-%m-%d %H:%M:%S} / {found.end:%Y-%m-%d %H:%M:%S}" == before


def in_utc(at: datetime) -> str:
    """Return the moment in UTC, to the minute."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("now", "text", "meant"),
    [
        ("2026-10-25T11:00:00", "1d", "2026-10-24 09:00"),  # a wall clock day of 25 hours
        ("2026-10-25T11:00:00", "24h", "2026-10-24 10:00"),  # 24 real hours
        ("2026-10-25T03:30:00", "2h", "2026-10-25 00:30"),
        ("2026-10-25T03:30:00", "02:30", "2026-10-25 00:30"),  # twice that night: the first
        ("2026-10-25T23:00:00", "today", "2026-10-24 22:00"),
        ("2026-03-29T12:00:00", "1d", "2026-03-28 11:00"),
        ("2026-03-29T12:00:00", "24h", "2026-03-28 10:00"),
        ("2026-03-29T12:00:00", "today 02:30", "2026-03-29 01:30"),  # skipped: an hour later
        ("2026-03-30T02:30:00", "1d", "2026-03-29 01:30"),
    ],
)
def test_nights_that_change_the_clocks(now: str, text: str, meant: str) -> None:
    """Hours are real hours, days are days on the wall."""
    seen_from = datetime.fromisoformat(now).replace(tzinfo=VIENNA)

    assert in_utc(moment(text, seen_from)) == meant


def test_the_day_that_sets_the_clocks_back_has_25_hours() -> None:
    """Python subtracts wall clocks; a stretch of time is measured in real seconds."""
    day = span("yesterday", None, datetime(2026, 10, 26, 9, 0, tzinfo=VIENNA))

    assert timedelta(seconds=day.seconds) == timedelta(hours=25)
    assert day.shown(day.start.timestamp() + 2.5 * 3600, "%H:%M") == "02:30+02:00"
    assert day.shown(day.start.timestamp() + 3.5 * 3600, "%H:%M") == "02:30+01:00"
    assert day.shown(day.start.timestamp(), "%Y-%m-%d") == "2026-10-25"


def test_the_header_tells_now_weekday_and_zone() -> None:
    """A model does not know what day it is."""
    line = header(NOW.astimezone(UTC), VIENNA)

    assert line == "Now: Friday 2026-11-20 21:14:05 Europe/Vienna (UTC+01:00)"


def test_the_clock_of_a_home_follows_its_zone() -> None:
    """The zone is read anew: it is known only once Core has answered."""
    zones = [ZoneInfo("UTC"), VIENNA]
    times = Times(NOW.timestamp, lambda: zones[-1])

    assert times.header() == header(NOW, VIENNA)
    assert times.moment("today") == datetime(2026, 11, 20, tzinfo=VIENNA)

    zones.pop()

    assert times.now().hour == 20
