"""The authorization server: what its endpoints share."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from ..admission import Admission
from ..calm import Calm
from ..introductions import Introductions
from ..scopes import Scope, up_to
from ..store import AccessStore
from ..tokens import Seal
from .sign_in import SignIn

HOUR: Final = 3600.0
DAY: Final = 86400.0
LONGEST_ACCESS: Final = DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationServer:
    """Its parts and its terms.

    ``silent``: who knows the address is let in anyway, so clients that insist on authorization get
    tokens without a question; they admit to nothing.
    ``resource_is_public``: the address of the endpoint is no secret, so the document at the root
    may name it.
    """

    store: AccessStore
    seal: Seal
    introductions: Introductions
    sign_in: SignIn | None = None  # not needed for silence
    title: str = "Home Assistant"
    silent: bool = False
    resource_is_public: bool = False
    offered: frozenset[Scope] = field(default_factory=lambda: up_to(Scope.ADMIN))
    access_seconds: float = HOUR
    refresh_seconds: float = 90 * DAY  # counted anew with each use
    calm: Calm = field(default_factory=Calm)
    now: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        """Refuse what would not work."""
        if not 60 <= self.access_seconds <= LONGEST_ACCESS:
            raise ValueError("Access lasts from a minute to a day")
        if self.sign_in is None and not self.silent:
            raise ValueError("Somebody has to say who the person is")

    @property
    def admission(self) -> Admission:
        """Return what tells tokens that admit from others."""
        return Admission(
            store=self.store, seal=self.seal, offered=self.offered, calm=self.calm, now=self.now
        )
