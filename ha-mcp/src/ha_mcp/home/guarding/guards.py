"""Whether an action, or a body that holds actions, moves what protects the house."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from ..bodies import Bodies
from ..references.walk import texts
from ..registries import Registries
from ..states import States
from .calls import Step, steps
from .table import (
    ALWAYS,
    CODES,
    COVER_NAMED,
    COVERS,
    DOMAINS,
    HARMLESS,
    PROTECTING,
    SAYS_CODES,
)

type Seen = frozenset[str]  # entities on the way here: bodies may run each other in circles

_RUNS = ("script", "automation", "scene")
_GENERIC = ("homeassistant", "group")


class Guards:
    """Answers from the table and the live home; what cannot be told counts as moved."""

    def __init__(self, states: States, registries: Registries, bodies: Bodies) -> None:
        """Take what tells the class of an entity and the body of a script."""
        self._states = states
        self._registries = registries
        self._bodies = bodies

    def guarded(
        self, action_id: str, entity_ids: Collection[str], data: Mapping[str, Any]
    ) -> str | None:
        """Say why an action on these entities needs more care, in half a sentence, or None."""
        named = data.get("entity_id", ())  # where actions without a target name them
        more = (named,) if isinstance(named, str) else tuple(named)
        return self._guarded(Step(action_id, (*entity_ids, *more), {}, data), frozenset())

    def guarded_body(self, body: Any) -> str | None:
        """Say the same of what a body would do when it runs: an automation, a script, a scene."""
        return self._in_body(body, frozenset())

    def _in_body(self, body: Any, seen: Seen) -> str | None:
        members = body.get("entities") if isinstance(body, Mapping) else None
        return (
            next(filter(None, (self._guarded(one, seen) for one in steps(body))), None)
            or self._set(members)
            or self._given(body)
        )

    def _given(self, body: Any) -> str | None:
        """Look through what a blueprint is given: its own steps are not told."""
        if not isinstance(body, Mapping) or "use_blueprint" not in body:
            return None
        named = [text for _, _, text in texts(body["use_blueprint"])]
        return self._moves(one for one in named if "." in one)

    def _guarded(self, step: Step, seen: Seen) -> str | None:
        if not step.action:
            return "only running it tells which action it is"
        return _in_table(step.action) or self._by_targets(step, seen)

    def _by_targets(self, step: Step, seen: Seen) -> str | None:
        """Judge an action by what it is for."""
        action, domain = step.action, step.action.partition(".")[0]
        if domain == "scene" and (reason := self._set(step.data.get("entities"))):
            return reason
        entity_ids = self._expanded([*step.entity_ids, *self._behind(step)])
        if domain in (*_RUNS, *_GENERIC):
            itself = [action] if domain == "script" else []
            if reason := self._run(action, [*itself, *entity_ids], seen):
                return reason
        if HARMLESS.fullmatch(action):
            return None
        return self._moves(entity_ids, domain)

    def _run(self, action: str, entity_ids: Iterable[str], seen: Seen) -> str | None:
        """Look into the bodies that an action runs."""
        if action.startswith("automation.") and action != "automation.trigger":
            return None  # switches it on or off, which runs nothing
        for entity_id in entity_ids:
            document = self._bodies.of_entity(entity_id)
            if document is None or document.kind not in _RUNS or entity_id in seen:
                continue
            if reason := self._in_body(document.body, seen | {entity_id}):
                return f"{entity_id} runs something of which {reason}"
        return None

    def _set(self, members: Any) -> str | None:
        """Look at what a scene sets."""
        return self._moves(self._expanded(members)) if members else None

    def _moves(self, entity_ids: Iterable[str], domain: str = "") -> str | None:
        """Say which of these protects the house."""
        for entity_id in entity_ids:
            what = self._protecting(entity_id)
            if what:
                return f"{entity_id} is {what}"
            if domain in _TELLING and not _is_known(entity_id):
                return f"only running it tells what {domain} moves"
        return None

    def _protecting(self, entity_id: str) -> str | None:
        domain, _, name = entity_id.partition(".")
        if domain != "cover":
            return PROTECTING.get(domain)
        state = self._states.get(entity_id)
        kind = state.device_class if state else None
        if kind:
            return COVERS.get(kind)
        called = f"{name} {state.name if state else ''}"
        return "a cover that may be a door" if COVER_NAMED.search(called) else None

    def _expanded(self, entity_ids: Iterable[str]) -> list[str]:
        """Put the members of groups beside the groups."""
        found: dict[str, None] = {}
        waiting = [str(one) for one in entity_ids]
        while waiting:
            entity_id = waiting.pop()
            if entity_id in found:
                continue
            found[entity_id] = None
            state = self._states.get(entity_id)
            if state is not None and b'"entity_id"' in state.raw_attributes:
                members = state.attributes.get("entity_id")
                waiting += [str(one) for one in members] if isinstance(members, list) else []
        return list(found)

    def _behind(self, step: Step) -> Iterator[str]:
        """Return the entities behind areas, devices, floors and labels, of the action's domain."""
        if not any(step.others.values()):
            return
        domain = step.action.partition(".")[0]
        yield from (one for one in chain(*step.others.values()) if "{" in one)
        if domain not in _TELLING and domain not in _RUNS:
            return  # whatever of this domain is there, it protects nothing
        for entity_id in self._registries.entities:
            if domain in (*_GENERIC, entity_id.partition(".")[0]) and self._is_behind(
                entity_id, step.others
            ):
                yield entity_id

    def _is_behind(self, entity_id: str, others: Mapping[str, Collection[str]]) -> bool:
        registries = self._registries
        area = registries.areas.get(registries.area_of(entity_id) or "")
        device_id = registries.entities[entity_id].device_id
        return (
            (area is not None and area.area_id in others.get("area_id", ()))
            or (area is not None and (area.floor_id or "") in others.get("floor_id", ()))
            or (device_id or "") in others.get("device_id", ())
            or not set(registries.labels_of(entity_id)).isdisjoint(others.get("label_id", ()))
        )


# Domains of which it matters what they are for.
_TELLING = frozenset({*PROTECTING, "cover", *_GENERIC, "script", "scene"})


def _in_table(action: str) -> str | None:
    """Judge an action by its name alone."""
    domain, _, name = action.partition(".")
    codes = SAYS_CODES if CODES.fullmatch(name) else None
    return ALWAYS.get(action) or DOMAINS.get(domain) or codes


def _is_known(entity_id: str) -> bool:
    """Tell an entity id from a template, from "all", and from the registry's own ids."""
    return entity_id == "none" or ("." in entity_id and "{" not in entity_id)
