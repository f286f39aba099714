"""What a client may be allowed to do, each scope including the ones before it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from ..toolkit.risk import Risk


class Scope(StrEnum):
    """The four steps of trust, mildest first; the values are what OAuth carries."""

    READ = "home:read"
    CONTROL = "home:control"
    CONFIGURE = "home:configure"
    ADMIN = "home:admin"


# For the people who decide about it.
MEANINGS: Final[Mapping[Scope, str]] = {
    Scope.READ: "See rooms, devices, states, history, cameras, automations and logs",
    Scope.CONTROL: "Switch and set things, locks, alarms and garage doors included",
    Scope.CONFIGURE: "Write automations, dashboards, helpers and names, and take that back again",
    Scope.ADMIN: "Remove things, and manage apps, files, users and backups",
}
_STEPS: Final = tuple(Scope)
_NEEDED: Final = {
    Risk.READ: Scope.READ,
    Risk.ACT: Scope.CONTROL,
    Risk.GUARD: Scope.CONTROL,
    Risk.EDIT: Scope.CONFIGURE,
    Risk.DESTROY: Scope.ADMIN,
}
# Ours to understand, but no right: a client that asks for it wants to stay signed in.
OFFLINE_ACCESS: Final = "offline_access"


def needed(risk: Risk) -> Scope:
    """Return the scope that a call of this risk needs."""
    return _NEEDED[risk]


def up_to(highest: Scope) -> frozenset[Scope]:
    """Return a scope with all it includes."""
    return frozenset(_STEPS[: _STEPS.index(highest) + 1])


def highest(scopes: Iterable[Scope]) -> Scope | None:
    """Return the scope that allows most, or None."""
    return max(scopes, key=_STEPS.index, default=None)


def widened(scopes: Iterable[Scope]) -> frozenset[Scope]:
    """Add what the given scopes include: control without read would be of no use."""
    highest = max((_STEPS.index(scope) for scope in scopes), default=-1)
    return frozenset(_STEPS[: highest + 1])


def highest_for(*, is_admin: bool) -> Scope:
    """Return the most that a person may give away: nobody grants more than they have."""
    return Scope.ADMIN if is_admin else Scope.CONTROL


def parse(text: str) -> frozenset[Scope]:
    """Read OAuth's list of words; what is not ours is ignored, as RFC 6749 allows."""
    known = {scope.value: scope for scope in Scope}
    return frozenset(known[word] for word in text.split() if word in known)


def written(scopes: Iterable[Scope]) -> str:
    """Write scopes as OAuth's list of words, mildest first."""
    return " ".join(scope for scope in _STEPS if scope in set(scopes))
