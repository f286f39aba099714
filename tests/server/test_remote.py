"""The address from outside is known as soon as the relay's app names it, with what was found."""

import asyncio

import pytest

from fakes.doctor import FakeDoctor
from ha_mcp import remote
from ha_mcp.doctor import Fault, Hop, Passed, Report
from ha_mcp.problems import Conflict, TimedOut
from ha_mcp.remote import Remote

HOME = "https://home.example/api/webhook/mcp_0123456789abcdef0123456789abcdef"
GOOD = Report("https://home.example", (Passed(Hop.ADDRESS, "https on port 443"),), None)
BAD = Report("https://other.example", (), Fault(Hop.NAME, "unknown", "Nobody knows it", "Buy it"))


def found(url: str) -> Report:
    """Find nothing wrong at home, and a fault elsewhere."""
    return GOOD if url == HOME else BAD


@pytest.fixture
def doctor() -> FakeDoctor:
    """Have one."""
    return FakeDoctor(found)


@pytest.fixture
def outside(doctor: FakeDoctor) -> Remote:
    """Know nothing yet."""
    return Remote(doctor, lambda: 1000.0)


async def test_nothing_is_known_at_first(outside: Remote) -> None:
    """Nor made up."""
    assert (outside.url, outside.signs_in, outside.heard, outside.last) == (None,) * 4


async def test_what_the_relay_tells_is_kept_with_what_was_found(outside: Remote) -> None:
    """And when."""
    report = await outside.told(HOME, signs_in=True)

    assert report == GOOD
    assert outside.url is not None
    assert outside.url.reveal() == HOME
    assert outside.signs_in is True
    assert outside.heard == 1000.0
    assert outside.last is not None
    assert (outside.last.report, outside.last.at) == (GOOD, 1000.0)


async def test_the_address_is_known_while_it_is_examined(
    outside: Remote, doctor: FakeDoctor
) -> None:
    """That may take some seconds, and it works meanwhile."""
    doctor.may_answer.clear()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(outside.told(HOME, signs_in=None))
        await doctor.begun.wait()
        known, found = outside.url, outside.last
        doctor.may_answer.set()

    assert known is not None
    assert found is None


async def test_an_address_of_ones_own_does_not_become_the_homes(outside: Remote) -> None:
    """It is only looked at."""
    await outside.told(HOME, signs_in=False)
    await outside.examine("https://other.example")

    assert outside.url is not None
    assert outside.url.reveal() == HOME
    assert outside.last is not None
    assert outside.last.report == BAD


async def test_one_is_examined_at_a_time(outside: Remote, doctor: FakeDoctor) -> None:
    """A person is told; the relay's app waits, because it asks once."""
    doctor.may_answer.clear()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(outside.examine("https://other.example"))
        await doctor.begun.wait()
        with pytest.raises(Conflict, match="is running"):
            await outside.examine("https://other.example")
        told = tasks.create_task(outside.told(HOME, signs_in=True))
        await asyncio.sleep(0)
        doctor.may_answer.set()

    assert told.result() == GOOD
    assert doctor.asked == ["https://other.example", HOME]


async def test_it_does_not_take_for_ever(
    outside: Remote, doctor: FakeDoctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one can begin."""
    monkeypatch.setattr(remote, "_LONGEST", 0.01)
    doctor.may_answer.clear()

    with pytest.raises(TimedOut):
        await outside.examine("https://slow.example")

    doctor.may_answer.set()
    assert await outside.examine(HOME) == GOOD


async def test_neither_the_address_nor_the_report_shows_the_secret(outside: Remote) -> None:
    """In a log or a traceback."""
    await outside.told(HOME, signs_in=True)

    assert "mcp_" not in f"{outside.url!r} {outside.last!r}"
