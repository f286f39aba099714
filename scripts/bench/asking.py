"""Asking a server: by the official client for what one caller feels, by bare HTTP for load."""

import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import aiohttp
from mcp import Client, types

type Figures = dict[str, Any]

_HEADERS = {
    "Accept": "application/json, text/event-stream",
    "Content-Type": "application/json",
    "MCP-Protocol-Version": "2025-11-25",
}
_WARM_UP = 10


def request(method: str, params: dict[str, Any] | None = None) -> bytes:
    """Return the body of one request."""
    return json.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
    ).encode()


async def raw(session: aiohttp.ClientSession, url: str, body: bytes) -> dict[str, Any]:
    """Send one request over bare HTTP and return its result."""
    async with session.post(url, data=body, headers=_HEADERS) as answer:
        answer.raise_for_status()
        result: dict[str, Any] = (await answer.json())["result"]
        return result


async def timed(ask: Callable[[], Awaitable[Any]], times: int) -> Figures:
    """Ask one after the other and return p50 and p95 in milliseconds."""
    for _ in range(_WARM_UP):
        await ask()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        await ask()
        taken.append((time.perf_counter() - started) * 1000)
    return percentiles(taken)


def percentiles(taken: Sequence[float]) -> Figures:
    """Return p50 and p95 of times in milliseconds."""
    return {"p50_ms": _round(statistics.median(taken)), "p95_ms": _round(_percentile(taken, 95))}


def _percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def _round(value: float) -> float:
    return round(value, 2)


async def list_latency(url: str, times: int) -> Figures:
    """Time `tools/list` by bare HTTP, since the client keeps the list."""
    async with aiohttp.ClientSession() as session:
        return await timed(lambda: raw(session, url, request("tools/list")), times)


async def call_latency(url: str, tool: str, arguments: dict[str, Any], times: int) -> Figures:
    """Time one call by the official client, and keep the size of what it answers."""
    async with Client(url) as client:
        first = await client.call_tool(tool, arguments)
        if first.is_error:
            return {"refused": text_of(first)}
        figures = await timed(lambda: client.call_tool(tool, arguments), times)
        return {**figures, "answer_bytes": len(text_of(first).encode()), "answer": text_of(first)}


def text_of(result: types.CallToolResult) -> str:
    """Return the text that a model reads."""
    return "\n".join(part.text for part in result.content if isinstance(part, types.TextContent))


async def throughput(
    url: str, tool: str, arguments: dict[str, Any], at_once: int, total: int
) -> Figures:
    """Return calls per second with so many at once, on connections that are kept open."""
    body = request("tools/call", {"name": tool, "arguments": arguments})
    left = iter(range(total))

    async def caller(session: aiohttp.ClientSession) -> None:
        for _ in left:
            await raw(session, url, body)

    connector = aiohttp.TCPConnector(limit=at_once)
    async with aiohttp.ClientSession(connector=connector) as session:
        await raw(session, url, body)
        started = time.perf_counter()
        await asyncio.gather(*(caller(session) for _ in range(at_once)))
        taken = time.perf_counter() - started
    return {"calls_per_s": round(total / taken), "at_once": at_once}
