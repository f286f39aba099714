"""Private addresses as their owner asks for them: for whom, which rights, for which part."""

from dataclasses import dataclass
from typing import Final

from ..problems import Invalid
from .grants import Only
from .scopes import Scope, up_to

RIGHTS: Final = tuple(scope.removeprefix("home:") for scope in Scope)  # mildest first
_LONGEST_NAME: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address is to be for."""

    name: str
    right: str  # the highest
    only: Only | None = None

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Return the rights, mildest first."""
        allowed = up_to(Scope(f"home:{self.right}"))
        return tuple(scope for scope in Scope if scope in allowed)


def asked(name: str, right: str, only: Only | None) -> Asked:
    """Return what is asked for; raises Invalid."""
    plain = name.strip()
    if not (plain.isprintable() and 0 < len(plain) <= _LONGEST_NAME):
        raise Invalid(f"{name!r:.80} is no name; 1 to {_LONGEST_NAME} letters are needed")
    if right not in RIGHTS:
        raise Invalid(f"{right!r:.80} is no right; {', '.join(RIGHTS)} are accepted")
    return Asked(name=plain, right=right, only=only)
