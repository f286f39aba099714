"""The owner's ``secrets.yaml``, where the server can read it: its values are hidden in answers."""

import logging
import re
from pathlib import Path
from typing import Final

from .secret import Secret

_LOG = logging.getLogger(__name__)
_LINE: Final = re.compile(r"(?P<key>[\w.-]+|\"[^\"]+\"|'[^']+')\s*:\s+(?P<value>\S.*)")
_TELLING: Final = re.compile(
    r"pass|pwd|token|key|secret|pin|code|credential|psk|auth", re.IGNORECASE
)
_ORDINARY: Final = re.compile(r"[\d.,:+-]+|true|false|yes|no|on|off|null", re.IGNORECASE)
_LONG: Final = 12  # characters: from here on a value is no word that could stand anywhere
_SHORT: Final = 6
_MOST: Final = 1_000_000  # bytes


def secrets_in(file: Path | None) -> list[Secret]:
    """Return the values of a file, as far as hiding them everywhere hides nothing else.

    A value that is short, and whose key does not promise a secret, may be an ordinary word.
    """
    if file is None:
        return []
    try:
        text = file.read_text(encoding="utf-8")[:_MOST]
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as err:
        _LOG.warning("%s cannot be read, so its values are not hidden: %s", file, err)
        return []
    found = [_LINE.match(line.strip()) for line in text.splitlines()]
    return [
        Secret(value)
        for one in found
        if one is not None and _worth_hiding(one["key"], value := _plain(one["value"]))
    ]


def _plain(value: str) -> str:
    """Take a scalar out of its quotes, or its comment off."""
    if value[0] in "\"'" and (end := value.find(value[0], 1)) > 0:
        return value[1:end]
    return re.split(r"\s#", value, maxsplit=1)[0].strip()


def _worth_hiding(key: str, value: str) -> bool:
    if _TELLING.search(key):
        return len(value) >= _SHORT or (len(value) >= 4 and value.isdigit())
    return len(value) >= _LONG and not _ORDINARY.fullmatch(value)
