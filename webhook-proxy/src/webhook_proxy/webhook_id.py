"""The id of the webhook: the secret part of the remote address, made once."""

import os
import re
import secrets
from pathlib import Path
from typing import Final

from .trouble import Trouble

_RIGHT: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")


def webhook_id(file: Path, chosen: str | None) -> str:
    """Return the id the owner chose, or the one that is kept, making it the first time."""
    if chosen is not None:
        if not _RIGHT.fullmatch(chosen):
            raise Trouble("Option webhook_id is wrong: 16 to 64 letters, digits, - or _ are needed")
        return chosen
    try:
        kept = file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return _made(file)
    except (OSError, ValueError) as err:
        raise Trouble(f"The webhook's id cannot be read: {err}") from err
    if not _RIGHT.fullmatch(kept):
        raise Trouble(f"The webhook's id in {file} is broken: set the option webhook_id")
    return kept


def _made(file: Path) -> str:
    made = f"mcp_{secrets.token_hex(16)}"
    draft = file.with_name(f".{file.name}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(f"{made}\n")
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
    return made
