"""The call that would help, by what was wrong."""

from collections.abc import Callable
from typing import Final

from ..problems import NotFound, Problem

_LONGEST = 80


def _described(which: str) -> str:
    kind, _, variant = which.partition(" ")
    more = f', variant="{variant}"' if variant else ""
    return f'ha_config_describe(kind="{kind}"{more})'


def _part(which: str) -> str:
    sort = which.partition("/")[0]
    known = sort if sort in ("conditions", "actions") else "triggers"
    return f'ha_config_describe(kind="automation", variant="{known}")'


_CALLS: Final[dict[str, Callable[[str], str]]] = {
    "entity": lambda which: f'ha_search(query="{which.rpartition(".")[2].replace("_", " ")}")',
    "device": lambda which: f'ha_search(query="{which}", type=["device"])',
    "action": lambda which: f'ha_list_actions(query="{which.partition(".")[0]}")',
    "action like": lambda _: "ha_list_actions()",
    "action field": lambda which: f'ha_list_actions(action="{which}")',
    "area": lambda _: "ha_get_overview()",
    "floor": lambda _: "ha_get_overview()",
    "label": lambda _: "ha_get_overview()",
    "body field": _described,
    "change": lambda _: "ha_get_changes()",
    "part of an automation": _part,
    "variant": lambda _: 'ha_config_describe(kind="helper")',
    "id": lambda which: f'ha_search(query="{which}")',
}


def next_call(problem: Problem) -> str | None:
    """Write out the next call where it can be known from what the problem names."""
    what, which = problem.details.get("what"), str(problem.details.get("which", ""))
    if len(which) > _LONGEST:
        return None
    which = which.replace('"', "'")
    if problem.details.get("document"):
        return _document(str(what), which, problem)
    write = _CALLS.get(str(what))
    return write(which) if write else None


def _document(kind: str, which: str, problem: Problem) -> str:
    """Return how to read a document that was in conflict, or to find one that is not there."""
    if isinstance(problem, NotFound) or not which:
        return f'ha_config_list(kind="{kind}")'
    return f'ha_config_get(kind="{kind}", id="{which}")'
