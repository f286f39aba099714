"""Measuring one server: from its start to its memory after all the calls."""

import asyncio
import json
import statistics
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp

from lab.process import free_port
from lab.server import RunningServer, running_server
from lab.tokens import count

from .asking import Figures, call_latency, list_latency, raw, request, throughput
from .deployed import image_environment
from .processes import resident_mib

_PATH = "/private_bench"
_STARTS = 3
_TIMES = 200
_AT_ONCE = 32
_LOAD = 3000
_LOOK_EVERY = 0.005
_SETTLING = 2.0  # seconds in which the memory that starting took is given back

type Calls = Mapping[str, tuple[str, dict[str, Any]]]
type Command = list[str | Path] | None


async def start_figures(folder: Path, command: Command, home: tuple[str, str]) -> Figures:
    """Start a server some times; return the medians of its first answer and its full picture."""
    answers, synced = [], []
    for _ in range(_STARTS):
        port = free_port()
        async with running_server(
            folder, command, home=home, port=port, path=_PATH, env=image_environment()
        ) as server:
            answers.append(await _first_answer(server))
            if command is None:
                synced.append(await server.wait_synced())
    figures: Figures = {"first_answer_s": round(statistics.median(answers), 3)}
    if synced:
        figures["mirror_complete_s"] = round(statistics.median(synced), 3)
    return figures


async def call_figures(
    server: RunningServer, calls: Calls, loads: Mapping[str, str], *, picture: bool
) -> Figures:
    """Measure everything that is asked of a running server."""
    await _first_answer(server)
    if picture:
        await server.wait_synced()
        await asyncio.sleep(_SETTLING)
    figures: Figures = {"memory_mib": {"ready": resident_mib(server.pid)}}
    async with aiohttp.ClientSession() as session:
        tools = (await raw(session, server.url, request("tools/list")))["tools"]
    figures["tools_list"] = {**_size_of(tools), **await list_latency(server.url, _TIMES)}
    offered = {tool["name"] for tool in tools}
    figures["calls"] = {
        name: await _call(server.url, tool, arguments) if tool in offered else {"offered": False}
        for name, (tool, arguments) in calls.items()
    }
    figures["throughput"] = {
        name: await throughput(server.url, *calls[call], _AT_ONCE, _LOAD)
        for name, call in loads.items()
        if calls[call][0] in offered
    }
    figures["memory_mib"]["after_calls"] = resident_mib(server.pid)
    return figures


async def _call(url: str, tool: str, arguments: dict[str, Any]) -> Figures:
    figures = await call_latency(url, tool, arguments, _TIMES)
    if "answer" in figures:
        figures["answer_tokens"] = count(figures.pop("answer"))
    return figures


def _size_of(tools: list[Any]) -> Figures:
    """Count the compact JSON of the whole array, as a client receives it."""
    text = json.dumps(tools, ensure_ascii=False, separators=(",", ":"))
    return {"tools": len(tools), "bytes": len(text.encode()), "tokens": count(text)}


async def _first_answer(server: RunningServer) -> float:
    """Return the seconds from the start of the process to its first `tools/list`."""
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                await raw(session, server.url, request("tools/list"))
            except aiohttp.ClientError:
                server.check_alive()
                await asyncio.sleep(_LOOK_EVERY)
            else:
                return time.monotonic() - server.started
