"""Texts that must not be seen, and the one that is the app's own address.

A private address is as good as a password, so it is made of 128 random bits, kept in a file that
only the owner reads, and shown in one place: the log at the start.
"""

import hmac
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from .problems import Invalid

MINIMUM: Final = 16
_RANDOM_BYTES = 16
_KEY_BYTES = 32
_WORD = re.compile(r"[A-Za-z0-9._~-]+")
_RULE = f"at least {MINIMUM} letters, digits or - _ . ~ are needed"


class Secret:
    """A text that shows itself only when asked to."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Keep the text."""
        self._text = text

    def reveal(self) -> str:
        """Return the text: for a header or an address, never for a message."""
        return self._text

    def __repr__(self) -> str:
        """Stand in for the text."""
        return "…"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        """Compare without telling by the time taken how much was right."""
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        """Hash like the text."""
        return hash(self._text)


def hard_to_guess(value: Any) -> Secret:
    """Return a chosen path as a secret, or raise ``ValueError`` without repeating it."""
    if not isinstance(value, str):
        raise ValueError(f"it is not a text; {_RULE}")  # noqa: TRY004 - the value is wrong
    word = value.strip().removeprefix("/").removesuffix("/")
    if not _WORD.fullmatch(word):
        raise ValueError(f"it has characters that an address cannot carry; {_RULE}")
    if len(word) < MINIMUM:
        raise ValueError(f"it has {len(word)} characters; {_RULE}")
    return Secret(word)


def _private() -> str:
    return f"private_{secrets.token_urlsafe(_RANDOM_BYTES)}"


def key() -> str:
    """Return what can be made into a key: 256 random bits."""
    return secrets.token_urlsafe(_KEY_BYTES)


def kept(file: Path, make: Callable[[], str] = _private) -> Secret:
    """Return the secret that is kept in a file, making both when there is none."""
    try:
        return hard_to_guess(file.read_text(encoding="ascii"))
    except FileNotFoundError:
        return _made(file, make())
    except (OSError, ValueError) as err:
        raise Invalid(
            f"The app's secret in {file} cannot be used: {err}",
            hint="Set the option secret_path",
        ) from err


def _made(file: Path, word: str) -> Secret:
    secret = Secret(word)
    try:
        write_private(file, f"{secret.reveal()}\n")
    except OSError as err:
        raise Invalid(f"The app's secret cannot be kept in {file}: {err}") from err
    return secret


def write_private(file: Path, text: str) -> None:
    """Write a file that is whole or absent, and that only the owner reads."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
