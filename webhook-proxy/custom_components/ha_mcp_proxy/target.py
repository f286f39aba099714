"""The server that an entry leads to."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from homeassistant.const import CONF_TOKEN, CONF_URL
from yarl import URL

from ._shared.relay import (
    CONTRACTS_HEADER,
    HEALTH_PATH,
    OURS,
    PROOF_HEADER,
    USER_HEADER,
    Contracts,
    prove,
)
from .const import CONF_CONTRACTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where requests go, and what proves who sends them.

    A paired server gave a token. One elsewhere has a private address, which is a secret too.
    """

    url: URL = field(repr=False)
    token: str | None = field(default=None, repr=False)
    contracts: Contracts | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Read it from the data of an entry."""
        return cls(
            url=URL(data[CONF_URL]),
            token=data.get(CONF_TOKEN) or None,
            contracts=Contracts.parse(data.get(CONF_CONTRACTS, "")),
        )

    @property
    def health_url(self) -> URL:
        """Where the server says that it serves."""
        return self.url.origin().with_path(HEALTH_PATH)

    def proof(self, method: str, user: str | None) -> dict[str, str]:
        """Return the headers that only a paired server understands."""
        if self.token is None:
            return {}
        headers = {
            CONTRACTS_HEADER: str(OURS),
            PROOF_HEADER: prove(self.token, method, nonce=secrets.token_hex(16)),
        }
        return headers | ({USER_HEADER: user} if user else {})
