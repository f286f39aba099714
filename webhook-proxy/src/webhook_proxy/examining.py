"""The server's doctor, asked to look at the remote address."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout

from ._shared.relay import CONTRACTS_HEADER, EXAMINE_PATH, OURS, PROOF_HEADER, prove
from .finding import Server

_PATIENCE: Final = ClientTimeout(total=90)


async def examined(
    session: ClientSession, server: Server, url: str, auth: str
) -> Mapping[str, Any] | None:
    """Return the doctor's report, or nothing from a server that has no doctor.

    The server shows its owner the address, and whether it leads to a login (``auth``).
    """
    if not server.base:
        return None
    headers = {
        PROOF_HEADER: prove(server.token, "POST", nonce=secrets.token_hex(16)),
        CONTRACTS_HEADER: str(OURS),
    }
    try:
        async with session.post(
            server.base + EXAMINE_PATH,
            json={"url": url, "auth": auth},
            headers=headers,
            timeout=_PATIENCE,
        ) as answer:
            said = await answer.json(content_type=None) if answer.ok else None
    except (ClientError, TimeoutError, ValueError):
        return None
    return said if isinstance(said, dict) else None
