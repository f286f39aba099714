"""Walking through the forms that Home Assistant shows for an integration."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from ...home.wire import Rest
from ...problems import Invalid, NotFound, Rejected, Unsupported, nearest

CONFIG: Final = "config/config_entries/flow"
OPTIONS: Final = "config/config_entries/options/flow"
_MOST_STEPS: Final = 12
_NAME: Final = "name"  # of the entry: a few forms do not ask for it

type Input = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form."""

    name: str
    required: bool = False
    value: Any = None  # what it is now, or would be by itself
    selector: tuple[str, Mapping[str, Any]] = ("", {})  # what it takes, with its settings
    fields: tuple["FormField", ...] = ()  # of a section


@dataclass(frozen=True, slots=True)
class Step:
    """What a flow shows."""

    flow_id: str
    type: str  # form, menu, create_entry, abort, external, progress
    step_id: str = ""
    fields: tuple[FormField, ...] = ()
    choices: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    entry_id: str = ""
    title: str = ""
    last: bool | None = None

    @property
    def open(self) -> bool:
        """Whether it waits for something."""
        return self.type not in ("create_entry", "abort")


@asynccontextmanager
async def started(rest: Rest, path: str, handler: str) -> AsyncIterator[Step]:
    """Start a flow; what is still open at the end is closed, and nothing has changed."""
    step = _read(await rest.post_json(path, {"handler": handler}))
    try:
        yield step
    finally:
        if step.flow_id:
            await _close(rest, path, step.flow_id)


async def into_form(rest: Rest, path: str, step: Step, choices: list[str]) -> Step:
    """Go through menus to the first form; raises Invalid, Rejected, Unsupported."""
    left = list(choices)
    while step.type == "menu":
        answer = {"next_step_id": _chosen(step, left)}
        step = _read(await rest.post_json(f"{path}/{step.flow_id}", answer))
    if step.type != "form":
        raise Unsupported(f"{step.type}: {step.reason or 'this cannot be asked for beforehand'}")
    return step


async def walk(
    rest: Rest, path: str, step: Step, body: Input, choices: list[str], *, spare: bool = False
) -> tuple[Step, Input]:
    """Go to the end with what the body has, choosing in menus; raises Invalid, Rejected.

    Fields that no form asks for are an error before the last step, as far as Home Assistant says
    which that is; where they may be ``spare``, they are returned. A name may be spare anyway.
    """
    left = dict(body)
    for _ in range(_MOST_STEPS):
        match step.type:
            case "create_entry":
                return step, left
            case "abort":
                raise Rejected(f"Home Assistant stopped the setup: {step.reason}")
            case "menu":
                answer: Input = {"next_step_id": _chosen(step, choices)}
            case "form":
                answer = filled(step, left)
                left = {key: value for key, value in left.items() if key not in answer}
                if step.last and left.keys() - {_NAME} and not spare:
                    raise _unasked(left, step)
            case other:
                raise Unsupported(f"A step of the type {other} needs a person in a browser")
        step = _read(await rest.post_json(f"{path}/{step.flow_id}", answer))
        if step.errors:
            said = "; ".join(f"{name}: {why}" for name, why in step.errors.items())
            raise Invalid(f"Home Assistant refuses it: {said}", what="body")
    raise Unsupported("The setup has more steps than expected")


def filled(step: Step, body: Input) -> Input:
    """Return what a form gets from a body; raises Invalid when a required field is missing."""
    answer: Input = {}
    for one in step.fields:
        if one.name in body:
            answer[one.name] = body[one.name]
        elif one.fields:
            answer[one.name] = {}  # a section whose fields are all left out
        elif one.required and one.value is None:
            raise Invalid(
                f"The field {one.name!r} is missing",
                hint=f"The form {step.step_id} has: {', '.join(f.name for f in step.fields)}",
                what="body field",
                which="helper",
            )
        elif one.required:
            answer[one.name] = one.value
    return answer


def _chosen(step: Step, choices: list[str]) -> str:
    if choices and choices[0] in step.choices:
        return choices.pop(0)
    said = choices[0] if choices else ""
    raise Invalid(
        f"There is no choice {said!r}" if said else "A choice is needed",
        hint=f"Add one to the variant after a slash: {', '.join(step.choices)}",
        what="variant",
        which=said,
        similar=nearest(said, step.choices) if said else [],
    )


def _unasked(left: Input, step: Step) -> Invalid:
    name = next(one for one in left if one != _NAME)
    known = [one.name for one in step.fields]
    return Invalid(
        f"There is no field {name!r}",
        hint=f"The form {step.step_id} has: {', '.join(known)}",
        what="body field",
        which="helper",
        similar=nearest(name, known),
    )


async def _close(rest: Rest, path: str, flow_id: str) -> None:
    try:
        await rest.delete(f"{path}/{flow_id}")
    except NotFound:
        return  # it has ended by itself


def _read(answer: Mapping[str, Any]) -> Step:
    choices = answer.get("menu_options") or ()
    return Step(
        flow_id=answer.get("flow_id", ""),
        type=answer["type"],
        step_id=answer.get("step_id") or "",
        fields=tuple(map(_field, answer.get("data_schema") or ())),
        choices=tuple(choices),
        errors=answer.get("errors") or {},
        reason=str(answer.get("reason") or ""),
        entry_id=_entry_id(answer),
        title=str(answer.get("title") or ""),
        last=answer.get("last_step"),
    )


def _entry_id(answer: Mapping[str, Any]) -> str:
    result = answer.get("result")
    return str(result["entry_id"]) if isinstance(result, dict) else ""


def _field(row: Mapping[str, Any]) -> FormField:
    shown = row.get("description")
    suggested = shown.get("suggested_value") if isinstance(shown, dict) else None
    value = row.get("default") if suggested is None else suggested
    inner = tuple(map(_field, row.get("schema") or ()))
    name, required = str(row.get("name", "")), bool(row.get("required"))
    return FormField(name, required, value, _selector(row), inner)


def _selector(row: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    selector = row.get("selector")
    if not isinstance(selector, dict) or not selector:
        return str(row.get("type", "")), {}
    kind, settings = next(iter(selector.items()))
    return kind, settings or {}
