"""How long what came over HTTP may be used without asking again."""

from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

SHORTEST: Final = 300.0  # seconds: else every page that somebody opens would ask
LONGEST: Final = 86_400.0


def lifetime(headers: Mapping[str, str]) -> float:
    """Return the seconds that the headers allow, within what is reasonable."""
    return min(max(_allowed(headers), SHORTEST), LONGEST)


def _allowed(headers: Mapping[str, str]) -> float:
    said = dict(_directives(headers.get("Cache-Control", "")))
    if {"no-store", "no-cache"} & said.keys():
        return 0
    for name in ("s-maxage", "max-age"):
        if said.get(name, "").isdecimal():
            return float(said[name][:12]) - _seconds(headers.get("Age", ""))
    return _until_expiry(headers)


def _until_expiry(headers: Mapping[str, str]) -> float:
    try:
        expires = parsedate_to_datetime(headers["Expires"]).replace(tzinfo=UTC)
        date = parsedate_to_datetime(headers["Date"]).replace(tzinfo=UTC)
    except (KeyError, ValueError):
        return 0
    return (expires - date).total_seconds()


def _directives(text: str) -> list[tuple[str, str]]:
    parts = (part.strip().lower().partition("=") for part in text.split(","))
    return [(name.strip(), value.strip(' "')) for name, _, value in parts]


def _seconds(text: str) -> float:
    return float(text[:12]) if text.isdecimal() else 0
