"""Bodies of automations and scripts with the key names of today.

Core still understands ``trigger`` for ``triggers``, ``platform`` for ``trigger`` and ``service``
for ``action``; one name each keeps paths of patches and comparisons simple.
"""

from typing import Any, Final

from ...problems import Invalid
from ..kind import Body

_PLURAL: Final = {"trigger": "triggers", "condition": "conditions", "action": "actions"}
_LISTS: Final = ("triggers", "conditions", "actions")
_STEPS: Final = ("sequence", "then", "else", "default", "parallel", "actions")


def automation(body: Body) -> Body:
    """Return an automation's body with today's names; raises Invalid when it has both."""
    modern: Body = {}
    for key, value in body.items():
        name = _PLURAL.get(key, key)
        if name in modern or (name != key and name in body):
            raise Invalid(
                f"The body has both {key} and {name}", hint=f"Use {name} alone", which=name
            )
        modern[name] = _listed(value) if name in _LISTS else value
    if "triggers" in modern:
        modern["triggers"] = [_trigger(one) for one in modern["triggers"]]
    if "actions" in modern:
        modern["actions"] = [_step(one) for one in modern["actions"]]
    return modern


def script(body: Body) -> Body:
    """Return a script's body with today's names."""
    if "sequence" not in body:
        return body
    return {**body, "sequence": [_step(one) for one in _listed(body["sequence"])]}


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _trigger(value: Any) -> Any:
    if isinstance(value, dict) and "platform" in value and "trigger" not in value:
        return {("trigger" if key == "platform" else key): one for key, one in value.items()}
    return value


def _step(value: Any) -> Any:
    """Return a step, and the steps in it, with today's names."""
    if isinstance(value, list):
        return [_step(one) for one in value]
    if not isinstance(value, dict):
        return value
    step = {
        ("action" if key == "service" and "action" not in value else key): one
        for key, one in value.items()
    }
    for key in _STEPS:
        if isinstance(step.get(key), (list, dict)):
            step[key] = _step(step[key])
    if isinstance(step.get("choose"), (list, dict)):
        step["choose"] = _step(step["choose"])
    if isinstance(step.get("repeat"), dict):
        step["repeat"] = _step(step["repeat"])
    if isinstance(step.get("wait_for_trigger"), (list, dict)):
        step["wait_for_trigger"] = [_trigger(one) for one in _listed(step["wait_for_trigger"])]
    return step
