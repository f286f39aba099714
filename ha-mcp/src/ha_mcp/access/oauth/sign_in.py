"""Who the person is that lets a client in: asked elsewhere, by Home Assistant or a form."""

from dataclasses import dataclass, field
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from .origin import Issuer

SIGN_IN_PATH = "/signin"  # where the person comes back to, with GET or POST


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who has signed in."""

    user_id: str
    user_name: str
    is_admin: bool
    # What every token of this person carries, encrypted, for the server alone: up to 2 kB.
    sealed: bytes | None = field(default=None, repr=False)


class SignIn(Protocol):
    """A way to sign in. Both raise Problem when it fails; the person reads its message."""

    async def begin(self, request: Request, pending_id: str, issuer: Issuer) -> Response:
        """Send the person to where they sign in, or show the form.

        The ``pending_id`` has to come back with them: up to 6 kB of text that fits into an address.
        """

    async def finish(self, request: Request, issuer: Issuer) -> tuple[str, Person] | Response:
        """Return the ``pending_id`` and who it is; or what to show, such as the form again.

        Called for every request to ``issuer.url(SIGN_IN_PATH)``.
        """
