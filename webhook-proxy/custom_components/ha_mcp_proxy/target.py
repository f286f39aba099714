"""The server that an entry leads to."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from homeassistant.const import CONF_TOKEN, CONF_URL
from yarl import URL

from ._shared.relay import (
    AUTH_HEADER,
    AUTH_LOGIN,
    AUTH_URL,
    CONTRACTS_HEADER,
    HEALTH_PATH,
    OAUTH_PATH,
    OURS,
    PROOF_HEADER,
    USER_HEADER,
    WITH_LOGIN,
    Contracts,
    prove,
)
from .const import CONF_AUTH, CONF_CONTRACTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where requests go, and what proves who sends them.

    A paired server gave a token. One elsewhere has a private address, which is a secret too.
    """

    url: URL = field(repr=False)
    token: str | None = field(default=None, repr=False)
    contracts: Contracts | None = None
    login: bool = False  # whether the address alone does not admit

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Read it from the data of an entry."""
        return cls(
            url=URL(data[CONF_URL]),
            token=data.get(CONF_TOKEN) or None,
            contracts=Contracts.parse(data.get(CONF_CONTRACTS, "")),
            # What is not understood is never taken for less.
            login=data.get(CONF_AUTH, AUTH_URL) != AUTH_URL,
        )

    @property
    def needs(self) -> Contracts:
        """The contracts of which the server has to speak one, so that nobody comes in unasked."""
        return WITH_LOGIN if self.login else OURS

    @property
    def health_url(self) -> URL:
        """Where the server says that it serves."""
        return self.url.origin().with_path(HEALTH_PATH)

    def oauth_url(self, path: str) -> URL:
        """Where a paired server answers what is asked about a login."""
        return self.url.origin().with_path(f"{OAUTH_PATH}{path}")

    def proof(self, method: str, user: str | None) -> dict[str, str]:
        """Return the headers that only a paired server understands."""
        if self.token is None:
            return {}
        headers = {
            CONTRACTS_HEADER: str(OURS),
            AUTH_HEADER: AUTH_LOGIN if self.login else AUTH_URL,
            PROOF_HEADER: prove(self.token, method, nonce=secrets.token_hex(16)),
        }
        return headers | ({USER_HEADER: user} if user else {})
