"""Triggers, conditions and steps that Home Assistant has without describing them.

Read in the schemas of Core 2026.11 (``helpers/config_validation.py``, ``components/*/trigger.py``,
``components/homeassistant/triggers``); their examples are validated by a real Core in the tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..kind import Body, FieldLine
from ..platforms import CONDITIONS, TRIGGERS

ACTIONS: Final = "actions"
_ENTITIES: Final = ("entity_id*", "entity id or list")
_FOR: Final = ("for", "{minutes: 5} or 00:05:00")
_ABOVE: Final = (("above", "number or entity id"), ("below", "number or entity id"))
_OF_A_DEVICE: Final = (
    ("device_id*", "id"), ("domain*", "text"), ("type*", "text"), ("…", "as it is listed for it"),
)  # fmt: skip
_CONDITIONS: Final = "list of conditions"
_STEPS: Final = "list of actions"
_LAMP: Final = "light.hall"


@dataclass(frozen=True, slots=True)
class Plain:
    """One of them: what it is for, its fields (a star marks what is required), an example."""

    about: str
    fields: tuple[tuple[str, str], ...]
    example: Body

    def lines(self) -> list[FieldLine]:
        """Return its fields."""
        return [
            FieldLine(name.rstrip("*"), type_, required=name.endswith("*"))
            for name, type_ in self.fields
        ]


def _on(key: str, **more: Any) -> Body:
    return {"trigger": key, **more}


def _if(key: str, **more: Any) -> Body:
    return {"condition": key, **more}


_IS_ON: Final = _if("state", entity_id=_LAMP, state="on")
_TURN_ON: Final[Body] = {"action": "light.turn_on", "target": {"entity_id": _LAMP}}

_TRIGGERS: Final = {
    "state": Plain(
        "a state or attribute changes",
        (
            _ENTITIES, ("to", "state, list, or null for any"), ("from", "as to"),
            ("not_to", "instead of to"), ("not_from", "instead of from"), ("attribute", "text"),
            _FOR,
        ),
        _on("state", entity_id="binary_sensor.door", to="on", **{"for": {"minutes": 5}}),
    ),
    "numeric_state": Plain(
        "a number crosses a threshold",
        (_ENTITIES, *_ABOVE, ("attribute", "text"), ("value_template", "template"), _FOR),
        _on("numeric_state", entity_id="sensor.temperature", above=25),
    ),
    "time": Plain(
        "a time of day",
        (
            ("at*", "07:00:00, input_datetime, timestamp sensor, {entity_id, offset}, or list"),
            ("weekday", "mon, tue, wed, thu, fri, sat, sun; or list"),
        ),
        _on("time", at="07:00:00", weekday=["mon", "fri"]),
    ),
    "time_pattern": Plain(
        "again and again",
        (("hours", "number or /2"), ("minutes", "number or /5"), ("seconds", "number or /10")),
        _on("time_pattern", minutes="/15"),
    ),
    "sun": Plain(
        "sunrise or sunset; sun.sunset and others say it too",
        (("event*", "sunrise, sunset"), ("offset", "-00:30:00")),
        _on("sun", event="sunset", offset="-00:30:00"),
    ),
    "event": Plain(
        "an event is fired",
        (
            ("event_type*", "text or list"), ("event_data", "object it must hold"),
            ("context", "{user_id}"),
        ),
        _on("event", event_type="my_event", event_data={"room": "hall"}),
    ),
    "template": Plain(
        "a template becomes true",
        (("value_template*", "template"), _FOR),
        _on("template", value_template="{{ states('sensor.a') == states('sensor.b') }}"),
    ),
    "zone": Plain(
        "somebody comes or goes; zone.entered and zone.left say it too",
        (_ENTITIES, ("zone*", "zone.…"), ("event", "enter, leave")),
        _on("zone", entity_id="person.ann", zone="zone.home", event="enter"),
    ),
    "device": Plain(
        "what a device tells by itself, such as a button",
        _OF_A_DEVICE,
        {},
    ),
    "homeassistant": Plain(
        "Home Assistant starts or stops",
        (("event*", "start, shutdown"),),
        _on("homeassistant", event="start"),
    ),
    "calendar": Plain(
        "an event of a calendar begins or ends; calendar.event_started says it too",
        (("entity_id*", "calendar.…"), ("event", "start, end"), ("offset", "-00:15:00")),
        _on("calendar", entity_id="calendar.family", event="start", offset="-00:15:00"),
    ),
    "conversation": Plain(
        "somebody says a sentence",
        (("command*", "text or list, with [optional] and {slot}"),),
        _on("conversation", command=["it is {time} for bed"]),
    ),
    "geo_location": Plain(
        "something like a storm comes into a zone",
        (("source*", "text"), ("zone*", "zone.…"), ("event*", "enter, leave")),
        _on("geo_location", source="gdacs", zone="zone.home", event="enter"),
    ),
    "mqtt": Plain(
        "a message comes over MQTT",
        (("topic*", "text"), ("payload", "text"), ("value_template", "template")),
        _on("mqtt", topic="home/bell", payload="ring"),
    ),
    "persistent_notification": Plain(
        "a notification is shown",
        (("update_type", "list of added, removed, updated, current"), ("notification_id", "text")),
        _on("persistent_notification", update_type=["added"]),
    ),
    "tag": Plain(
        "a tag is scanned", (("tag_id*", "text or list"), ("device_id", "text or list")),
        _on("tag", tag_id="bedside"),
    ),
    "webhook": Plain(
        "a web address is called",
        (("webhook_id*", "text, hard to guess"), ("allowed_methods", "list"),
         ("local_only", "true, false")),
        _on("webhook", webhook_id="bell-4f1c", allowed_methods=["POST"], local_only=True),
    ),
}  # fmt: skip

_BOTH: Final = (("conditions*", _CONDITIONS),)
_CONDITIONED: Final = {
    "state": Plain(
        "an entity has a state",
        (_ENTITIES, ("state*", "state or list"), ("attribute", "text"), ("match", "all, any"),
         _FOR),
        _if("state", entity_id=_LAMP, state="on", **{"for": {"minutes": 5}}),
    ),
    "numeric_state": Plain(
        "a number lies in a range",
        (_ENTITIES, *_ABOVE, ("attribute", "text"), ("value_template", "template")),
        _if("numeric_state", entity_id="sensor.temperature", above=18, below=25),
    ),
    "time": Plain(
        "it is a time of day or week; after may be later than before",
        (("after", "22:00:00 or entity id"), ("before", "06:00:00 or entity id"),
         ("weekday", "mon, tue, wed, thu, fri, sat, sun; or list")),
        _if("time", after="22:00:00", before="06:00:00", weekday=["mon", "tue"]),
    ),
    "sun": Plain(
        "it is before or after sunrise or sunset; sun.is_up and others say it too",
        (("after", "sunrise, sunset"), ("before", "sunrise, sunset"),
         ("after_offset", "-01:00:00"), ("before_offset", "-01:00:00")),
        _if("sun", after="sunset", after_offset="-01:00:00"),
    ),
    "zone": Plain(
        "somebody is somewhere; zone.in_zone says it too",
        (_ENTITIES, ("zone*", "zone.… or list")),
        _if("zone", entity_id="person.ann", zone="zone.home"),
    ),
    "template": Plain(
        "a template is true; a template alone is one too",
        (("value_template*", "template"),),
        _if("template", value_template="{{ states('sensor.a') == states('sensor.b') }}"),
    ),
    "trigger": Plain(
        "the run came from a trigger with this id", (("id*", "text or list"),),
        _if("trigger", id="evening"),
    ),
    "device": Plain(
        "what a device tells by itself",
        _OF_A_DEVICE,
        {},
    ),
    "and": Plain("all hold", _BOTH, _if("and", conditions=[_IS_ON])),
    "or": Plain("one holds", _BOTH, _if("or", conditions=[_IS_ON])),
    "not": Plain("none holds", _BOTH, _if("not", conditions=[_IS_ON])),
}  # fmt: skip

_ACTIONS: Final = {
    "action": Plain(
        "runs an action; actions/light.turn_on tells its data",
        (("action*", "light.turn_on"),
         ("target", "{entity_id, device_id, area_id, floor_id, label_id}"),
         ("data", "object"), ("response_variable", "text")),
        _TURN_ON | {"data": {"brightness_pct": 40}},
    ),
    "delay": Plain("waits", (("delay*", "{minutes: 5}, 00:05:00 or template"),),
                   {"delay": {"seconds": 5}}),
    "wait_for_trigger": Plain(
        "waits for a trigger; wait.trigger tells which",
        (("wait_for_trigger*", "list of triggers"), ("timeout", "{minutes: 5}"),
         ("continue_on_timeout", "true, false")),
        {"wait_for_trigger": [_on("state", entity_id="binary_sensor.door", to="off")],
         "timeout": {"minutes": 5}},
    ),
    "wait_template": Plain(
        "waits until a template is true, which it may be already",
        (("wait_template*", "template"), ("timeout", "{minutes: 5}"),
         ("continue_on_timeout", "true, false")),
        {"wait_template": "{{ states('sensor.a') == states('sensor.b') }}"},
    ),
    "condition": Plain("goes on only if it holds", (("condition*", "as a condition"),), _IS_ON),
    "if": Plain(
        "does one or the other",
        (("if*", _CONDITIONS), ("then*", _STEPS), ("else", _STEPS)),
        {"if": [_IS_ON], "then": [{"delay": 1}], "else": [_TURN_ON]},
    ),
    "choose": Plain(
        "does the first that fits",
        (("choose*", "list of {conditions, sequence}"), ("default", _STEPS)),
        {"choose": [{"conditions": [_IS_ON], "sequence": [{"delay": 1}]}], "default": [_TURN_ON]},
    ),
    "repeat": Plain(
        "does it again; repeat.index counts, repeat.item is the item",
        (("repeat*", "{sequence*, and one of count, for_each, while, until}"),),
        {"repeat": {"count": 3, "sequence": [_TURN_ON]}},
    ),
    "parallel": Plain("does all at once", (("parallel*", "list of actions, or of {sequence}"),),
                      {"parallel": [_TURN_ON, {"sequence": [{"delay": 1}]}]}),
    "sequence": Plain("does them one by one", (("sequence*", _STEPS),), {"sequence": [_TURN_ON]}),
    "variables": Plain("sets variables for what follows", (("variables*", "object"),),
                       {"variables": {"level": 40}}),
    "event": Plain("fires an event", (("event*", "text"), ("event_data", "object")),
                   {"event": "my_event", "event_data": {"room": "hall"}}),
    "scene": Plain("switches to a scene", (("scene*", "scene.…"),), {"scene": "scene.evening"}),
    "stop": Plain(
        "ends here",
        (("stop*", "text: why"), ("error", "true, false"), ("response_variable", "text")),
        {"stop": "Nobody is at home"},
    ),
    "set_conversation_response": Plain(
        "says something to who asked", (("set_conversation_response*", "text or template"),),
        {"set_conversation_response": "Good night"},
    ),
    "device": Plain(
        "what only a device can do",
        _OF_A_DEVICE,
        {},
    ),
}  # fmt: skip

COMMON: Final[Mapping[str, str]] = {
    TRIGGERS: "Each also takes id, alias, enabled and variables.",
    CONDITIONS: "Each also takes alias and enabled.",
    ACTIONS: "Each also takes alias, enabled and continue_on_error.",
}
PLAIN_PARTS: Final[Mapping[str, Mapping[str, Plain]]] = {
    TRIGGERS: _TRIGGERS,
    CONDITIONS: _CONDITIONED,
    ACTIONS: _ACTIONS,
}
