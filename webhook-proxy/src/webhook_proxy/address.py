"""The address under which assistants reach the home from outside."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .core import Core, Refused


@dataclass(frozen=True, slots=True)
class Address:
    """An address without the webhook's path, and what an assistant in the cloud trips over."""

    base: str
    doubts: tuple[str, ...] = ()


async def remote_address(core: Core, configured: str | None) -> Address | None:
    """Return Nabu Casa's address when it is connected, else the configured one, else Core's own."""
    cloud = await _asked(core, "cloud/status")
    known = await _asked(core, "network/url")
    if cloud.get("logged_in") and cloud.get("remote_connected"):
        base = known.get("cloud") or f"https://{cloud['remote_domain']}"
    else:
        base = configured or known.get("external") or ""
    return Address(base.rstrip("/"), tuple(_doubts(base))) if base else None


def _doubts(base: str) -> list[str]:
    parts = urlsplit(base)
    doubts = []
    if parts.scheme != "https":
        doubts.append("it is not https, which claude.ai and ChatGPT insist on")
    elif parts.port not in {None, 443}:
        doubts.append(f"claude.ai does not reach port {parts.port}, only 443")
    return doubts


async def _asked(core: Core, kind: str) -> dict[str, Any]:
    """Return what a command says; a part of Core that is not there says nothing."""
    try:
        return dict(await core.command(kind))
    except Refused:
        return {}
