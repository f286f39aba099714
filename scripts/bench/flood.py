"""What a flood of bad tokens costs whoever has a good one, at a server for many people."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp

from ha_mcp.access.scopes import Scope, up_to, written
from ha_mcp.access.sqlite import SqliteRecords
from ha_mcp.access.store import AccessStore, KeptGrant
from ha_mcp.access.tokens import Claims, Seal, new_key, write_access
from ha_mcp.many.way import Way
from lab.client import core_client
from lab.core import RunningCore
from lab.process import free_port
from lab.server import running_server

from .asking import Figures, raw, request, timed

_PATH: Final = "/mcp"
_AT_ONCE: Final = 64  # connections of the one who floods
_TIMES: Final = 300
_SETTLE: Final = 2.0  # seconds until the flood is one
_HOUR: Final = 3600.0
_CALL: Final = request(
    "tools/call",
    {"name": "ha_get_state", "arguments": {"entity_ids": ["light.kitchen_ceiling_light"]}},
)


async def flood_figures(folder: Path, core: RunningCore) -> Figures:
    """Time a call with a good token, in peace and while bad ones arrive."""
    port, key = free_port(), new_key()
    base = f"http://127.0.0.1:{port}"
    environment = {
        "MCP_BASE_URL": base,
        "OAUTH_ENCRYPTION_KEY": key,
        "MCP_ALLOW_LOCAL_HOMES": "true",
    }
    command: list[str | Path] = [Path(sys.executable).parent / "ha-mcp-oauth"]
    home = (core.url, core.token)
    async with running_server(
        folder, command, home=home, port=port, path=_PATH, env=environment
    ) as server:
        while await server.health() is None:
            server.check_alive()
            await asyncio.sleep(0.05)
        token = await _granted(folder / "state" / "ha-mcp" / "oauth", base, key, core)
        headers = {"Authorization": f"Bearer {token}"}
        async with aiohttp.ClientSession(headers=headers) as session:

            async def ask() -> dict[str, Any]:
                return await raw(session, base + _PATH, _CALL)

            await ask()  # the home is opened
            peace = await timed(ask, _TIMES)
            async with _flood(base + _PATH):
                flooded = await timed(ask, _TIMES)
    return {
        "in_peace": peace,
        "flooded": flooded,
        "flooding_connections": _AT_ONCE,
        "ratio_p50": round(flooded["p50_ms"] / peace["p50_ms"], 2),
    }


async def _granted(state: Path, base: str, key: str, core: RunningCore) -> str:
    """Return an access token as somebody gets it who signs in; the server's own store knows it."""
    async with core_client(core.url, core.token) as client:
        user = await client.command("auth/current_user")
    now, resource = time.time(), base + _PATH
    grant = KeptGrant(
        id="bench",
        client_id="bench",
        client_name="Bench",
        user_id=user["id"],
        user_name=user["name"],
        scopes=tuple(up_to(Scope.ADMIN)),
        created=now,
        expires=None,
        issuer=base,
        resource=resource,
    )
    store = AccessStore(SqliteRecords(state / "access.db"))
    await store.add_grant(grant, now + _HOUR)
    await store.close()
    claims = Claims(
        grant=grant.id,
        client=grant.client_id,
        scopes=written(grant.scopes),
        issuer=base,
        resource=resource,
        issued=now,
        expires=now + _HOUR,
        sealed=Way(core.url, user["id"], core.token).sealed(),
    )
    return write_access(Seal(key), claims)


@asynccontextmanager
async def _flood(url: str) -> AsyncIterator[None]:
    """Send bad tokens from a process of its own, so that only the server is shared."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.flood", url)
    try:
        await asyncio.sleep(_SETTLE)
        yield
    finally:
        process.kill()
        await process.wait()


async def _send_bad_ones(url: str) -> None:
    bad = {"Authorization": f"Bearer {write_access(Seal(new_key()), _nobodys(url))}"}

    async def caller(session: aiohttp.ClientSession) -> None:
        while True:
            async with session.post(url, data=_CALL) as answer:
                await answer.read()

    connector = aiohttp.TCPConnector(limit=_AT_ONCE)
    headers = {**bad, "Content-Type": "application/json"}
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
        await asyncio.gather(*(caller(session) for _ in range(_AT_ONCE)))


def _nobodys(url: str) -> Claims:
    return Claims("nobody", "nobody", written(up_to(Scope.ADMIN)), url, url, 0.0, 2e9)


if __name__ == "__main__":
    asyncio.run(_send_bad_ones(sys.argv[1]))
