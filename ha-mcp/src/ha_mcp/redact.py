"""Keeps secrets out of the log, whoever writes them there."""

import logging
from collections.abc import Iterable
from typing import Final

from .masks import Masks
from .secret import Secret

# The one log that may show the private address: it is how the owner learns it.
ADDRESS_LOG: Final = "ha_mcp.address"


class Redacting(logging.Formatter):
    """Formats records, tracebacks included, with the secrets taken out."""

    def __init__(self, pattern: str, secrets: Iterable[Secret]) -> None:
        """Take the pattern of a line and what no line may show."""
        super().__init__(pattern)
        self._masks = Masks(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = super().format(record)
        return line if record.name == ADDRESS_LOG else self._masks.hide(line)
