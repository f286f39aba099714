"""What admits from outside: a login, or the address alone.

A new installation wants a login. One that was there before logins were keeps what it had until its
owner says otherwise: an update must not cut off assistants that are set up.
"""

import os
from pathlib import Path

from ._shared.relay import AUTH_LOGIN, AUTH_URL
from .options import AppOptions
from .trouble import Trouble


def remote_auth(file: Path, options: AppOptions, *, used_before: bool) -> str:
    """Return what admits, and keep it for the next start; raises Trouble.

    ``used_before`` is whether this app had an address before it knew of logins.
    """
    if options.mcp_server_url is not None:
        return _elsewhere(options.remote_auth)
    decided = options.remote_auth or _kept(file) or (AUTH_URL if used_before else AUTH_LOGIN)
    if decided != _kept(file):
        _keep(file, decided)
    return decided


def _elsewhere(chosen: str | None) -> str:
    """Return what admits to a server that is not paired, which nobody could ask for a login."""
    if chosen == AUTH_LOGIN:
        raise Trouble(
            "Option remote_auth is wrong: a login is only possible with the app MCP Server for Home"
            " Assistant on this machine, not with mcp_server_url"
        )
    return AUTH_URL


def _kept(file: Path) -> str | None:
    try:
        kept = file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return AUTH_LOGIN
    # What is not understood is never taken for less.
    return AUTH_URL if kept == AUTH_URL else AUTH_LOGIN


def _keep(file: Path, decided: str) -> None:
    draft = file.with_name(f".{file.name}")
    try:
        with draft.open("w", encoding="ascii") as stream:
            stream.write(f"{decided}\n")
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    except OSError as err:
        raise Trouble(f"What admits from outside cannot be kept: {err}") from err
