"""What Home Assistant shows in a config flow: a form, a menu, a wait, or the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..problems import Invalid, nearest
from .kind import Body


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a form; ``section`` is the key that it is nested under, mostly empty."""

    name: str
    required: bool
    shown: Any  # what it is now, or would be by itself
    schema: Mapping[str, Any]  # a selector, or a plain type with its options
    section: str = ""

    @property
    def secret(self) -> bool:
        """Whether it is a password."""
        text = self.schema.get("text")
        return isinstance(text, dict) and text.get("type") == "password"


@dataclass(frozen=True, slots=True)
class Step:
    """What a flow answers."""

    flow_id: str
    type: str  # form, menu, external, progress, create_entry, abort
    handler: str = ""
    step_id: str = ""
    fields: tuple[Asked, ...] = ()
    sections: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""  # of an abort
    url: str = ""  # where a person has to go
    doing: str = ""  # what Home Assistant is busy with
    title: str = ""
    entry: Body = field(default_factory=dict)  # what was made
    placeholders: Mapping[str, Any] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether it waits for something."""
        return self.type not in ("create_entry", "abort")

    @property
    def shown(self) -> Body:
        """Return what the form shows, by field."""
        return {one.name: one.shown for one in self.fields if one.shown is not None}


def read(answer: Mapping[str, Any]) -> Step:
    """Read an answer of Home Assistant."""
    rows = answer.get("data_schema") or ()
    result = answer.get("result")
    return Step(
        flow_id=str(answer.get("flow_id") or ""),
        type=str(answer["type"]),
        handler=_handler(answer.get("handler")),
        step_id=str(answer.get("step_id") or ""),
        fields=tuple(one for row in rows for one in _fields(row)),
        sections=tuple(str(row["name"]) for row in rows if row.get("type") == "expandable"),
        choices=tuple(answer.get("menu_options") or ()),
        errors=answer.get("errors") or {},
        reason=str(answer.get("reason") or ""),
        url=str(answer.get("url") or ""),
        doing=str(answer.get("progress_action") or ""),
        title=str(answer.get("title") or ""),
        entry=result if isinstance(result, dict) else {},
        placeholders=answer.get("description_placeholders") or {},
    )


def answered(step: Step, given: Mapping[str, Any]) -> Body:
    """Return what a step is sent: what was left out stays as shown, null empties a field.

    Raises Invalid for a field or choice that the step does not have.
    """
    if step.type == "menu":
        return {"next_step_id": _chosen(step, given)}
    flat = {**given}
    for section in step.sections:
        inner = flat.pop(section, None)
        flat.update(inner if isinstance(inner, dict) else {})
    _refuse_unknown(step, flat)
    sent: Body = {section: {} for section in step.sections}
    for one in step.fields:
        value = flat.get(one.name, one.shown)
        if value is not None:
            (sent[one.section] if one.section else sent)[one.name] = value
    return sent


def without_secrets(step: Step, values: Mapping[str, Any]) -> Body:
    """Return the values of a form, by field, without its passwords."""
    flat = {**values}
    for section in step.sections:
        flat.update(flat.pop(section, None) or {})
    secret = {one.name for one in step.fields if one.secret}
    return {key: value for key, value in flat.items() if key not in secret}


def _chosen(step: Step, given: Mapping[str, Any]) -> str:
    chosen = str(given.get("next_step_id") or "")
    if chosen not in step.choices:
        raise Invalid(
            f"There is no choice {chosen!r}" if chosen else "A choice is needed: next_step_id",
            hint=f"Choose: {', '.join(step.choices)}",
            what="choice",
            which=chosen,
            similar=nearest(chosen, step.choices) if chosen else [],
        )
    return chosen


def _refuse_unknown(step: Step, given: Mapping[str, Any]) -> None:
    names = [one.name for one in step.fields]
    for name in given:
        if name not in names:
            raise Invalid(
                f"The form {step.step_id} has no field {name!r}",
                hint=f"It has: {', '.join(names) or 'no fields, so input is {}'}",
                what="form field",
                which=name,
                similar=nearest(name, names),
            )


def _fields(row: Mapping[str, Any], section: str = "") -> tuple[Asked, ...]:
    name = str(row.get("name", ""))
    if row.get("type") == "expandable":
        return tuple(one for inner in row.get("schema") or () for one in _fields(inner, name))
    described = row.get("description")
    suggested = described.get("suggested_value") if isinstance(described, dict) else None
    shown = row.get("default") if suggested is None else suggested
    return (Asked(name, bool(row.get("required")), shown, _schema(row), section),)


def _schema(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the selector of a field, or one that says the same as its plain type."""
    selector = row.get("selector")
    if isinstance(selector, dict) and selector:
        return selector
    kind, options = str(row.get("type") or "any"), row.get("options")
    if options is not None:
        values = [one[0] if isinstance(one, list) else one for one in options]
        return {"select": {"options": values, "multiple": kind == "multi_select"}}
    if kind in ("integer", "float"):
        return {"number": {"min": row.get("valueMin", ""), "max": row.get("valueMax", "")}}
    return {kind: None}


def _handler(value: Any) -> str:
    return str(value[0]) if isinstance(value, list) and value else str(value or "")
