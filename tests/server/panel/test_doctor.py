"""The doctor on the panel: what was found, hop by hop, and another examination by one button."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.doctor import FakeDoctor
from fakes.house import FakeHouse
from ha_mcp import remote
from ha_mcp.doctor import Fault, Hop, Passed, Report
from ha_mcp.panel.doctor import stations

from .looking import Page, Panel, panel_of

REMOTE = "https://home.example/api/webhook/mcp_0123456789abcdef0123456789abcdef"
OTHER = "https://other.example/api/webhook/mcp_fedcba9876543210fedcba9876543210"
PASSED = (Passed(Hop.ADDRESS, "https on port 443"), Passed(Hop.NAME, "home.example is 11.2.3.4"))
CLOSED = Fault(
    Hop.CONNECTION,
    "nobody_listens",
    "Nobody answers on port 443",
    "Let <port 443> of your router lead to Home Assistant",
    evidence="Connection refused",
)


def found(url: str) -> Report:
    """Find a closed port at the home's address, and nothing wrong elsewhere."""
    return Report(url.partition("/api/")[0], PASSED, CLOSED if url == REMOTE else None)


@pytest.fixture
def doctor() -> FakeDoctor:
    """Have one."""
    return FakeDoctor(found)


@pytest.fixture
async def panel(tmp_path: Path, doctor: FakeDoctor) -> AsyncIterator[Panel]:
    """Serve an empty home."""
    async with panel_of(FakeHouse(), tmp_path, look=doctor) as panel:
        yield panel


async def examined(panel: Panel, **fields: str) -> Page:
    """Press the button."""
    return await panel.browser.send(await panel.browser.get("doctor"), **fields)


async def test_before_anything_was_examined_it_asks_for_an_address(panel: Panel) -> None:
    """Without one there is nothing to do."""
    page = await panel.browser.get("doctor")
    empty = await examined(panel, address="  ")

    assert "Nothing was examined yet." in page.text
    assert empty.status == 400
    assert "An address is needed." in empty.text


async def test_the_first_fault_is_named_with_what_to_do(panel: Panel) -> None:
    """In the words of the doctor, which are text."""
    await panel.parts.remote.told(REMOTE, signs_in=True)
    page = await panel.browser.get("doctor")

    assert "The address of your home, now" in page.text
    assert "Nobody answers on port 443." in page.text
    assert "What to do: Let <port 443> of your router lead to Home Assistant." in page.text
    assert "nobody_listens: Connection refused" in page.text


async def test_the_way_is_shown_as_far_as_it_was_gone(panel: Panel) -> None:
    """What lies behind the fault is not known."""
    await panel.parts.remote.told(REMOTE, signs_in=True)
    page = await panel.browser.get("doctor")

    assert "✓ address: https on port 443 ✓ name: home.example is 11.2.3.4" in page.text
    assert "✗ connection: Nobody answers on port 443 ○ certificate: not reached" in page.text
    assert "○ tools: not reached" in page.text


async def test_an_address_of_ones_own_is_examined(panel: Panel, doctor: FakeDoctor) -> None:
    """Spaces around it come from copying."""
    page = await examined(panel, address=f" {OTHER}\n")

    assert doctor.asked == [OTHER]
    assert "https://other.example, now" in page.text
    assert "Everything is in order" in page.text
    assert "mcp_" not in page.text.replace("mcp_…", "")


async def test_with_an_empty_field_it_is_the_homes_own_again(
    panel: Panel, doctor: FakeDoctor
) -> None:
    """One tap after something was repaired."""
    await panel.parts.remote.told(REMOTE, signs_in=True)
    await examined(panel, address=OTHER)
    page = await examined(panel, address="")

    assert doctor.asked == [REMOTE, OTHER, REMOTE]
    assert "The address of your home, now" in page.text


async def test_one_is_examined_at_a_time(panel: Panel, doctor: FakeDoctor) -> None:
    """Somebody presses twice."""
    doctor.may_answer.clear()
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(examined(panel, address=OTHER))
        await doctor.begun.wait()
        meanwhile = await panel.browser.get("doctor")
        second = await panel.browser.send(meanwhile, address=OTHER)
        doctor.may_answer.set()

    assert "An examination is running." in meanwhile.text
    assert second.status == 409
    assert "An examination is running." in second.text
    assert first.result().status == 200
    assert doctor.asked == [OTHER]


async def test_it_is_bounded_in_time(
    panel: Panel, doctor: FakeDoctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser that waits for ever shows nothing."""
    monkeypatch.setattr(remote, "_LONGEST", 0.01)
    doctor.may_answer.clear()
    page = await examined(panel, address=OTHER)

    assert page.status == 503
    assert "was not done within" in page.text


@pytest.mark.parametrize("address", ["x" * 2001, "https://a\x00b", "https://a\nb"])
async def test_what_is_no_address_is_not_examined(
    panel: Panel, doctor: FakeDoctor, address: str
) -> None:
    """Whatever was pasted."""
    page = await examined(panel, address=address)

    assert page.status == 400
    assert doctor.asked == []


def test_a_way_without_a_fault_has_only_what_was_passed() -> None:
    """Some hops are not gone on every way."""
    assert [one.name for one in stations(Report("https://a", PASSED, None))] == ["address", "name"]
