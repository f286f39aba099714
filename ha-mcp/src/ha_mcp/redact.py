"""Keeps secrets out of the log, whoever writes them there."""

import logging
from collections.abc import Iterable
from typing import Final

from .secret import Secret

# The one log that may show the private address: it is how the owner learns it.
ADDRESS_LOG: Final = "ha_mcp.address"
_STAND_IN = "…"


class Redacting(logging.Formatter):
    """Formats records, tracebacks included, with the secrets taken out."""

    def __init__(self, pattern: str, secrets: Iterable[Secret]) -> None:
        """Take the pattern of a line and what no line may show."""
        super().__init__(pattern)
        words = {secret.reveal().strip("/") for secret in secrets}
        self._words = sorted(words, key=len, reverse=True)  # one may begin like another

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = super().format(record)
        if record.name == ADDRESS_LOG:
            return line
        for word in self._words:
            line = line.replace(word, _STAND_IN)
        return line
