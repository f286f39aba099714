"""The contract between the relay inside Home Assistant and the server.

The relay asks the server at ``RELAY_PATH`` and proves with each request that it holds the token the
server gave away when both were paired. Both say which contracts they speak, so either may be newer:
unknown headers and keys are ignored, and what changes in meaning gets a new number.
Edit this in ``shared/ha_mcp_shared``, then run ``scripts/vendor_shared.py``.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

SERVER_NAME: Final = "ha-mcp"  # how /healthz of a server is recognised
SERVICE: Final = "ha_mcp_proxy"  # of the discovery message, and the integration's domain
HEALTH_PATH: Final = "/healthz"
PAIR_PATH: Final = "/pair"
RELAY_PATH: Final = "/relay"
OAUTH_PATH: Final = f"{RELAY_PATH}/oauth"  # below it what the relay serves on Core's own origin
ISSUER_PATH: Final = f"/api/{SERVICE}/oauth"  # and where that is on Core's origin
EXAMINE_PATH: Final = "/examine"  # takes {"url": ..., "auth": ...}, answers the doctor's report
MOST_BODY: Final = 4 * 1024 * 1024  # bytes of a request

# What the relay tells the server. A client's own headers of that name are dropped.
PREFIX: Final = "x-ha-mcp-"
PROOF_HEADER: Final = "X-HA-MCP-Proof"
CONTRACTS_HEADER: Final = "X-HA-MCP-Contracts"
USER_HEADER: Final = "X-HA-MCP-User"  # id of the Home Assistant user whose bearer token came along
# Since contract 2. The addresses are those the client used; where they cannot be known, as with the
# cloud's stand-in for a request, they are left out.
RESOURCE_HEADER: Final = "X-HA-MCP-Resource"  # https://home.example/api/webhook/mcp_...
ISSUER_HEADER: Final = "X-HA-MCP-Issuer"  # https://home.example/api/ha_mcp_proxy/oauth
AUTH_HEADER: Final = "X-HA-MCP-Auth"  # one of these; what is neither counts as a login
AUTH_LOGIN: Final = "login"
AUTH_URL: Final = "url"  # whoever knows the address is let in

# Why a JSON-RPC error came back from on the way: its ``data`` is ``{"reason": ...}``.
SERVER_AWAY: Final = "server_away"
RELAY_FAILED: Final = "relay_failed"
PROOF_REFUSED: Final = "proof_refused"
VERSIONS_DIFFER: Final = "versions_differ"
LOGIN_NEEDED: Final = "login_needed"  # with 401: everything works, and who asks has to sign in

WINDOW: Final = 60.0  # seconds for which a proof is good: both run on one machine
_PROOF = re.compile(r"(\d{1,12})\.([0-9a-f]{32})\.([0-9a-f]{64})")
_RANGE = re.compile(r"(\d{1,6})-(\d{1,6})")


@dataclass(frozen=True, slots=True)
class Contracts:
    """The contracts that one side speaks, from ``oldest`` to ``newest``."""

    oldest: int
    newest: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read ``1-2``, or return nothing when it is something else."""
        found = _RANGE.fullmatch(text)
        return cls(int(found[1]), int(found[2])) if found else None

    def __str__(self) -> str:
        return f"{self.oldest}-{self.newest}"

    def common(self, other: Self) -> int | None:
        """Return the newest contract that both speak."""
        best = min(self.newest, other.newest)
        return best if best >= max(self.oldest, other.oldest) else None


OURS: Final = Contracts(1, 2)
WITH_LOGIN: Final = Contracts(2, OURS.newest)  # what both have to speak where a login is wanted


def prove(token: str, method: str, *, nonce: str, now: float | None = None) -> str:
    """Return the proof for one request; ``nonce`` is 32 hex digits, used once."""
    moment = int(time.time() if now is None else now)
    return f"{moment}.{nonce}.{_digest(token, method, str(moment), nonce)}"


class Proofs:
    """Tells true proofs from wrong, old and repeated ones."""

    def __init__(self, token: str, clock: Callable[[], float] = time.time) -> None:
        """Take the token that the relay was given."""
        self._token = token
        self._clock = clock
        self._used: dict[str, float] = {}

    def objection(self, proof: str | None, method: str) -> str | None:
        """Return why a proof does not hold, or nothing; a proof that held does not hold again."""
        found = _PROOF.fullmatch(proof or "")
        if found is None:
            return "The relay's proof is missing"
        moment, nonce, digest = found.groups()
        if not hmac.compare_digest(digest, _digest(self._token, method, moment, nonce)):
            return "The relay's proof is wrong"
        now = self._clock()
        self._forget(now)
        if abs(now - int(moment)) > WINDOW:
            return "The relay's proof is too old"
        if nonce in self._used:
            return "The relay's proof was used before"
        self._used[nonce] = now
        return None

    def _forget(self, now: float) -> None:
        """Drop what would be refused for its age anyway; the oldest come first."""
        while self._used:
            nonce = next(iter(self._used))
            if now - self._used[nonce] <= 2 * WINDOW:
                break
            del self._used[nonce]


def _digest(token: str, method: str, moment: str, nonce: str) -> str:
    said = f"relay {method} {moment} {nonce}"
    return hmac.new(token.encode(), said.encode(), hashlib.sha256).hexdigest()
