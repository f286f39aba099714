"""How a request came that the relay carried: under which names, and what admits there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from starlette.requests import Request

from .._shared.relay import AUTH_HEADER, AUTH_URL, ISSUER_HEADER, RESOURCE_HEADER, WITH_LOGIN
from ..access.oauth.origin import Issuer

OUTSIDE: Final = "ha_mcp.outside"  # where the ASGI scope holds it


@dataclass(frozen=True, slots=True)
class Outside:
    """What the relay says of a request; only who holds its token is believed."""

    login: bool  # else the address alone admits
    names: Issuer | None  # not known of the cloud's stand-in for a request

    @classmethod
    def of(cls, headers: Mapping[str, str], contract: int) -> Self:
        """Read the headers of a relay with which we have a contract.

        One that is too old to say what admits was installed when the address did.
        """
        if contract < WITH_LOGIN.oldest:
            return cls(login=False, names=None)
        issuer, resource = headers.get(ISSUER_HEADER, ""), headers.get(RESOURCE_HEADER, "")
        names = Issuer(issuer, resource) if issuer and resource else None
        return cls(login=headers.get(AUTH_HEADER) != AUTH_URL, names=names)


def names_of(request: Request) -> Issuer:
    """Return the names under which a relayed request came; those it has been seen to have."""
    outside: Outside = request.scope[OUTSIDE]
    if outside.names is None:
        raise ValueError("Nothing is served where the address is not known")
    return outside.names
