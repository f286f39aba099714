"""What is found in a body before it is written, though Core would take it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from fakes.calling import living
from fakes.house import FakeHouse
from ha_mcp.documents.checking import looked_at
from ha_mcp.documents.kind import Finding
from ha_mcp.home import Home

type Body = dict[str, Any]

FITTING = {"light.turned_on", "light.turned_off"}


@pytest_asyncio.fixture
async def home() -> AsyncIterator[Home]:
    """Live in a small home."""
    house = FakeHouse()
    house.add_area("hall", "Hall")
    house.add("light.hall", "on", area="hall", brightness=10)
    house.add("binary_sensor.door", "off", device_class="door")
    house.add("sensor.outside", "7.5", state_class="measurement")
    house.add("sensor.phase", "wash", device_class="enum", options=["wash", "spin"])
    house.add("sensor.alarm", "2026-11-21T20:00:00+00:00", device_class="timestamp")
    house.add("input_select.mode", "Home", options=["Home", "Away"])
    house.add("input_number.limit", "3")
    house.add("zone.home", "0", latitude=1, longitude=2)
    house.add("person.ann", "home")
    house.add("weather.here", "sunny", temperature=7)
    house.add("lock.front", "locked")
    house.add("cover.garage", "closed", device_class="garage")
    house.add("cover.blind", "closed", device_class="blind")
    house.add_action(
        "light.turn_on",
        target={"entity": [{"domain": ["light"]}]},
        fields={"brightness_pct": {}, "color_temp_kelvin": {}, "transition": {}},
    )
    house.add_action("notify.send")
    for sort in ("triggers", "conditions"):
        house.answers[f"get_{sort}_for_target"] = lambda _: sorted(FITTING)
    house.events["render_template"] = lambda asked: {
        "result": True,
        "listeners": {
            "entities": [],
            "time": "now" in asked["template"],
            "all": "(" in asked["template"],
        },
    }
    async with living(house) as home:
        yield home


async def found(home: Home, wanted: Body, kind: str = "automation", variant: str = "") -> Finding:
    """Return the one finding in a body."""
    findings = await looked_at(home, kind, variant, wanted, {})
    assert len(findings) == 1, findings
    return findings[0]


def condition(body: Any) -> Body:
    """Return an automation with a condition."""
    return {"triggers": [{"trigger": "sun", "event": "sunset"}], "conditions": [body]}


def template(text: str) -> Body:
    """Return an automation with a condition that is a template."""
    return condition({"condition": "template", "value_template": text})


@pytest.mark.parametrize(
    ("trigger", "path", "words"),
    [
        ({"trigger": "state", "entity_id": "binary_sensor.door", "to": "open"},
         "to", "never 'open', but: off, on"),
        ({"trigger": "state", "entity_id": ["input_select.mode"], "to": ["away", "gone"]},
         "to", "Away, Home"),
        ({"trigger": "state", "entity_id": "sensor.phase", "from": "rinse"}, "from", "spin, wash"),
        ({"trigger": "state", "entity_id": "sensor.outside", "to": "warm"}, "to", "is a number"),
        ({"trigger": "state", "entity_id": "light.hall", "from": "on", "to": "on"},
         "to", "same as from"),
        ({"trigger": "numeric_state", "entity_id": "light.hall", "above": 5},
         "entity_id", "never a number"),
        ({"trigger": "numeric_state", "entity_id": "sensor.outside", "above": 5, "below": 5},
         "above", "no number"),
        ({"trigger": "time", "at": "sensor.alram"}, "at", "there is no entity"),
        ({"trigger": "time", "at": ["07:00:00", {"entity_id": "sensor.outside"}]},
         "at/1/entity_id", "class timestamp"),
        ({"trigger": "zone", "entity_id": "person.ann", "zone": "zone.work"},
         "zone", "there is no zone"),
        ({"trigger": "zone", "entity_id": "light.hall", "zone": "zone.home"},
         "entity_id", "has no place"),
        ({"trigger": "zone.entered", "target": {"entity_id": "{{ x }}"},
          "options": {"zone": "zone.work"}}, "options/zone", "there is no zone"),
        ({"trigger": "motion.detected", "target": {"area_id": "hall"}},
         "target", "it has: light.turned_off, light.turned_on"),
        ({"trigger": "state", "entity_id": "light.hall", "attribute": "brightnes"},
         "attribute", "has no attribute"),
        ({"trigger": "state", "entity_id": "light.hall", "attribute": "color_temp"},
         "attribute", "use color_temp_kelvin"),
        ({"trigger": "light.turned_on", "target": {"area_id": "hall"},
          "options": {"behavior": "last"}}, "options/behavior", "use 'all'"),
        ({"trigger": "template", "value_template": "{{ is_state('light.hall', 'on') }}", "for": 5},
         "value_template", '{"trigger":"state","entity_id":"light.hall","to":"on","for":5}'),
        ({"trigger": "template", "value_template": "{{ states('sensor.outside') | float > 7 }}"},
         "value_template", '"above":7'),
        ({"trigger": "template", "value_template": "{{ now().hour == 7 }}"},
         "value_template", "time_pattern"),
        ({"trigger": "template",
          "value_template": "{{ states.light | selectattr('state', 'eq', 'on') | list }}"},
         "value_template", "light.turned_on"),
        ({"trigger": "template", "value_template": "{{ true }}"}, "value_template", "ever changes"),
    ],
)  # fmt: skip
async def test_a_trigger_that_could_be_better_is_named(
    home: Home, trigger: Body, path: str, words: str
) -> None:
    """Core takes each of them, and most would never fire."""
    finding = await found(home, {"triggers": [trigger]})

    assert finding.path == f"/triggers/0/{path}"
    assert words in finding.message
    assert not finding.error


@pytest.mark.parametrize(
    "trigger",
    [
        {"trigger": "state", "entity_id": "binary_sensor.door", "to": ["on", "unavailable"]},
        {"trigger": "state", "entity_id": "input_select.mode", "to": "Away"},
        {"trigger": "state", "entity_id": "sensor.outside", "to": "unknown"},
        {"trigger": "state", "entity_id": "light.hall", "attribute": "brightness", "to": "x"},
        {"trigger": "state", "entity_id": "light.hall", "to": "open", "enabled": False},
        {"trigger": "numeric_state", "entity_id": "input_number.limit", "above": 5, "below": 6},
        {"trigger": "numeric_state", "entity_id": "light.hall", "attribute": "brightness",
         "above": 5},
        {"trigger": "time", "at": ["sensor.alarm", "07:00"]},
        {"trigger": "zone", "entity_id": "person.ann", "zone": "zone.home"},
        {"trigger": "light.turned_on", "target": {"area_id": ["hall"]}},
        {"trigger": "template", "value_template": "{{ this_is_nothing_simple(1) }}"},
        {"trigger": "state", "entity_id": "!input motion", "to": "!input state"},
    ],
)  # fmt: skip
async def test_a_trigger_that_may_fire_is_left_alone(home: Home, trigger: Body) -> None:
    """Noise would teach to read over findings."""
    wanted = {"triggers": [trigger, {"trigger": "sun", "event": "sunset"}]}

    assert await looked_at(home, "blueprint", "", _blueprint(wanted), {}) == []


def _blueprint(body: Body) -> Body:
    return {"blueprint": {"name": "One", "domain": "automation"}, **body}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ is_state('light.hall', 'on') }}",
         '{"condition":"state","entity_id":"light.hall","state":"on"}'),
        ("{{ states('light.hall') == \"on\" }}", '"state":"on"'),
        ("{{ states.light.hall.state != 'on' }}", '{"condition":"not","conditions":['),
        ("{{ is_state('light.hall','on') and states('sensor.outside')|float(0) < 5 }}",
         '{"condition":"and","conditions":['),
        ("{{ state_attr('light.hall', 'effect') == 'rainbow' }}", '"attribute":"effect"'),
        ("{{ (state_attr('light.hall','brightness') | int) > 100 }}", '"above":100'),
        ("{{ 7 <= now().hour < 22 }}", "time condition"),
        ("{{ states.switch | selectattr('state','eq','on') | list | count > 0 }}", "switch.is_on"),
        ("{{ expand(area_entities('hall')) | selectattr('state', 'eq', 'on') | list }}",
         "condition with a target"),
    ],
)  # fmt: skip
async def test_a_condition_needs_no_template(home: Home, text: str, said: str) -> None:
    """In the long form, as a text alone, and as the condition of a step."""
    long = await found(home, template(text))
    short = await found(home, condition(text))
    step = await found(home, {"sequence": [{"condition": text}]}, "script")

    assert (long.path, short.path) == ("/conditions/0/value_template", "/conditions/0")
    assert step.path == "/sequence/0/condition"
    assert said in long.message
    assert long.message == short.message == step.message


@pytest.mark.parametrize(
    "text",
    [
        "{{ states('sensor.outside') | float >= 7 }}",
        "{{ is_state('light.hall', 'on') and x or y }}",
        "{{ trigger.to_state.state == 'on' }}",
        "{% if a %}true{% endif %}",
    ],
)
async def test_a_template_that_says_more_stays(home: Home, text: str) -> None:
    """Above leaves the number itself out, so it is not the same."""
    assert await looked_at(home, "automation", "", template(text), {}) == []


@pytest.mark.parametrize(
    ("conditions", "path", "words"),
    [
        ([{"condition": "state", "entity_id": "lock.front", "state": "closed"}],
         "/conditions/0/state", "never holds"),
        ([{"condition": "numeric_state", "entity_id": "person.ann", "below": 1}],
         "/conditions/0/entity_id", "never a number"),
        ([{"condition": "numeric_state", "entity_id": "sensor.outside", "above": 5, "below": 1}],
         "/conditions/0/above", "no number"),
        ([{"condition": "zone", "entity_id": "person.ann", "zone": "zone.work"}],
         "/conditions/0/zone", "never holds"),
        ([{"condition": "trigger", "id": "evening"}], "/conditions/0/id", "no trigger has the id"),
        ([{"condition": "state", "entity_id": "person.ann", "state": "home"},
          {"condition": "state", "entity_id": "person.ann", "state": ["away", "Work"]}],
         "/conditions/1", "person.ann cannot be this and what /conditions/0 says"),
        ([{"condition": "numeric_state", "entity_id": "sensor.outside", "above": 20},
          {"condition": "numeric_state", "entity_id": "sensor.outside", "below": 10}],
         "/conditions/1", "cannot be this"),
        ([{"condition": "time", "weekday": ["mon"]}, {"condition": "time", "weekday": "tue"}],
         "/conditions/1", "weekday"),
        ([{"condition": "state", "entity_id": "light.hall", "state": "off"}],
         "/conditions/0", "/triggers/0/to"),
        ([{"or": [{"and": [{"condition": "state", "entity_id": "person.ann", "state": "a"},
                           {"condition": "state", "entity_id": "person.ann", "state": "b"}]}]}],
         "/conditions/0/or/0/and/1", "cannot be this"),
        ([{"condition": "light.is_bright", "target": {"area_id": "hall"}}],
         "/conditions/0/target", "never holds"),
    ],
)  # fmt: skip
async def test_conditions_that_never_hold_are_named(
    home: Home, conditions: list[Body], path: str, words: str
) -> None:
    """Such an automation fires and does nothing."""
    trigger = {"trigger": "state", "entity_id": "light.hall", "to": "on"}

    finding = await found(home, {"triggers": [trigger], "conditions": conditions})

    assert finding.path == path
    assert words in finding.message


async def test_alternatives_do_not_contradict_each_other(home: Home) -> None:
    """One of them is enough; nor does what is switched off."""
    off, on = ({"condition": "state", "entity_id": "light.hall", "state": s} for s in ("off", "on"))
    wanted = {
        "triggers": [{"trigger": "sun", "event": "sunset", "id": "late"}],
        "conditions": [
            {"condition": "or", "conditions": [off, on]},
            on,
            {**off, "enabled": False},
            {"condition": "trigger", "id": ["late"]},
        ],
    }

    assert await looked_at(home, "automation", "", wanted, {}) == []


@pytest.mark.parametrize(
    ("step", "path", "words", "error"),
    [
        ({"action": "light.turn_on", "data": {"color_temp": 300}},
         "data/color_temp", "1000000 divided", True),
        ({"action": "light.turn_on", "data": {"transitoin": 3}},
         "data/transitoin", "no field", False),
        ({"service_template": "notify.send"}, "service_template", "action today", False),
        ({"action": "notify.send", "data_template": {}}, "data_template", "data today", False),
        ({"action": "light.turn_on", "entity_id": "light.hall"}, "entity_id", "target", False),
        ({"action": "light.turn_on", "data": {"entity_id": "light.hall"}},
         "data/entity_id", "target", False),
        ({"action": "light.turn_{{ 'on' if x else 'off' }}"}, "action", "choose", False),
        ({"action": "light.turn_on", "target": {"entity_id": "{{ area_entities('hall') }}"}},
         "target/entity_id", '{"area_id":"hall"}', False),
        ({"delay": "{{ 5 }}"}, "delay", "itself: 5", False),
        ({"wait_template": "{{ is_state('light.hall', 'on') }}"},
         "wait_template", '{"wait_for_trigger":[{"trigger":"state"', False),
        ({"repeat": {"while": ["{{ repeat.index <= 5 }}"], "sequence": []}},
         "repeat/while", "count", False),
        ({"variables": {"x": "{{ state_attr('weather.here', 'forecast') }}"}},
         "variables/x", "weather.get_forecasts", False),
    ],
)  # fmt: skip
async def test_a_step_of_yesterday_is_named_wherever_it_is(
    home: Home, step: Body, path: str, words: str, *, error: bool
) -> None:
    """In a script, and deep in an automation."""
    plain = await found(home, {"sequence": [step]}, "script")
    nested = {"choose": [{"conditions": [], "sequence": {"parallel": [{"sequence": [step]}]}}]}
    deep = await found(home, {"actions": [{"if": [], "then": [nested]}]})

    assert plain.path == f"/sequence/0/{path}"
    assert deep.path == f"/actions/0/then/0/choose/0/sequence/parallel/0/sequence/0/{path}"
    assert words in plain.message
    assert plain.error is deep.error is error


async def test_a_scene_with_mireds_is_refused(home: Home) -> None:
    """Home Assistant would leave the colour as it is."""
    wanted = {"name": "Warm", "entities": {"light.hall": {"state": "on", "color_temp": 400}}}

    finding = await found(home, wanted, "scene")

    assert finding.error
    assert finding.path == "/entities/light.hall/color_temp"


@pytest.mark.parametrize(
    ("variant", "state", "better"),
    [
        ("template/binary_sensor", "{{ states('sensor.outside')|float(0) > 3 }}", "threshold"),
        ("template/binary_sensor", "{{ 8 <= now().hour < 20 }}", "tod"),
        ("template/sensor",
         "{{ (states('sensor.outside')|float(0) + states('sensor.b')|float(0)) / 2 }}", "min_max"),
    ],
)  # fmt: skip
async def test_a_template_helper_that_a_helper_does_is_named(
    home: Home, variant: str, state: str, better: str
) -> None:
    """Those know units, classes and what is unavailable."""
    finding = await found(home, {"name": "X", "state": state}, "helper", variant)

    assert f"variant {better} " in finding.message


async def test_an_automation_whose_triggers_are_all_off_is_named(home: Home) -> None:
    """It looks alive in the list."""
    trigger = {"trigger": "sun", "event": "sunset", "enabled": False}

    assert (await found(home, {"triggers": [trigger]})).path == "/triggers"


async def test_what_was_wrong_before_is_not_said_again(home: Home) -> None:
    """Who changes the delay did not write the condition."""
    before = template("{{ is_state('light.hall', 'on') }}")
    before["triggers"] = [{"trigger": "motion.detected", "target": {"area_id": "hall"}}]

    findings = await looked_at(home, "automation", "", {**before, "mode": "restart"}, before)

    assert findings == []


async def test_errors_come_first(home: Home) -> None:
    """They stop the write."""
    steps = [{"delay": "{{ 5 }}"}, {"action": "light.turn_on", "data": {"kelvin": 3000}}]

    findings = await looked_at(home, "script", "", {"sequence": steps}, {})

    assert [one.error for one in findings] == [True, False]


@pytest.mark.parametrize(
    ("step", "path", "words"),
    [
        ({"action": "lock.unlock", "target": {"entity_id": "lock.front"}}, "action", "it unlocks"),
        ({"action": "cover.open_cover", "target": {"entity_id": "cover.garage"}},
         "action", "cover.garage"),
        ({"action": "homeassistant.restart"}, "action", "more care"),
        ({"action": "shell_command.anything"}, "action", "more care"),
        ({"action": "hassio.host_reboot"}, "action", "more care"),
        ({"domain": "lock", "type": "unlock", "device_id": "x", "entity_id": "lock.front"},
         "", "it unlocks"),
    ],
)  # fmt: skip
async def test_what_protects_the_house_is_named_in_a_body(
    home: Home, step: Body, path: str, words: str
) -> None:
    """With its place, once, however deep; the policy decides what follows."""
    wanted = {"sequence": [{"if": [], "then": [step]}, {"delay": 1}]}

    finding = await found(home, wanted, "script")

    assert finding.path == f"/sequence/0/then/0/{path}".rstrip("/")
    assert words in finding.message
    assert not finding.error


async def test_a_scene_that_opens_a_door_is_named(home: Home) -> None:
    """A blind protects nothing."""
    entities = {"cover.garage": {"state": "open"}, "cover.blind": {"state": "open"}}

    finding = await found(home, {"name": "Open", "entities": entities}, "scene")

    assert finding.path == "/entities/cover.garage"


async def test_a_blueprint_that_is_given_a_lock_is_named(home: Home) -> None:
    """What it does with it stands elsewhere."""
    use = {"path": "x.yaml", "input": {"door": "lock.front"}}

    finding = await found(home, {"alias": "Night", "use_blueprint": use})

    assert finding.path == "/use_blueprint/input"
