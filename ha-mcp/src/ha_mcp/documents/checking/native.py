"""Templates that say what Home Assistant has a construct of its own for.

A construct is checked when it is stored, shown by the editor, followed by a rename, and costs less.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import orjson

from ..kind import Body, Finding
from .parts import CONDITION, TRIGGER, Part

type Maker = Callable[[re.Match[str]], Body]

_ENTITY: Final = r"""['"](?P<entity>[a-z0-9_]+\.[a-z0-9_]+)['"]"""
_VALUE: Final = r"""['"](?P<value>[^'"]*)['"]"""
_ATTRIBUTE: Final = r"""['"](?P<attribute>[a-z0-9_]+)['"]"""
_STATE: Final = rf"(?:states\({_ENTITY}\)|states\.(?P<dotted>[a-z0-9_]+\.[a-z0-9_]+)\.state)"
_AS_NUMBER: Final = r"\s*\|\s*(?:float|int)(?:\s*\([^)]*\))?"
_COMPARED: Final = r"\s*(?P<sign>[<>])\s*(?P<number>-?\d+(?:\.\d+)?)"  # above and below exclude it
_WHOLE: Final = re.compile(r"^\s*\{\{-?\s*(?P<inner>[^{}]*?)\s*-?\}\}\s*$", re.DOTALL)
_JOINTS: Final = re.compile(r"\s+(and|or)\s+")
_CLOCK: Final = re.compile(r"now\(\)\.(hour|minute|strftime|weekday|isoweekday|time)\b")
_CONSTANT: Final = re.compile(r"""-?\d+(?:\.\d+)?|true|false|'[^']*'|"[^"]*\"""", re.IGNORECASE)
_AREA: Final = re.compile(r"(area|floor|label|device)_entities\(\s*['\"]([^'\"]+)['\"]\s*\)")
_MANY: Final = re.compile(
    r"(?:states\.(?P<domain>[a-z_]+)\s*\||(?:area|floor|label|device)_entities\(|\bexpand\()"
    r".*selectattr\(\s*['\"]state['\"]",
    re.DOTALL,
)
_INDEX: Final = re.compile(r"repeat\.index\s*<=?\s*(\d+)")


def _state(found: re.Match[str]) -> Body:
    groups = found.groupdict()
    entity_id = groups.get("entity") or groups.get("dotted")
    body = {"condition": "state", "entity_id": entity_id, "state": groups["value"]}
    return body | ({"attribute": groups["attribute"]} if groups.get("attribute") else {})


def _not_state(found: re.Match[str]) -> Body:
    return {"condition": "not", "conditions": [_state(found)]}


def _number(found: re.Match[str]) -> Body:
    groups = found.groupdict()
    entity_id = groups.get("entity") or groups.get("dotted")
    body: Body = {"condition": "numeric_state", "entity_id": entity_id}
    if groups.get("attribute"):
        body["attribute"] = groups["attribute"]
    return body | {"above" if groups["sign"] == ">" else "below": orjson.loads(groups["number"])}


_ATTRIBUTED: Final = rf"state_attr\({_ENTITY},\s*{_ATTRIBUTE}\)"
_SAID: Final[tuple[tuple[re.Pattern[str], Maker], ...]] = tuple(
    (re.compile(pattern), maker)
    for pattern, maker in (
        (rf"is_state\({_ENTITY},\s*{_VALUE}\)", _state),
        (rf"not\s+is_state\({_ENTITY},\s*{_VALUE}\)", _not_state),
        (rf"is_state_attr\({_ENTITY},\s*{_ATTRIBUTE},\s*{_VALUE}\)", _state),
        (rf"{_STATE}\s*==\s*{_VALUE}", _state),
        (rf"{_STATE}\s*!=\s*{_VALUE}", _not_state),
        (rf"{_ATTRIBUTED}\s*==\s*{_VALUE}", _state),
        (rf"\(?{_STATE}{_AS_NUMBER}\)?{_COMPARED}", _number),
        (rf"\(?{_ATTRIBUTED}{_AS_NUMBER}\)?{_COMPARED}", _number),
    )
)


def condition_for(template: str) -> Body | None:
    """Return the conditions that say the same as a template; None when there are none."""
    whole = _WHOLE.match(template)
    if whole is None:
        return None
    joints = set(_JOINTS.findall(whole["inner"]))
    if len(joints) > 1:
        return None
    made = [_single(piece) for piece in _JOINTS.split(whole["inner"])[::2]]
    found = [one for one in made if one is not None]
    if len(found) != len(made):
        return None
    return found[0] if len(found) == 1 else {"condition": joints.pop(), "conditions": found}


def trigger_for(template: str) -> Body | None:
    """Return the trigger that says the same as a template; None when there is none."""
    said = condition_for(template)
    if said is None or said["condition"] not in ("state", "numeric_state"):
        return None
    rest = {key: value for key, value in said.items() if key not in ("condition", "state")}
    return {
        "trigger": said["condition"],
        **rest,
        **({"to": said["state"]} if "state" in said else {}),
    }


def is_clock(template: str) -> bool:
    """Tell whether a template asks for the time of day."""
    return bool(_CLOCK.search(template))


def native(part: Part) -> Iterator[Finding]:
    """Yield what a part could say without a template."""
    if part.sort == CONDITION:
        yield from _condition(part)
    elif part.sort == TRIGGER:
        yield from _trigger(part)
    else:
        yield from _step(part)


def _condition(part: Part) -> Iterator[Finding]:
    template = part.text or _text(part.body, "value_template")
    if not template or (not part.text and part.body.get("condition") != "template"):
        return
    where = part.path
    if part.body:
        where = f"{part.path}/{'condition' if part.text else 'value_template'}"
    said = condition_for(template)
    if said is not None:
        yield _use(where, said)
    elif is_clock(template):
        yield Finding(
            where, "a time condition (after, before, weekday) says this without a template"
        )
    elif many := _MANY.search(template):
        yield _purpose(where, many["domain"], "condition", "is_on")


def _trigger(part: Part) -> Iterator[Finding]:
    template = _text(part.body, "value_template")
    if part.body.get("trigger") != "template" or not template:
        return
    where = f"{part.path}/value_template"
    said = trigger_for(template)
    if said is not None:
        lasting = {"for": part.body["for"]} if "for" in part.body else {}
        yield _use(where, said | lasting)
    elif is_clock(template):
        yield Finding(where, "a time or time_pattern trigger says this without a template")
    elif many := _MANY.search(template):
        yield _purpose(where, many["domain"], "trigger", "turned_on")


def _step(part: Part) -> Iterator[Finding]:
    wait = trigger_for(_text(part.body, "wait_template"))
    if wait is not None:
        said = _json({"wait_for_trigger": [wait]})
        message = f"unless it may hold already, {said} says the same"
        yield Finding(f"{part.path}/wait_template", message)
    delay = _WHOLE.match(_text(part.body, "delay"))
    if delay is not None and _CONSTANT.fullmatch(delay["inner"]):
        yield Finding(f"{part.path}/delay", f"write the delay itself: {delay['inner']}")
    yield from _chosen(part)
    yield from _targets(part)
    yield from _counted(part)


def _chosen(part: Part) -> Iterator[Finding]:
    """Yield an action whose name is put together: it is neither checked nor shown."""
    for key in ("action", "service_template"):
        if "{" in _text(part.body, key):
            message = "use if/then/else or choose with an action in each, or a toggle"
            yield Finding(f"{part.path}/{key}", message)


def _targets(part: Part) -> Iterator[Finding]:
    target = part.body.get("target")
    if not isinstance(target, dict):
        return
    found = _AREA.search(_text(target, "entity_id"))
    if found is not None and "|" not in target["entity_id"]:
        said = _json({f"{found[1]}_id": found[2]})
        yield Finding(f"{part.path}/target/entity_id", f"use {said}: it says the same")


def _counted(part: Part) -> Iterator[Finding]:
    repeat = part.body.get("repeat")
    if not isinstance(repeat, dict):
        return
    said = repeat.get("while")
    text = said[0] if isinstance(said, list) and len(said) == 1 else said
    if isinstance(text, dict):
        text = text.get("value_template")
    whole = _WHOLE.match(text) if isinstance(text, str) else None
    if whole is not None and _INDEX.fullmatch(whole["inner"]):
        yield Finding(f"{part.path}/repeat/while", "use repeat with count")


def _single(text: str) -> Body | None:
    for pattern, maker in _SAID:
        found = pattern.fullmatch(text.strip())
        if found is not None:
            return maker(found)
    return None


def _purpose(path: str, domain: str | None, sort: str, verb: str) -> Finding:
    """Return that a whole area, label or domain can be a target."""
    such = f"{domain or 'light'}.{verb}"
    return Finding(path, f"a {sort} with a target, such as {such}, may say this by itself")


def _use(path: str, said: Body) -> Finding:
    return Finding(path, f"{_json(said)} says the same without a template")


def _text(body: Body, key: str) -> str:
    value = body.get(key)
    return value if isinstance(value, str) else ""


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
