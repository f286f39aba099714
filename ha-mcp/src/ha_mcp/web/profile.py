"""``?profile=`` at an address: a client asks for less than it was allowed, never for more."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from ..problems import Invalid

READONLY: Final = "readonly"
_KNOWN: Final = (READONLY, "full")
_WHY: Final = "this address is for reading only (profile=readonly)"


def why_only_reading(scope: Mapping[str, Any]) -> str:
    """Return why a request may only read, or nothing; raises Invalid for an unknown profile.

    What narrows wins: an address with both profiles only reads.
    """
    query = scope.get("query_string", b"").decode("latin-1")
    asked = {value.strip().lower() for name, value in parse_qsl(query) if name == "profile"}
    if unknown := sorted(asked.difference(_KNOWN)):
        raise Invalid(f"There is no profile {unknown[0]!r:.40}: {' and '.join(_KNOWN)} are known")
    return _WHY if READONLY in asked else ""
