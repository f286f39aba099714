"""What does Home Assistant ask when an integration is set up or changed?"""

from typing import Annotated, Any, Final

import orjson

from ...documents import Store
from ...documents.flows import Outcome, Purpose
from ...documents.steps import Asked
from ...home.kinds import FLOW_HELPERS
from ...problems import Invalid
from ...toolkit import Answer, Client, Field, Risk, Table, tool
from .._selectors import kind_of
from ._fields import named

_NOT_UNDOABLE: Final = "ha_undo cannot take it back: "


@tool(title="Set up integrations", risk=Risk.EDIT, whole=True)
async def ha_config_flow(
    store: Store,
    client: Client,
    handler: Annotated[str, Field("integration to add: local_todo")] = "",
    entry_id: Annotated[str, Field("what is set up: id or title")] = "",
    purpose: Annotated[Purpose, Field("with entry_id")] | None = None,
    flow_id: Annotated[str, Field("a flow to go on with")] = "",
    input: Annotated[dict[str, Any], Field("fields of its form")] | None = None,
    *,
    abort: bool = False,
) -> Answer:
    """Add an integration or change one through Home Assistant's forms, a step per call.

    Without arguments: what was discovered. Helpers: ha_config_set. Fields left out stay as shown.
    """
    if sum(map(bool, (entry_id or handler, flow_id))) > 1:
        raise Invalid("flow_id goes alone: it knows its integration", what="argument")
    if purpose and not (entry_id or flow_id):
        raise Invalid(
            "purpose needs entry_id: the integration as it is set up",
            hint="Leave purpose out to set up another one",
            what="argument",
            which="purpose",
        )
    flows = store.flows
    if abort:
        if not flow_id:
            raise Invalid("abort needs flow_id", what="argument", which="flow_id")
        await flows.abort(flow_id)
        return "left; nothing was written"
    me = named(client)
    if flow_id:
        return _told(await store.lasting(flows.go_on(flow_id, input, me)))
    if entry_id:
        going = flows.of_entry(entry_id, purpose, handler, input, me)
        return _told(await store.lasting(going))
    if handler:
        return _told(await store.lasting(flows.add(handler, input, me)))
    return _waiting(await flows.waiting())


def _told(outcome: Outcome) -> Answer:
    step = outcome.step
    match step.type:
        case "form":
            return _form(outcome)
        case "menu":
            choices = ", ".join(step.choices)
            return f'flow_id {step.flow_id}: choose, as input {{"next_step_id": …}}: {choices}'
        case "external":
            return (
                f"flow_id {step.flow_id}: a person has to open {step.url} in a browser and finish"
                " there; then call again with flow_id"
            )
        case "progress":
            return (
                f"flow_id {step.flow_id}: Home Assistant is busy ({step.doing}); somebody may have"
                " to do something at the device. Call again with flow_id to look"
            )
        case _:
            return _end(outcome)


def _end(outcome: Outcome) -> Answer:
    step, entry = outcome.step, outcome.step.entry
    said = {
        "done": step.reason or None,
        "entry_id": entry.get("entry_id"),
        "title": entry.get("title") or outcome.title,
        "state": entry.get("state"),
        "error": entry.get("reason"),
        "change": outcome.change or None,
    }
    notes = []
    if not outcome.asked:
        notes.append("its setup asks nothing: it was added at once")
    if entry:
        kind = "helper" if entry.get("domain") in FLOW_HELPERS else "integration"
        notes.append(f'{_NOT_UNDOABLE}ha_config_remove(kind="{kind}") removes it')
    else:
        notes.append(_NOT_UNDOABLE + "the same form takes what was before")
    if not outcome.noted:
        notes.append("it was written, but the journal has only what was intended")
    return {key: value for key, value in said.items() if value} | {"notes": notes}


def _form(outcome: Outcome) -> Answer:
    step = outcome.step
    rows = [
        (
            f"{one.section}/{one.name}" if one.section else one.name,
            "yes" if one.required else "",
            kind_of(one.schema),
            _shown(one),
        )
        for one in step.fields
    ]
    lead = f"flow_id {step.flow_id}: form {step.step_id} of {outcome.title}, answer with input"
    errors = [f"error in {name}: {why}" for name, why in step.errors.items()]
    known = {key: value for key, value in step.placeholders.items() if value}
    table = (
        Table(("field", "required", "type", "now"), rows, lead=lead)
        if rows
        else (f"{lead} {{}} to confirm")
    )
    return (*errors, table, _json(known) if known else "")


def _shown(field: Asked) -> str:
    if field.shown is None or field.secret:
        return ""
    return field.shown if isinstance(field.shown, str) else _json(field.shown)


def _waiting(rows: list[dict[str, Any]]) -> Answer:
    told = [
        (
            one["handler"],
            (one["context"].get("title_placeholders") or {}).get("name", ""),
            one["context"].get("source", ""),
            one.get("step_id", ""),
            one["flow_id"],
        )
        for one in rows
    ]
    columns = ("integration", "name", "found by", "step", "flow_id")
    return Table(columns, told, lead=f"{len(told)} wait to be set up or signed in to")


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS, default=str).decode()
