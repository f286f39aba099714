"""What Core or its absence refuses is told with what was wrong, and nothing is left behind."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from lab.core import RunningCore, running_core
from live.serving import LONGEST, Served, serving

pytestmark = pytest.mark.live

LIGHT = "light.kitchen_counter"


@pytest.fixture(scope="module")
async def core() -> AsyncIterator[RunningCore]:
    """Run one home that refuses."""
    async with running_core() as running:
        yield running


@pytest.fixture(scope="module")
async def served(
    core: RunningCore, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """Run one server for it."""
    async with serving(tmp_path_factory.mktemp("server"), core.url, core.token) as served:
        await served.server.wait_synced()
        yield served


def acting(action: str, target: Any = None, **data: Any) -> dict[str, Any]:
    """Write the arguments of a call of an action."""
    return {"action": action, "target": target or {}, "data": data}


@pytest.mark.parametrize(
    ("tool", "arguments", "code", "said"),
    [
        (
            "ha_call_action",
            acting("climate.set_temperature", {"entity_id": ["climate.hvac"]}, temperature=500),
            "rejected",
            "500",
        ),
        (
            "ha_call_action",
            acting("light.turn_on", {"entity_id": [LIGHT]}, brightness="very"),
            "invalid",
            "brightness",
        ),
        (
            "ha_call_action",
            acting(
                "input_select.select_option",
                {"entity_id": ["input_select.house_mode"]},
                option="Party on the moon",
            ),
            "rejected",
            "Party on the moon",
        ),
        (
            "ha_call_action",
            acting("light.turn_onn", {"entity_id": [LIGHT]}),
            "not_found",
            "turn_on",
        ),
        ("ha_call_action", acting("lihgt.turn_on"), "not_found", "light.turn_on"),
        (
            "ha_call_action",
            acting("light.turn_on", {"entity_id": ["light.kitchn_countr"]}),
            "not_found",
            LIGHT,
        ),
        ("ha_call_action", acting("light.turn_on", {"area_id": ["kitchn"]}), "not_found", "itchen"),
        (
            "ha_call_action",
            acting("light.turn_on", {"entity_id": [LIGHT]}, brightnes=5),
            "invalid",
            "brightness",
        ),
        ("ha_get_state", {"entity_ids": ["light.nope"]}, "not_found", "ha_search"),
        ("ha_eval_template", {"template": "{{ 1 + }}"}, "rejected", "TemplateSyntaxError"),
        ("ha_eval_template", {"template": "{{ 1 / 0 }}"}, "rejected", "ZeroDivisionError"),
        ("ha_search", {"query": "x", "areas": "kitchen"}, "invalid", "area"),
        ("ha_search", {"area": "kitchn"}, "not_found", "Kitchen"),
    ],
    ids=[
        "a value out of range",
        "a value that is no number",
        "an option that is not one",
        "an action with a typo",
        "a domain with a typo",
        "an entity with a typo",
        "an area with a typo",
        "a field with a typo",
        "a state of nobody",
        "a template that does not compile",
        "a template that fails",
        "an argument with a typo",
        "a filter with a typo",
    ],
)
async def test_a_refusal_has_its_code_and_the_value_that_was_wrong(
    served: Served, tool: str, arguments: dict[str, Any], code: str, said: str
) -> None:
    """The line a model reads is enough to do it right the next time."""
    answer = await served.ask(tool, **arguments)

    assert answer.failed
    assert answer.text.startswith(f"{code}: ")
    assert said in answer.text
    assert "Traceback" not in answer.text
    assert answer.took < LONGEST


async def test_after_all_of_that_the_next_call_works(served: Served) -> None:
    """On the same connection: a refusal costs nobody else anything."""
    answer = await served.ask("ha_get_state", entity_ids=[LIGHT])

    assert not answer.failed
    assert served.server.log().count("Connected to Home Assistant") == 1
    assert "Incident" not in served.server.log()
