"""Tokens that only this server can read, and what is kept of those that have to be remembered.

An access token carries what it admits to, encrypted, so that verifying it asks no database. Codes
and refresh tokens are random words: the database holds their hashes, so a copy of it opens nothing.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import zlib
from typing import Final

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from ..problems import Invalid

LONGEST: Final = 12_000  # characters of any token: longer ones are not looked at
_SHORTEST_KEY: Final = 32
_RANDOM: Final = 32  # bytes
_ACCESS: Final = "hamcp_a_"
_REFRESH: Final = "hamcp_r_"
_CODE: Final = "hamcp_c_"
_WORD: Final = re.compile(
    r"hamcp_[rc]_(?P<word>[A-Za-z0-9_-]{43})(?:\.(?P<sealed>[A-Za-z0-9_=-]+))?"
)
_MOST_OPENED: Final = 64 * 1024  # bytes after decompression


class NotOurs(ValueError):
    """This text was not sealed with any of our keys, or for another purpose."""


class Seal:
    """Closes data so that it can be handed out and comes back unchanged and unread."""

    def __init__(self, key: str, *older: str) -> None:
        """Take the key, and older ones that what was sealed before is still opened with."""
        raw = [_key(one) for one in (key, *older)]
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(one)) for one in raw])
        self._derive = hmac.digest(raw[0], b"ha-mcp words", "sha256")

    def close(self, purpose: str, data: bytes) -> str:
        """Seal data for one purpose; the text fits into an address."""
        whole = purpose.encode() + b"\0" + zlib.compress(data)
        return self._fernet.encrypt(whole).decode().rstrip("=")

    def open(self, purpose: str, text: str) -> bytes:
        """Return what was sealed for this purpose; raises NotOurs."""
        if len(text) > LONGEST or not text.isascii():
            raise NotOurs
        try:
            whole = self._fernet.decrypt(text + "=" * (-len(text) % 4))
        except (InvalidToken, binascii.Error, ValueError) as err:
            raise NotOurs from err
        found, _, packed = whole.partition(b"\0")
        if found != purpose.encode():
            raise NotOurs
        return zlib.decompressobj().decompress(packed, _MOST_OPENED)

    def follow(self, word: str) -> str:
        """Return the word that follows another one, always the same: nobody else can tell it."""
        digest = hmac.digest(self._derive, word.encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class Claims(msgspec.Struct, frozen=True, array_like=True):
    """What an access token says."""

    grant: str
    client: str
    scopes: str
    issuer: str
    resource: str
    issued: float
    expires: float
    sealed: bytes | None = None


class Word(msgspec.Struct, frozen=True):
    """The two halves of a code or refresh token: the secret one, and what it carries for us."""

    secret: str
    sealed: str = ""

    @property
    def kept(self) -> str:
        """Return what the database knows it by."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def _text(self, prefix: str) -> str:
        return f"{prefix}{self.secret}{'.' if self.sealed else ''}{self.sealed}"

    def as_code(self) -> str:
        """Return the text of a code."""
        return self._text(_CODE)

    def as_refresh(self) -> str:
        """Return the text of a refresh token."""
        return self._text(_REFRESH)


def new_key() -> str:
    """Return a key for a seal."""
    return Fernet.generate_key().decode()


def new_word(sealed: str = "") -> Word:
    """Return a word that nobody can guess."""
    return Word(secrets.token_urlsafe(_RANDOM), sealed)


def read_code(text: str) -> Word | None:
    """Read a code, or return nothing when it cannot be one of ours."""
    return _read(_CODE, text)


def read_refresh(text: str) -> Word | None:
    """Read a refresh token, or return nothing when it cannot be one of ours."""
    return _read(_REFRESH, text)


def write_access(seal: Seal, claims: Claims) -> str:
    """Return the text of an access token."""
    return _ACCESS + seal.close("access", msgspec.msgpack.encode(claims))


def read_access(seal: Seal, text: str) -> Claims:
    """Return what an access token says, whether or not it is still good; raises NotOurs."""
    if not text.startswith(_ACCESS):
        raise NotOurs
    data = seal.open("access", text.removeprefix(_ACCESS))
    try:
        return _CLAIMS.decode(data)
    except msgspec.DecodeError as err:
        raise NotOurs from err


_CLAIMS: Final = msgspec.msgpack.Decoder(Claims)


def _read(prefix: str, text: str) -> Word | None:
    if len(text) > LONGEST or not text.startswith(prefix):
        return None
    found = _WORD.fullmatch(text)
    return Word(found["word"], found["sealed"] or "") if found else None


def _key(text: str) -> bytes:
    """Return the 32 bytes of a key: as Fernet writes them, or made from a long enough text."""
    text = text.strip()
    try:
        raw = base64.urlsafe_b64decode(text)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) == _RANDOM:
        return raw
    if len(text) < _SHORTEST_KEY:
        raise Invalid(
            f"The encryption key has {len(text)} characters; at least {_SHORTEST_KEY} are needed",
            hint="Make one with: openssl rand -base64 32",
        )
    return hashlib.sha256(text.encode()).digest()
