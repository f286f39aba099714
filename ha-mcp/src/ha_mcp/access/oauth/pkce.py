"""Proof that who comes with a code is who asked for it (RFC 7636).

Only a client with a secret may do without: Home Assistant's own client knows no challenges, and its
secret says who it is. One that began with a challenge has to end with its answer.
"""

import base64
import hashlib
import hmac
import re
from typing import Final

from .params import Params, needed

_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def is_challenge(text: str) -> bool:
    """Tell whether this can be the SHA-256 of something."""
    return _CHALLENGE.fullmatch(text) is not None


def proven(form: Params, challenge: str) -> bool:
    """Tell whether a form has the answer to the challenge of its code; raises Refused."""
    if not challenge:
        return "code_verifier" not in form
    return answers(needed(form, "code_verifier"), challenge)


def answers(verifier: str, challenge: str) -> bool:
    """Tell whether a verifier is the one that the challenge was made from."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = hashlib.sha256(verifier.encode()).digest()
    made = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return hmac.compare_digest(made, challenge)
