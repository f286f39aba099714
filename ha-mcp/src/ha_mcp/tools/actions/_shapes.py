"""The shapes in which models write a call of an action, and the one shape it has here.

Understood: ``service`` for ``action``, ``domain`` beside it, ``light/turn_on``, ids beside
``target`` or inside ``data``, a bare id as target, and the action's fields beside ``data``.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypedDict

from ...home import ActionCall
from ...problems import Invalid
from ...toolkit import Field

TARGET_KEYS = ("entity_id", "device_id", "area_id", "floor_id", "label_id")


def _as_target(value: Any) -> Any:
    """Take bare ids for entities."""
    if isinstance(value, list) or (isinstance(value, str) and not value.lstrip().startswith("{")):
        return {"entity_id": value}
    return value


class Where(TypedDict, total=False):
    """What an action is for: ids or exact names."""

    entity_id: list[str]
    device_id: list[str]
    area_id: list[str]
    floor_id: list[str]
    label_id: list[str]
    exclude: Annotated[dict[str, Any], Field("the same keys")]


type Target = Annotated[Where, Field("ids or exact names", reads=_as_target)]


class OneCall(TypedDict, total=False):
    """One of several calls."""

    action: str
    target: Annotated[Where, Field(reads=_as_target)]
    data: dict[str, Any]


type Calls = Annotated[
    list[Annotated[OneCall, Field(open=True)]], Field("several, in order; stops at a failure")
]


def all_shaped(
    calls: Sequence[Mapping[str, Any]] | None, rest: Mapping[str, Any], alone: Mapping[str, Any]
) -> list[ActionCall]:
    """Return the calls that were meant: several, or the one that stands alone."""
    return [shaped({**rest, **one}) for one in calls or [alone]]


def shaped(call: Mapping[str, Any]) -> ActionCall:
    """Return the call that was meant; raises Invalid when no action is named."""
    left = dict(call)
    action = left.pop("action", None) or left.pop("service", None) or ""
    domain = left.pop("domain", None)
    target = dict(left.pop("target", None) or {})
    data = dict(left.pop("data", None) or left.pop("service_data", None) or {})
    if domain and "." not in action:
        action = f"{domain}.{action}"
    if not action:
        raise Invalid(
            "No action is named",
            hint='Give action, such as "light.turn_on", or calls',
            what="argument",
            which="action",
        )
    for key in TARGET_KEYS:
        if key in left:
            target.setdefault(key, left.pop(key))
    return ActionCall(str(action).replace("/", "."), target, data | left)
