"""Templates and events on a real Core: types, warnings, errors, timeouts, delivery."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
import pytest_asyncio

from ha_mcp.home import Home
from ha_mcp.problems import Forbidden, Rejected
from lab.core import RunningCore, running_core
from live.homes import home_of

pytestmark = pytest.mark.live


@pytest_asyncio.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """One Core for all that is asked here."""
    async with running_core(home="demo") as running:
        yield running


@pytest_asyncio.fixture(scope="module")
async def home(core: RunningCore) -> AsyncIterator[Home]:
    """Return its home."""
    async with home_of(core) as home:
        yield home


@pytest.mark.parametrize(
    ("template", "result"),
    [
        ("{{ 1 + 1 }}", 2),
        ("{{ [1, 'a'] }}", [1, "a"]),
        ("{{ {'a': true} }}", {"a": True}),
        ("{{ true }}", True),
        ("plain", "plain"),
        ("", ""),
        ("{{ none }}", None),
        ("{{ x * 2 }}", 14),
    ],
)
async def test_results_have_their_types(home: Home, template: str, result: Any) -> None:
    """As Core makes them, also of templates without anything to follow."""
    assert (await home.templates.render(template, {"x": 7})).result == result


async def test_what_a_template_follows_is_told(home: Home) -> None:
    """An entity, a domain, the time."""
    template = "{{ states('sun.sun') }} {{ states.light | count }} {{ now() }}"

    rendered = await home.templates.render(template)

    assert "sun.sun" in rendered.entities
    assert rendered.domains == ("light",)
    assert rendered.time


async def test_an_undefined_variable_is_a_warning(home: Home) -> None:
    """It renders as nothing."""
    rendered = await home.templates.render("a{{ nowhere }}")

    assert rendered.result == "a"
    assert any("nowhere" in warning for warning in rendered.warnings)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ 1 + }}", "TemplateSyntaxError"),
        ("\n{{ nowhere.other }}", "nowhere"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("{{ states.light | nofilter }}", "nofilter"),
        ("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "time"),
    ],
)
async def test_errors_are_told_in_cores_words(home: Home, template: str, said: str) -> None:
    """Wrong, or too slow; within Core's patience."""
    async with asyncio.timeout(8):
        with pytest.raises(Rejected) as caught:
            await home.templates.render(template)

    assert said in caught.value.message


async def test_a_non_admin_renders_too(core: RunningCore) -> None:
    """Core asks for no rights here."""
    async with home_of(core, core.nonadmin_token) as resident:
        rendered = await resident.templates.render("{{ states('sun.sun') }}")

    assert rendered.result in ("above_horizon", "below_horizon")


async def test_an_event_is_really_delivered(home: Home) -> None:
    """With its data, to whoever listens."""
    heard: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    stop = await home.core.subscribe(
        "subscribe_events", lambda data: heard.set_result(orjson.loads(data)), event_type="doorbell"
    )

    context = await home.events.fire("doorbell", {"door": "front"})
    event = await asyncio.wait_for(heard, 5)
    await stop()

    assert event["data"] == {"door": "front"}
    assert event["context"]["id"] == context


async def test_a_non_admin_cannot_fire(core: RunningCore) -> None:
    """Core refuses, and that is what is told."""
    async with home_of(core, core.nonadmin_token) as resident:
        with pytest.raises(Forbidden):
            await resident.events.fire("doorbell", {})
