"""Try a template."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import orjson

from ...home import Home, Rendered
from ...toolkit import Answer, Field, Risk, tool

_MOST_TEXT = 8_000
_MOST_NAMED = 15
_TYPES = {
    str: "text", bool: "true or false", int: "number", float: "number",
    list: "list", dict: "object",
}  # fmt: skip


@tool(title="Evaluate a template", risk=Risk.READ, whole=True)
async def ha_eval_template(
    home: Home,
    template: Annotated[str, Field("Jinja, as in automations", max_length=60_000)],
    variables: dict[str, Any] | None = None,
) -> Answer:
    """Render a template in Home Assistant; says its type and what would make it update."""
    rendered = await home.templates.render(template, variables)
    return "\n".join([*_about(rendered), *_warned(rendered.warnings), _shown(rendered.result)])


def _about(rendered: Rendered) -> Iterator[str]:
    """Say the type of the result and what it depends on."""
    kind = _TYPES.get(type(rendered.result), "nothing")
    counted = f" of {len(rendered.result)}" if isinstance(rendered.result, (list, Mapping)) else ""
    watched = list(_watched(rendered))
    yield f"{kind}{counted}; updates with {', '.join(watched) or 'nothing: it is constant'}"
    if rendered.everything:
        yield "Any change in the home renders it anew: name entities or a domain instead"


def _watched(rendered: Rendered) -> Iterator[str]:
    if rendered.everything:
        yield "every state"
    if rendered.domains:
        yield f"all of {_named(rendered.domains)}"
    if rendered.entities:
        yield _named(rendered.entities)
    if rendered.time:
        yield "the time, each minute"


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return " ".join(names[:_MOST_NAMED]) + more


def _warned(warnings: Sequence[str]) -> list[str]:
    return [f"Warning: {warning}" for warning in warnings[:5]]


def _shown(result: Any) -> str:
    text = result if isinstance(result, str) else orjson.dumps(result).decode()
    if len(text) <= _MOST_TEXT:
        return text
    return f"{text[:_MOST_TEXT]}\n… cut: {len(text)} characters in all"
