"""What is shown of bodies is shown without codes and passwords; the journal itself keeps them."""

import re
from typing import Any, Final

HIDDEN: Final = "…"
_SECRET: Final = re.compile(
    r"(code|pin|webhook_id|.*(password|passwd|passphrase|token|secret|api_?key|private_key))",
    re.IGNORECASE,
)


def is_secret(key: str) -> bool:
    """Tell whether a key promises a value that is not for showing."""
    return _SECRET.fullmatch(key) is not None


def without_secrets(value: Any) -> Any:
    """Return JSON with the texts and numbers under telling keys left out, at any depth."""
    if isinstance(value, dict):
        return {key: _hidden(str(key), one) for key, one in value.items()}
    return [without_secrets(one) for one in value] if isinstance(value, list) else value


def _hidden(key: str, value: Any) -> Any:
    if isinstance(value, (str, int, float)) and is_secret(key):
        return HIDDEN
    return without_secrets(value)
