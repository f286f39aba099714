"""Calling actions, and seeing what they changed.

Core answers when an action has been handed over, not when the house has moved. So the states are
listened to from before the call until the targets settle, and the answer is what changed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ..problems import Invalid, Problem, TimedOut
from .actions import Action, Actions
from .effects import Effect, done_by, watching
from .names import Names
from .rows import State
from .states import States
from .wire import Core

WATCH_DEFAULT: Final = 2.0
WATCH_MOST: Final = 20.0
_BUDGET = 22.0  # seconds for all calls of one request; an answer must leave within 25
_TARGET_KEYS = ("entity_id", "device_id", "area_id", "floor_id", "label_id")


type Heed = Callable[[Collection[str]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ActionCall:
    """One call as it is wanted: names or ids in the target."""

    action: str
    target: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Meant:
    """What one call would do: an action, its entities, its data."""

    action: str
    entity_ids: tuple[str, ...]
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Acted:
    """What one call came to."""

    action: str
    changed: tuple[Effect, ...]
    already: tuple[State, ...]  # targets that were as wanted before
    unconfirmed: tuple[State, ...]  # targets that are not yet as wanted
    unmoved: tuple[State, ...]  # targets that did not change; what was wanted cannot be told
    missing: tuple[str, ...]  # targets without a state
    response: Any
    running: float | None  # seconds after which Core had not finished it, or None


@dataclass(frozen=True, slots=True)
class _Ready:
    """A call that was checked: ids for names, and the entities it means."""

    action: Action
    target: dict[str, Any]
    data: dict[str, Any]
    wanted: list[str]


class Acting:
    """Calls actions of Core."""

    def __init__(self, core: Core, states: States, actions: Actions, names: Names) -> None:
        """Take the wire and what is needed to check and resolve a call."""
        self._core = core
        self._states = states
        self._actions = actions
        self._names = names

    async def run(
        self, calls: Sequence[ActionCall], watch: float = WATCH_DEFAULT, heed: Heed | None = None
    ) -> list[Acted]:
        """Call one action after the other; the first failure stops, and says what was done.

        Everything that can be known to be wrong is found before the first call, and ``heed`` may
        object to the entities that are meant. Raises NotFound, Invalid, Rejected, Unreachable,
        TimedOut.
        """
        prepared = [await self._prepared(call) for call in calls]
        if heed is not None:
            await heed({one for ready in prepared for one in ready.wanted})
        ends = asyncio.get_running_loop().time() + _BUDGET
        done: list[Acted] = []
        for ready in prepared:
            try:
                done.append(await self._act(ready, watch, ends))
            except Problem as problem:
                if len(calls) > 1:
                    before = ", ".join(one.action for one in done) or "none"
                    problem.message += (
                        f" (call {len(done) + 1} of {len(calls)}; done before: {before})"
                    )
                raise
        return done

    async def meant(self, calls: Sequence[ActionCall]) -> list[Meant]:
        """Return what calls would move, without calling; raises what ``run`` would."""
        prepared = [await self._prepared(call) for call in calls]
        return [Meant(one.action.id, tuple(one.wanted), one.data) for one in prepared]

    async def _prepared(self, call: ActionCall) -> _Ready:
        action = self._actions.one(call.action)
        data = dict(call.data)
        target = {
            key: data.pop(key) for key in _TARGET_KEYS if key in data and key not in action.fields
        }
        target |= call.target
        if target and action.target is None:
            if not action.takes_anything and "entity_id" not in action.fields:
                raise Invalid(
                    f"{action.id} takes no target",
                    what="action field",
                    which=action.id,
                )
            data |= self._resolved(action, target)
            target = {}
        action.check(data)
        resolved = self._resolved(action, target)
        return _Ready(action, resolved, data, await self._wanted(action, resolved))

    def _resolved(self, action: Action, target: Mapping[str, Any]) -> dict[str, Any]:
        """Turn names into ids, in what is targeted and what is excluded."""
        resolved: dict[str, Any] = {}
        for key, value in target.items():
            if key == "exclude":
                resolved[key] = self._resolved(action, value)
            else:
                values = [value] if isinstance(value, str) else value
                resolved[key] = [self._id(key, one, action) for one in values]
        return resolved

    def _id(self, key: str, text: str, action: Action) -> str:
        match key:
            case "entity_id":
                if text in ("all", "none"):
                    return text
                return self._names.entity(text, domain=_only_domain(action))
            case "device_id":
                return self._names.device(text)
            case "area_id":
                return self._names.area(text)
            case "floor_id":
                return self._names.floor(text)
            case _:
                return self._names.label(text)

    async def _act(self, ready: _Ready, watch: float, ends: float) -> Acted:
        action, data, wanted = ready.action, ready.data, ready.wanted
        done = done_by(action.id)
        loop = asyncio.get_running_loop()
        began = loop.time()
        with watching(self._states) as seen:
            # Core answers for a script when it has ended, which may be never.
            limit = watch if action.domain == "script" else ends - loop.time()
            result = await self._call(action, ready.target, data, limit)
            if result is None:
                context_id = seen.context_of(wanted)
            else:
                context_id = (result.get("context") or {}).get("id")
                awaited = self._awaited(wanted, data, done)
                await seen.settle(awaited, context_id, min(watch, ends - loop.time()))
            changed = seen.effects(wanted, context_id)
        moved = {effect.entity_id for effect in changed}
        still = [s for one in wanted if one not in moved and (s := self._states.get(one))]
        return Acted(
            action=action.id,
            changed=tuple(changed),
            already=tuple(s for s in still if done and done(s.state)),
            unconfirmed=tuple(s for s in still if done and not done(s.state)),
            unmoved=tuple(s for s in still if not done),
            missing=tuple(one for one in wanted if one not in self._states),
            response=(result or {}).get("response"),
            running=None if result is not None else loop.time() - began,
        )

    def _awaited(
        self, wanted: list[str], data: dict[str, Any], done: Callable[[str], bool] | None
    ) -> list[str] | None:
        """Return the targets whose change is worth waiting for; None when nobody can tell.

        What is as wanted already, without data that could still change it, will not move; what is
        unavailable cannot.
        """
        known = [state for one in wanted if (state := self._states.get(one))]
        if not known:
            return None
        settled = done if done and not data else None
        return [
            state.entity_id
            for state in known
            if state.state != "unavailable" and not (settled and settled(state.state))
        ]

    async def _call(
        self, action: Action, target: dict[str, Any], data: dict[str, Any], limit: float
    ) -> dict[str, Any] | None:
        """Call the action; None when Core has accepted it and is still at it."""
        domain, _, service = action.id.partition(".")
        fields: dict[str, Any] = {"domain": domain, "service": service, "service_data": data}
        if target:
            fields["target"] = target
        if action.response:
            fields["return_response"] = True
        try:
            async with asyncio.timeout(max(limit, 0.1)):
                return await self._core.command("call_service", **fields)  # type: ignore[no-any-return] # Core's result is an object
        except (TimeoutError, TimedOut):
            return None

    async def _wanted(self, action: Action, target: dict[str, Any]) -> list[str]:
        """Return the entities a target means, by Core's own rules, of the action's domains."""
        if action.domain == "script" and action.id in self._states:
            return [action.id]
        if not target:
            return []
        if set(target) == {"entity_id"}:
            found = list(target["entity_id"])
        else:
            answer = await self._core.command("extract_from_target", target=target)
            found = sorted(answer["referenced_entities"])
        if found == ["all"]:
            found = [state.entity_id for state in self._states]
        domains = _domains(action)
        return [one for one in found if not domains or one.partition(".")[0] in domains]


def _domains(action: Action) -> set[str]:
    """Return the domains an action moves; empty when it says nothing."""
    selector = (action.target or {}).get("entity") or []
    found: set[str] = set()
    for one in selector if isinstance(selector, list) else [selector]:
        named = one.get("domain") or []
        found |= {named} if isinstance(named, str) else set(named)
    return found


def _only_domain(action: Action) -> str | None:
    domains = _domains(action)
    return next(iter(domains)) if len(domains) == 1 else None
