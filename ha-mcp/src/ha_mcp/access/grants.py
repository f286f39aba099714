"""A grant: which client may do what, in whose name, until when."""

import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass, field

from ..toolkit.risk import Risk
from .scopes import Scope, highest, needed, up_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Only:
    """The part of the home that a grant is limited to: what is in any of these."""

    areas: frozenset[str] = frozenset()  # ids
    labels: frozenset[str] = frozenset()  # ids
    entities: frozenset[str] = frozenset()  # entity ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What one client was allowed; times in seconds since 1970."""

    client_id: str  # OAuth's: a registered id or the address of a metadata document
    client_name: str
    user_id: str = ""  # of the Home Assistant user who allowed it
    user_name: str = ""
    scopes: frozenset[Scope]
    only: Only | None = None  # None: the whole home
    expires: float | None = None
    created: float = field(default_factory=time.time)
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    # What a token carries for the server alone, such as the way to a home; kept nowhere else.
    sealed: bytes | None = field(default=None, repr=False, compare=False)

    def allows(self, risk: Risk) -> bool:
        """Whether a call of this risk is covered."""
        return needed(risk) in self.scopes

    def missing(self, risk: Risk) -> str:
        """Return the scope that a call of this risk needs."""
        return needed(risk)

    @property
    def held(self) -> str:
        """The highest scope there is, or that there is none."""
        return highest(self.scopes) or "no rights"

    def expired(self, now: float) -> bool:
        """Whether its time is over."""
        return self.expires is not None and now >= self.expires


def everything(client_name: str = "", *, scopes: Collection[Scope] = ()) -> Grant:
    """Return the grant of whoever holds a private address: all of it unless less is said."""
    return Grant(
        client_id="",
        client_name=client_name,
        scopes=frozenset(scopes) or up_to(Scope.ADMIN),
        id="private",
    )
