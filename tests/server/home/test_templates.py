"""Templates are rendered once by Core, and what it says is told as it is."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest

from fakes.calling import until
from fakes.house import FakeHouse
from ha_mcp.home.templates import Templates
from ha_mcp.problems import Rejected, Unreachable

NOTHING = {"all": False, "entities": [], "domains": [], "time": False}


class Rendering(FakeHouse):
    """A house that answers ``render_template`` with prepared events, as Core does.

    Core renders once to see whether it is fast enough, again to follow it, and then reports:
    warnings come twice, before and after the subscription is confirmed.
    """

    def __init__(self, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
        """Take what comes before and after the confirmation."""
        super().__init__()
        self.before = before
        self.after = after
        self.asked: dict[str, Any] = {}

    async def subscribe(
        self, kind: str, listener: Callable[[bytes], None], /, **fields: Any
    ) -> Callable[[], Awaitable[None]]:
        """Tell the listener everything."""
        self.asked = fields
        for event in self.before:
            listener(orjson.dumps(event))
        stop = await super().subscribe(kind, listener, **fields)
        for event in self.after:
            asyncio.get_running_loop().call_soon(listener, orjson.dumps(event))
        return stop


async def test_the_result_comes_with_what_it_depends_on() -> None:
    """Why does my template not update? This says what it listens to."""
    listeners = {"all": False, "entities": ["b.b", "a.a"], "domains": ["light"], "time": True}
    house = Rendering([], [{"result": 21.5, "listeners": listeners}])

    rendered = await Templates(house).render("{{ 21.5 }}", {"x": 1})

    assert rendered.result == 21.5
    assert (rendered.entities, rendered.domains) == (("a.a", "b.b"), ("light",))
    assert rendered.time
    assert not rendered.everything
    assert house.asked["variables"] == {"x": 1}
    assert house.listeners == 0


async def test_warnings_are_kept_once_and_do_not_count_as_the_answer() -> None:
    """An undefined variable renders as nothing, which explains the result."""
    warning = {"error": "'x' is undefined", "level": "WARNING"}
    house = Rendering([warning, warning], [warning, {"result": None, "listeners": NOTHING}])

    rendered = await Templates(house).render("{{ x }}")

    assert rendered.result is None
    assert rendered.warnings == ("'x' is undefined",)


async def test_an_error_is_refused_in_cores_words_on_one_line() -> None:
    """With the line, when Core knows it."""
    error = {"error": "TemplateSyntaxError: unexpected '}'\n  line 2", "level": "ERROR"}
    house = Rendering([error], [error])

    with pytest.raises(Rejected, match="unexpected '}' line 2"):
        await Templates(house).render("{{ }")

    assert house.listeners == 0


async def test_a_lost_connection_ends_the_waiting() -> None:
    """The event would come by it."""
    house = Rendering([], [])
    rendering = asyncio.ensure_future(Templates(house).render("{{ 1 }}"))
    await until(lambda: house.listeners)

    house.cut()

    with pytest.raises(Unreachable):
        await asyncio.wait_for(rendering, 5)
