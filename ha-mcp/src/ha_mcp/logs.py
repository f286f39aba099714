"""How the log looks, and who may write how much into it."""

import logging
import sys
from collections.abc import Iterable
from typing import Final

from .options import Options
from .redact import ADDRESS_LOG, Redacting
from .secret import Secret
from .secrets_file import secrets_in

_LINE: Final = "%(asctime)s %(levelname)s %(message)s"
_TALKATIVE: Final = ("aiohttp", "asyncio", "mcp", "uvicorn")


def open_log(options: Options) -> None:
    """Write the log of a server of one home; stdout may belong to the protocol."""
    write_log(options.log_level, [*options.secrets, *secrets_in(options.secrets_file)])


def write_log(level: str, secrets: Iterable[Secret]) -> None:
    """Write the log to stderr, as much as is wanted and nothing of these."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting(_LINE, secrets))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger(ADDRESS_LOG).setLevel(logging.INFO)
    if level != "debug":
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)
