"""What the owner decides about the edge of a server outside Home Assistant OS."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .problems import Invalid

EVERY_ORIGIN: Final = "*"
_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The files of a certificate with its chain, and of its key."""

    chain: Path
    key: Path


def certificate(environ: Mapping[str, str]) -> Certificate | None:
    """Read where the certificate is; one file may hold both."""
    chain = environ.get("SSL_CERTFILE", "").strip()
    key = environ.get("SSL_KEYFILE", "").strip()
    if key and not chain:
        raise Invalid(
            "SSL_CERTFILE is not set, and SSL_KEYFILE is",
            hint="Set both, or neither",
            what="option",
            which="SSL_CERTFILE",
        )
    return Certificate(chain=Path(chain), key=Path(key or chain)) if chain else None


def cors_origins(environ: Mapping[str, str], *, guessable: bool) -> frozenset[str]:
    """Read the origins of the web pages that may use the server.

    ``guessable``: nothing but the origin keeps the pages of strangers away.
    """
    written = environ.get("MCP_CORS_ORIGINS", "").replace(",", " ").split()
    origins = frozenset(one.lower().removesuffix("/") for one in written)
    if EVERY_ORIGIN in origins and guessable:
        raise wrong(
            "MCP_CORS_ORIGINS",
            "with * every web page that is opened could control the home, because the address of"
            " the server can be guessed; list the origins, or set a long MCP_SECRET_PATH",
        )
    for origin in sorted(origins - {EVERY_ORIGIN}):
        if not _ORIGIN.fullmatch(origin):
            raise wrong(
                "MCP_CORS_ORIGINS",
                f"{origin!r} is not an origin; scheme, host and port such as"
                " https://inspector.example:8443 are needed, with a comma between two",
            )
    return origins


def wrong(name: str, reason: str) -> Invalid:
    """Say which option is wrong, and what would be right."""
    return Invalid(f"Option {name} is wrong: {reason}", what="option", which=name)
