"""What the relay inside Core costs: time on top of the direct path, memory, and a large answer.

The relay is set up as for a server elsewhere, so no Supervisor is needed. Direct and relayed calls
take turns, so that whatever else the machine does meets both.
"""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp
from aiohttp import web

from lab.client import CoreClient, core_client
from lab.core import RunningCore
from lab.paths import REPOSITORY
from lab.process import free_port
from lab.server import running_server

from .asking import Figures, percentiles, raw, request
from .processes import forget_peak, peak_mib, resident_mib

_INTEGRATION: Final = REPOSITORY / "webhook-proxy/custom_components/ha_mcp_proxy"
_FLOW: Final = "/api/config/config_entries/flow"
_NOT_OURS: Final = "/api/webhook/nobody_has_this_id"
_CALL: Final = request("tools/call", {"name": "ha_get_overview", "arguments": {}})
_TIMES = 500
_MIB = 1024 * 1024
_LARGE = 20 * _MIB
_PAUSE = 0.05  # seconds that the slow client takes for each part
_PART = _MIB // 2


async def relay_figures(folder: Path, core: RunningCore) -> Figures:
    """Install the relay in a Core and measure; Core is restarted for it."""
    place = core.config_dir / "custom_components" / _INTEGRATION.name
    shutil.copytree(_INTEGRATION, place, ignore=shutil.ignore_patterns("__pycache__"))
    await core.restart()
    home = (core.url, core.token)
    async with (
        running_server(folder, None, home=home, port=free_port(), path="/private_bench") as server,
        core_client(core.url, core.token) as client,
        aiohttp.ClientSession() as session,
    ):
        await server.wait_synced()
        await _warm(session, core)
        without = resident_mib(core.pid)
        url = await _led_to(server.url, core, client)
        loaded = resident_mib(core.pid)
        figures = await _taking_turns(session, server.url, url)
        figures["core_memory_mib"] = _memory(without, loaded, resident_mib(core.pid))
        async with _large_answers() as large:
            figures["large_answer"] = await _large(
                session, await _led_to(large, core, client), core
            )
        return figures


async def _warm(session: aiohttp.ClientSession, core: RunningCore) -> None:
    """Let Core answer as often as it will later, so that only the relay is counted."""
    for _ in range(_TIMES):
        async with session.post(core.url + _NOT_OURS, data=_CALL) as answer:
            await answer.read()


async def _led_to(target: str, core: RunningCore, client: CoreClient) -> str:
    """Enter the address of a server, as a person does; return where the relay has it."""
    form = await client.post(_FLOW, {"handler": _INTEGRATION.name})
    made = await client.post(f"{_FLOW}/{form['flow_id']}", {"url": target})
    path: str = made["description_placeholders"]["path"]
    return core.url + path


async def _taking_turns(session: aiohttp.ClientSession, direct: str, relayed: str) -> Figures:
    taken: dict[str, list[float]] = {direct: [], relayed: []}
    for turn in range(_TIMES + 10):
        for url, times in taken.items():
            started = time.perf_counter()
            await raw(session, url, _CALL)
            if turn >= 10:
                times.append((time.perf_counter() - started) * 1000)
    one, other = percentiles(taken[direct]), percentiles(taken[relayed])
    on_top = [there - here for here, there in zip(*taken.values(), strict=True)]
    return {
        "direct": one,
        "relayed": other,
        "on_top": percentiles(on_top),
        "ratio": {key: round(other[key] / one[key], 2) for key in one},
    }


def _memory(without: float, loaded: float, after: float) -> Figures:
    return {
        "without": without,
        "loaded": loaded,
        "after_calls": after,
        "on_top": round(after - without, 1),
    }


@asynccontextmanager
async def _large_answers() -> AsyncIterator[str]:
    """Serve what answers every call with 20 MiB, in parts."""

    async def answer(call: web.Request) -> web.StreamResponse:
        if b"initialize" in await call.read():
            return web.json_response({"jsonrpc": "2.0", "id": 1, "result": {"serverInfo": {}}})
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(call)
        for _ in range(_LARGE // _PART):
            await response.write(bytes(_PART))
        return response

    application = web.Application()
    application.router.add_post("/large", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/large"
    finally:
        await runner.cleanup()


async def _large(session: aiohttp.ClientSession, url: str, core: RunningCore) -> Figures:
    return {
        "mib": _LARGE // _MIB,
        "fast_client": await _streamed(session, url, core, pause=0),
        "slow_client": await _streamed(session, url, core, pause=_PAUSE),
    }


async def _streamed(
    session: aiohttp.ClientSession, url: str, core: RunningCore, *, pause: float
) -> dict[str, Any]:
    before = resident_mib(core.pid)
    forget_peak(core.pid)
    started, received = time.perf_counter(), 0
    async with session.post(url, json={}) as answer:
        async for part in answer.content.iter_chunked(_PART):
            received += len(part)
            await asyncio.sleep(pause)
    if received != _LARGE:
        raise RuntimeError(f"{received} bytes arrived of {_LARGE}")
    return {
        "seconds": round(time.perf_counter() - started, 2),
        "core_peak_on_top_mib": round(peak_mib(core.pid) - before, 1),
    }
