"""The tools that configure, on a real Core: few words in, few words out, and no lost work."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from fakes.calling import ToolCall, caller
from lab.core import running_core
from lab.tokens import count
from live.documents import documents

pytestmark = pytest.mark.live

SUNSET = "1700000000001"
DISABLED = {"op": "add", "path": "/disabled", "value": True}


@pytest_asyncio.fixture(scope="module")
async def call(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ToolCall]:
    """Call tools in the small home."""
    async with (
        running_core(home="demo") as core,
        documents(core, tmp_path_factory.mktemp("state")) as (store, home),
    ):
        yield caller(home, store)


def said(text: str, key: str) -> str:
    """Return a value of the JSON in an answer."""
    found = re.search(rf'"{key}":"([^"]*)"', text)
    assert found, text
    return found[1]


async def etag_of(call: ToolCall, kind: str, id: str) -> str:
    """Read a document's etag."""
    return said((await call("ha_config_get", kind=kind, id=id)).text, "etag")


async def test_one_number_takes_two_calls_and_few_words(call: ToolCall) -> None:
    """And the way back takes one."""
    read = await call("ha_config_get", kind="automation", id="Kitchen lights at sunset")
    patch = [{"op": "replace", "path": "/actions/0/data/brightness_pct", "value": 40}]
    etag = said(read.text, "etag")

    done = await call(
        "ha_config_set", kind="automation", id=SUNSET, patch=patch, etag=etag, why="dimmer"
    )
    undone = await call("ha_undo", changes="last")

    assert not done.failed, done.text
    assert '"verified":true' in done.text
    assert len(done.text.encode()) <= 600
    assert count(read.text + done.text) <= 1_000
    assert said(undone.text, "etag") == etag


async def test_one_number_of_three_hundred_lines_takes_two_calls_and_few_words(
    call: ToolCall,
) -> None:
    """Of a long automation only the place that is meant is read."""
    steps = [
        {
            "alias": f"Room {number}",
            "if": [{"condition": "state", "entity_id": "input_boolean.guest_mode", "state": "off"}],
            "then": [
                {
                    "action": "light.turn_on",
                    "target": {"entity_id": "light.bed_light"},
                    "data": {"brightness_pct": 20 + number, "transition": 2},
                }
            ],
        }
        for number in range(25)
    ]
    config = {
        "alias": "Long evening",
        "triggers": [{"trigger": "time", "at": "18:00:00"}],
        "actions": steps,
    }
    await call("ha_config_set", kind="automation", config=config)

    lights = {"kind": "automation", "id": "Long evening", "find": "brightness"}
    read = await call("ha_config_get", **lights)
    path = "/actions/17/then/0/data/brightness_pct"
    change = {
        "kind": "automation",
        "id": "Long evening",
        "patch": [{"op": "replace", "path": path, "value": 55}],
        "etag": said(read.text, "etag"),
    }
    done = await call("ha_config_set", **change)
    await call("ha_undo", changes="last")
    await call("ha_undo", changes="last")

    assert len(json.dumps(config, indent=1).splitlines()) >= 300
    assert f"{path},37" in read.text
    assert '"verified":true' in done.text
    texts = [json.dumps(lights), read.text, json.dumps(change), done.text]
    assert count("".join(texts)) <= 1_000


async def test_who_has_not_read_it_is_told_how(call: ToolCall) -> None:
    """The current etag is in the conflict, and the call that reads it."""
    config = {"alias": "Other", "triggers": [], "actions": []}

    blind = await call("ha_config_set", kind="automation", id=SUNSET, config=config)
    stale = await call(
        "ha_config_set", kind="automation", id=SUNSET, config=config, etag="000000000000"
    )

    for answer in (blind, stale):
        assert answer.text.startswith("conflict: ")
        assert await etag_of(call, "automation", SUNSET) in answer.text
        assert f'ha_config_get(kind="automation", id="{SUNSET}")' in answer.text


async def test_what_drops_half_of_a_body_is_written_only_after_it_was_seen(
    call: ToolCall,
) -> None:
    """A model that forgets a list is stopped; one that means it looks first."""
    etag = await etag_of(call, "script", "good_night")
    config = {"alias": "Good night", "sequence": [{"delay": "00:00:01"}]}

    refused = await call("ha_config_set", kind="script", id="good_night", config=config, etag=etag)
    seen = await call(
        "ha_config_set", kind="script", id="good_night", config=config, etag=etag, preview=True
    )
    applied = await call("ha_config_set", kind="script", apply=_apply_id(seen.text))
    await call("ha_undo", changes=["last"])

    assert refused.text.startswith("invalid: This would drop 2 of 3 items of /sequence")
    assert seen.text.startswith("NOT WRITTEN")
    assert "- /sequence/" in seen.text
    assert not applied.failed, applied.text
    assert await etag_of(call, "script", "good_night") == etag


def _apply_id(text: str) -> str:
    found = re.search(r'apply: "(p[0-9a-f]+)"', text)
    assert found, text
    return found[1]


async def test_labels_need_no_etag(call: ToolCall) -> None:
    """By name, added to those that are there."""
    done = await call(
        "ha_config_set",
        kind="automation",
        id=SUNSET,
        merge={"labels": {"add": ["Holiday lights"]}, "area": "Kitchen"},
    )
    read = await call("ha_config_get", kind="automation", id=SUNSET)
    await call("ha_undo", changes="last")

    assert not done.failed, done.text
    assert '"labels":["holiday_lights"]' in read.text
    assert '"area":"kitchen"' in read.text


async def test_switching_off_needs_no_etag_and_changes_none(call: ToolCall) -> None:
    """It is how the automation is, not what it is."""
    before = await etag_of(call, "automation", SUNSET)

    off = await call("ha_config_set", kind="automation", id=SUNSET, merge={"enabled": False})
    state = await call("ha_get_state", entity_ids="automation.kitchen_lights_at_sunset")
    await call("ha_undo", changes="last")

    assert said(off.text, "etag") == before
    assert '"state":"off"' in state.text


async def test_an_action_that_does_not_exist_stops_the_write(call: ToolCall) -> None:
    """With the nearest; an entity that does not exist yet is only advice."""
    config = {
        "alias": "Broken",
        "triggers": [{"trigger": "state", "entity_id": "light.kichen_lights"}],
        "actions": [{"action": "light.turn_onn", "target": {"entity_id": "light.bed_light"}}],
    }

    answer = await call("ha_config_set", kind="automation", config=config)
    config["actions"] = [{"action": "light.turn_on", "target": {"entity_id": "light.bed_light"}}]
    seen = await call("ha_config_set", kind="automation", config=config, preview=True)

    assert "/actions/0/action: there is no action 'light.turn_onn'" in answer.text
    assert "light.turn_on" in answer.text
    assert "advice: /triggers/0/entity_id" in seen.text
    assert "light.kitchen_lights" in seen.text


async def test_what_core_refuses_says_where(call: ToolCall) -> None:
    """Core's own words, before anything is written."""
    config = {
        "alias": "Broken",
        "triggers": [{"trigger": "time", "at": "25 o'clock"}],
        "actions": [],
    }

    answer = await call("ha_config_set", kind="automation", config=config)

    assert answer.failed
    assert "/triggers" in answer.text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"kind": "automation", "id": "kitchen lights at sunrise"}, "Kitchen lights at sunset"),
        ({"kind": "automatoin", "id": "x"}, "automation"),
        ({"kind": "automation", "id": SUNSET, "path": "/action"}, "actions"),
        ({"kind": "helper", "id": "input_boolean.gest_mode"}, "input_boolean.guest_mode"),
    ],
    ids=["id", "kind", "path", "helper"],
)
async def test_what_is_not_there_is_answered_with_the_nearest(
    call: ToolCall, arguments: dict[str, str], words: str
) -> None:
    """One round trip, not a search."""
    answer = await call("ha_config_get", **arguments)

    assert answer.failed
    assert words in answer.text


async def test_what_stands_in_a_package_is_read_and_not_shadowed(call: ToolCall) -> None:
    """A second copy under the same id would be worse than a refusal."""
    read = await call("ha_config_get", kind="automation", id="heating_morning")

    write = await call(
        "ha_config_set",
        kind="automation",
        id="heating_morning",
        merge={"description": "x"},
        etag=said(read.text, "etag"),
    )

    assert '"read_only"' in read.text
    assert '"triggers"' in read.text
    assert write.text.startswith("unsupported: ")


async def test_several_are_one_change(call: ToolCall) -> None:
    """One preview, one change, one undo."""
    items = [{"config": {"name": f"Room {number}"}} for number in (1, 2, 3)]

    done = await call("ha_config_set", kind="areas", items=items, why="attic")
    listed = await call("ha_config_list", kind="area", query="room")
    undone = await call("ha_undo", changes=said(done.text, "change"))
    after = await call("ha_config_list", kind="area", query="room 2")

    assert "Room 3,room_3" in done.text
    assert "Room 2" in listed.text
    assert not undone.failed, undone.text
    assert after.text.startswith("0 of ")


async def test_before_a_removal_everybody_who_would_miss_it_is_named(call: ToolCall) -> None:
    """And nothing is removed."""
    seen = await call("ha_config_remove", kind="script", ids="announce", preview=True)
    still = await call("ha_config_get", kind="script", id="announce")

    assert seen.text.startswith("NOT WRITTEN")
    assert "Washing is done" in seen.text
    assert not still.failed


async def test_the_journal_tells_who_what_and_why(call: ToolCall) -> None:
    """With the difference of one."""
    done = await call(
        "ha_config_set", kind="label", config={"name": "Told"}, why="to see it in the journal"
    )
    change = said(done.text, "change")

    listed = await call("ha_get_changes", client="me", since="1h", limit=1)
    one = await call("ha_get_changes", id=change)
    await call("ha_undo", changes=change)
    again = await call("ha_undo", changes=change)

    assert "to see it in the journal" in listed.text
    assert '+ /name: "Told"' in one.text
    assert "taken back already" in again.text


async def test_a_kind_describes_itself_from_this_home(call: ToolCall) -> None:
    """Forms of helpers come from Core; nobody has to know them."""
    template = await call("ha_config_describe", kind="helper", variant="template/sensor")
    choices = await call("ha_config_describe", kind="helper", variant="template")
    automation = await call("ha_config_describe", kind="automation")

    assert "state*" in template.text
    assert "template/binary_sensor" in choices.text
    assert '"example":{"alias"' in automation.text
    assert len(automation.text.encode()) <= 6_000


async def test_a_body_is_read_in_parts(call: ToolCall) -> None:
    """A card of a large dashboard without the dashboard."""
    part = await call("ha_config_get", kind="dashboard", id="home-view", path="/views/0/badges/1")
    found = await call("ha_config_get", kind="dashboard", id="home-view", find="mushroom")
    outline = await call("ha_config_get", kind="dashboard", id="home-view", depth=1)

    assert part.text.endswith('"sensor.outside_temperature"')
    assert "/views/0/cards/1/type,custom:mushroom-light-card" in found.text
    assert '"views":"[' in outline.text


async def test_a_name_is_no_id(call: ToolCall) -> None:
    """A new automation called by its name in the place of the id would have it for ever."""
    config = {"alias": "New one", "triggers": [], "actions": []}

    answer = await call("ha_config_set", kind="automation", id="My new one", config=config)

    assert answer.text.startswith("invalid: ")
    assert "Leave the id out" in answer.text


async def test_a_disabled_entity_is_pointed_out(call: ToolCall) -> None:
    """An automation that waits for it never runs; that is advice, for it may come back."""
    entity = {"kind": "entity", "id": "light.bed_light"}
    await call("ha_config_set", **entity, patch=[DISABLED], etag=await etag_of(call, **entity))
    config = {
        "alias": "Waits",
        "triggers": [{"trigger": "state", "entity_id": "light.bed_light"}],
        "actions": [{"delay": 1}],
    }

    seen = await call("ha_config_set", kind="automation", config=config, preview=True)
    await call("ha_undo", changes="last")

    assert "advice: /triggers/0/entity_id: light.bed_light is disabled" in seen.text


async def test_the_one_of_its_kind_needs_no_id(call: ToolCall) -> None:
    """There is one set of energy preferences; of automations there are many."""
    energy = await call("ha_config_get", kind="energy")
    written = await call(
        "ha_config_set",
        kind="energy",
        merge={"device_consumption": []},
        preview=True,
        etag=said(energy.text, "etag"),
    )
    automation = await call("ha_config_get", kind="automation")

    assert "sensor.total_energy_kwh" in energy.text
    assert written.text.startswith("NOT WRITTEN"), written.text
    assert automation.text.startswith("invalid: The id is missing")
    assert 'ha_config_list(kind="automation")' in automation.text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            {"kind": "group", "config": {"name": "Everything", "entities": ["light.bed_light"]}},
            "Old group: new ones cannot be made here",
        ),
        (
            {"kind": "entity", "merge": {"name": "Everything"}},
            'Next: ha_config_list(kind="entity")',
        ),
        (
            {"kind": "area", "variant": "kitchen", "config": {"name": "Den"}},
            "The kind area has no variants, so 'kitchen' is not one of them",
        ),
    ],
    ids=["nothing to make", "none of many", "no variants"],
)
async def test_what_cannot_be_meant_is_refused(
    call: ToolCall, asked: dict[str, Any], told: str
) -> None:
    """And nothing is written."""
    refused = await call("ha_config_set", **asked)
    there = await call("ha_config_list", kind=asked["kind"])
    name = (asked.get("config") or asked["merge"])["name"]

    assert told in refused.text
    assert name not in there.text


@pytest.mark.parametrize(
    "document",
    [
        {
            "kind": "dashboard",
            "config": {
                "dashboard": {"title": "Broken board"},
                "views": [{"cards": [{"type": "markdown", "content": "{{ states('sun.sun' }}"}]}],
            },
        },
        {
            "kind": "helper",
            "variant": "template/sensor",
            "config": {"name": "Broken", "state": "{% if %}"},
        },
        {
            "kind": "automation",
            "config": {
                "alias": "Broken",
                "triggers": [],
                "actions": [{"delay": "{{ 1 + }}"}],
            },
        },
    ],
    ids=lambda document: document["kind"],
)
async def test_a_template_that_cannot_be_read_stops_the_write(
    call: ToolCall, document: dict[str, Any]
) -> None:
    """Wherever it stands, also where Core would store it."""
    before = (await call("ha_config_list", kind=document["kind"])).text

    answer = await call("ha_config_set", **document)

    assert answer.text.startswith("invalid: Nothing was written: /")
    assert (await call("ha_config_list", kind=document["kind"])).text == before


async def test_what_a_form_keeps_is_not_called_gone(call: ToolCall) -> None:
    """A form has no way to empty a field that it needs: the answer says that it is still there."""
    config = {"name": "Kept mean", "entity_ids": ["sensor.kitchen_temperature"], "type": "mean"}
    made = await call("ha_config_set", kind="helper", variant="min_max", config=config)
    which = {"kind": "helper", "id": said(made.text, "id"), "etag": said(made.text, "etag")}

    nameless = await call("ha_config_set", **which, patch=[{"op": "remove", "path": "/name"}])
    typeless = await call("ha_config_set", **which, patch=[{"op": "remove", "path": "/type"}])
    await call("ha_undo", changes=said(made.text, "change"))

    assert nameless.text.startswith("invalid: A body of the kind helper min_max needs the field")
    assert '"verified":false' in typeless.text
    assert '+ /type: \\"mean\\"' in typeless.text


async def test_what_a_card_brings_at_run_time_is_no_mistake(call: ToolCall) -> None:
    """A variable nobody knows yet fails only when it runs."""
    config = {
        "dashboard": {"title": "Fine board"},
        "views": [{"cards": [{"type": "markdown", "content": "{{ config.entity.name }}"}]}],
    }

    seen = await call("ha_config_set", kind="dashboard", config=config, preview=True)

    assert "error" not in seen.text
