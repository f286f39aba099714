"""The states of all entities, kept current by ``subscribe_entities``.

Core sends compressed events: ``a`` adds, ``c`` changes by difference, ``r`` removes (see
``websocket_api/messages.py`` in Core).
"""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from msgspec import Raw, Struct

from ..problems import NotFound, nearest
from .rows import State

type StateListener = Callable[[State | None, State | None], None]  # old, new


_ABSENT = Raw(b"")


class _Context(Struct):
    id: str | None = None
    parent_id: str | None = None


_NOBODYS = _Context()


class _Compressed(Struct):
    """One state as ``subscribe_entities`` sends it; absent means unchanged."""

    s: str | None = None
    a: Raw = _ABSENT  # a union with None would not keep it raw
    c: str | _Context | None = None
    lc: float | None = None
    lu: float | None = None


class _Removals(Struct):
    a: list[str] = []


class _Difference(Struct, rename={"added": "+", "removed": "-"}):
    added: _Compressed | None = None
    removed: _Removals | None = None


class _Event(Struct):
    a: dict[str, _Compressed] = {}
    c: dict[str, _Difference] = {}
    r: list[str] = []


class _Known(Struct):
    """The attributes that rows and the index need at once."""

    friendly_name: Any = None
    device_class: Any = None
    unit_of_measurement: Any = None


_SHORT = 16  # on, off, unavailable: thousands of them
_EVENT = msgspec.json.Decoder(_Event)
_KNOWN = msgspec.json.Decoder(_Known)
_ATTRIBUTES = msgspec.json.Decoder(dict[str, Raw])


class States:
    """All states by entity id; listeners hear of each change as (old, new)."""

    def __init__(self) -> None:
        """Start empty."""
        self._by_id: dict[str, State] = {}
        self._listeners: list[StateListener] = []

    def receive(self, event: bytes, *, whole: bool = False) -> None:
        """Apply one event of ``subscribe_entities``; the first is the ``whole`` home."""
        read = _EVENT.decode(event)
        if whole:
            for entity_id in self._by_id.keys() - read.a.keys():
                self._tell(self._by_id.pop(entity_id), None)
        for entity_id, compressed in read.a.items():
            # What changed before we looked was nobody's here: its context is not worth keeping.
            context = _NOBODYS if whole else _context(compressed.c)
            self._put(_state(entity_id, compressed, context))
        for entity_id, difference in read.c.items():
            if (old := self._by_id.get(entity_id)) is not None:
                self._put(_changed(old, difference))
        for entity_id in read.r:
            if (gone := self._by_id.pop(entity_id, None)) is not None:
                self._tell(gone, None)

    def listen(self, listener: StateListener) -> Callable[[], None]:
        """Call the listener at each change; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def get(self, entity_id: str) -> State | None:
        """Return the state, or None."""
        return self._by_id.get(entity_id)

    def one(self, entity_id: str) -> State:
        """Return the state; raises NotFound with the nearest ids, same domain first."""
        state = self._by_id.get(entity_id)
        if state is None:
            raise NotFound(
                f"There is no entity {entity_id!r}",
                what="entity",
                which=entity_id,
                similar=self.similar(entity_id),
            )
        return state

    def similar(self, entity_id: str, limit: int = 5) -> list[str]:
        """Return the ids most like this one, those of the same domain first."""
        domain, dot, _ = entity_id.partition(".")
        same = [known for known in self._by_id if dot and known.startswith(f"{domain}.")]
        found = nearest(entity_id, same, limit=limit)
        return found or nearest(entity_id, self._by_id, limit=limit)

    def __iter__(self) -> Iterator[State]:
        """Iterate over all states."""
        return iter(self._by_id.values())

    def __len__(self) -> int:
        """Count them."""
        return len(self._by_id)

    def __contains__(self, entity_id: object) -> bool:
        """Tell whether an entity has a state."""
        return entity_id in self._by_id

    def _put(self, new: State) -> None:
        old = self._by_id.get(new.entity_id)
        self._by_id[new.entity_id] = new
        self._tell(old, new)

    def _tell(self, old: State | None, new: State | None) -> None:
        for listener in tuple(self._listeners):
            listener(old, new)


def _state(entity_id: str, compressed: _Compressed, context: _Context) -> State:
    changed = compressed.lc or 0.0
    return _row(
        sys.intern(entity_id),
        compressed.s or "",
        bytes(compressed.a) or b"{}",
        (changed, compressed.lu or changed),
        (context.id or "", context.parent_id),
    )


def _changed(old: State, difference: _Difference) -> State:
    added = difference.added or _Compressed()
    removed = difference.removed.a if difference.removed else []
    changed = old.last_changed if added.lc is None else added.lc
    updated = added.lu or (old.last_updated if added.lc is None else added.lc)
    context = _context(added.c)
    attributes = old.raw_attributes
    if bytes(added.a) or removed:
        attributes = _patched(attributes, added.a, removed)
    return _row(
        old.entity_id,
        old.state if added.s is None else added.s,
        attributes,
        (changed, updated),
        (context.id or old.context_id, context.parent_id),
    )


def _patched(attributes: bytes, added: Raw, removed: list[str]) -> bytes:
    patched = _ATTRIBUTES.decode(attributes)
    if bytes(added):
        patched.update(_ATTRIBUTES.decode(added))
    for name in removed:
        patched.pop(name, None)
    return msgspec.json.encode(patched)


def _row(
    entity_id: str,
    state: str,
    attributes: bytes,
    times: tuple[float, float],
    context: tuple[str, str | None],
) -> State:
    known = _KNOWN.decode(attributes)
    return State(
        entity_id=entity_id,
        state=sys.intern(state) if len(state) < _SHORT else state,
        raw_attributes=attributes,
        last_changed=times[0],
        last_updated=times[1],
        context_id=context[0],
        parent_id=context[1],
        name=None if known.friendly_name is None else str(known.friendly_name),
        device_class=_interned(known.device_class),
        unit=_interned(known.unit_of_measurement),
    )


def _interned(value: Any) -> str | None:
    return None if value is None else sys.intern(str(value))


def _context(context: str | _Context | None) -> _Context:
    return context if isinstance(context, _Context) else _Context(context)
