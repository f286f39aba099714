"""The server's own certificate, also when it is renewed while the server runs."""

import asyncio
import logging
import ssl
from pathlib import Path
from typing import Final

from ..problems import Invalid

_LOG = logging.getLogger(__name__)
_LOOK_EVERY: Final = 60.0  # seconds; whoever renews certificates does so weeks ahead


class Tls:
    """A certificate with its key, as it is in their files now."""

    def __init__(self, chain: Path, key: Path) -> None:
        """Load both; raises Invalid when that does not work."""
        self._chain = chain
        self._key = key
        self._seen = self._stamps()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.set_alpn_protocols(["http/1.1"])
        self._load(self.context)

    async def follow(self, every: float = _LOOK_EVERY) -> None:
        """Take renewed files into use, for ever; while they do not fit, the old ones stay."""
        while True:
            await asyncio.sleep(every)
            if (now := self._stamps()) != self._seen:
                self._seen = now
                self._renew()

    def _renew(self) -> None:
        try:
            # First elsewhere: half a renewal would leave the server without any certificate.
            self._load(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
            self._load(self.context)
        except Invalid as problem:
            _LOG.warning("The renewed certificate is not used: %s", problem.message)
        else:
            _LOG.info("The renewed certificate is in use")

    def _load(self, context: ssl.SSLContext) -> None:
        for name, file in (("SSL_CERTFILE", self._chain), ("SSL_KEYFILE", self._key)):
            try:
                file.read_bytes()
            except OSError as err:
                raise _wrong(name, f"{file} cannot be read: {err.strerror or err}") from err
        try:
            context.load_cert_chain(self._chain, self._key, password=_ask_nobody)
        except (ssl.SSLError, ValueError) as err:
            raise _wrong("SSL_CERTFILE", self._reason(err)) from err

    def _reason(self, err: ssl.SSLError | ValueError) -> str:
        if isinstance(err, ssl.SSLError) and err.reason == "KEY_VALUES_MISMATCH":
            return f"the key in {self._key} belongs to another certificate"
        if b"PRIVATE KEY" not in self._key.read_bytes():
            return f"there is no private key in {self._key}; set SSL_KEYFILE"
        if b"ENCRYPTED" in self._key.read_bytes():
            return f"the key in {self._key} has a password; one without is needed"
        return f"{self._chain} with {self._key} is no certificate with its key, both as PEM"

    def _stamps(self) -> list[int]:
        """Return when the files that are there were written last."""
        return [file.stat().st_mtime_ns for file in (self._chain, self._key) if file.exists()]


def _ask_nobody() -> str:
    """Stand in for the question for a password, which would wait at a terminal."""
    return ""


def _wrong(name: str, reason: str) -> Invalid:
    return Invalid(f"Option {name} is wrong: {reason}", what="option", which=name)
