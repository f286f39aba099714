"""Measure the floor and the server against the same large home and print the figures."""

import asyncio
import json
import os
import platform
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from lab import tokens
from lab.client import core_client
from lab.core import RunningCore, running_core
from lab.homes.bodies import ONLY_IN_A_BODY
from lab.process import free_port
from lab.progress import Trouble, say, step
from lab.server import running_server

from . import floor
from .asking import Figures
from .deployed import compile_sources, image_environment
from .documents import document_figures
from .flood import flood_figures
from .measuring import call_figures, start_figures
from .processes import cpu_percent, until_calm
from .relay import relay_figures

_CHANGES_PER_SECOND = 25
_IDLE_SECONDS = 20.0

CALLS: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "search": ("ha_search", {"query": "kitchen light"}),
    "search_with_typos": ("ha_search", {"query": "kichen ceilng ligt"}),
    "search_in_bodies": ("ha_search", {"query": ONLY_IN_A_BODY}),
    "search_filtered": ("ha_search", {"device_class": "battery", "state": "<20"}),
    "state": ("ha_get_state", {"entity_ids": ["light.kitchen_ceiling_light"]}),
    "overview": ("ha_get_overview", {}),
    "overview_of_area": ("ha_get_overview", {"area": "Kitchen"}),
    "list_actions": ("ha_list_actions", {"query": "light"}),
    "action": (
        "ha_call_action",
        {"action": "light.toggle", "target": {"entity_id": ["light.kitchen_ceiling_light"]}},
    ),
}
_NOTHING: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {"nothing": (floor.TOOL, {})}


def main() -> int:
    """Print the figures as JSON on standard output."""
    try:
        print(json.dumps(asyncio.run(_measure()), indent=2, ensure_ascii=False))
    except Trouble as trouble:
        say(str(trouble))
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 1
    return 0


async def _measure() -> Figures:
    compile_sources()
    async with running_core("large") as core:
        await until_calm(core.pid)
        with tempfile.TemporaryDirectory(prefix="ha-mcp-bench-") as folder:
            with step("Measuring an empty tool on the bare SDK"):
                lowest = await _floor(Path(folder), core)
            with step("Measuring the server on the large home"):
                ours = await _ours(Path(folder), core)
            with step("Measuring the relay inside Home Assistant"):
                relay = await relay_figures(Path(folder), core)
            with step("Measuring a flood of bad tokens"):
                flood = await flood_figures(Path(folder), core)
            with step("Measuring configuration on the large home"):
                documents = await document_figures(Path(folder), core)
        return {
            "about": await _about(core),
            "floor": lowest,
            "server": ours,
            "ratio_to_floor": _ratios(ours, lowest),
            "documents": documents,
            "relay": relay,
            "flood_of_bad_tokens": flood,
        }


async def _floor(folder: Path, core: RunningCore) -> Figures:
    command: list[str | Path] = [sys.executable, floor.__file__]
    home = (core.url, core.token)
    figures = await start_figures(folder, command, home)
    async with running_server(
        folder, command, home=home, port=free_port(), path="/private_bench", env=image_environment()
    ) as server:
        calls = await call_figures(server, _NOTHING, {"nothing": "nothing"}, picture=False)
        return {**figures, **calls}


async def _ours(folder: Path, core: RunningCore) -> Figures:
    home = (core.url, core.token)
    figures = await start_figures(folder, None, home)
    async with running_server(
        folder, None, home=home, port=free_port(), path="/private_bench", env=image_environment()
    ) as server:
        loads = {"state": "state", "search": "search"}
        figures |= await call_figures(server, CALLS, loads, picture=True)
        figures["idle_cpu_percent_of_a_core"] = await _idle(server.pid, core)
    return figures


async def _idle(pid: int, core: RunningCore) -> Figures:
    """Measure what a quiet and what a busy home cost while nobody asks anything."""
    quiet = await cpu_percent(pid, _IDLE_SECONDS)
    async with core_client(core.url, core.token) as client:
        await client.act("large_home.set_change_rate", per_second=_CHANGES_PER_SECOND)
        busy = await cpu_percent(pid, _IDLE_SECONDS)
        await client.act("large_home.set_change_rate", per_second=0)
    return {"quiet": quiet, f"at_{_CHANGES_PER_SECOND}_changes_per_s": busy}


def _ratios(ours: Figures, lowest: Figures) -> Figures:
    """Divide every figure that the floor has too."""
    call, load = lowest["calls"]["nothing"], lowest["throughput"]["nothing"]
    memory = lowest["memory_mib"]
    return {
        "first_answer": _ratio(ours["first_answer_s"], lowest["first_answer_s"]),
        "mirror_complete": _ratio(ours["mirror_complete_s"], lowest["first_answer_s"]),
        "memory": {key: _ratio(ours["memory_mib"][key], memory[key]) for key in memory},
        "tools_list_p50": _ratio(ours["tools_list"]["p50_ms"], lowest["tools_list"]["p50_ms"]),
        "calls": {
            name: {key: _ratio(figures[key], call[key]) for key in ("p50_ms", "p95_ms")}
            for name, figures in ours["calls"].items()
            if "p50_ms" in figures
        },
        "throughput": {
            name: _ratio(figures["calls_per_s"], load["calls_per_s"])
            for name, figures in ours["throughput"].items()
        },
    }


def _ratio(ours: float, lowest: float) -> float:
    return round(ours / lowest, 2)


async def _about(core: RunningCore) -> Figures:
    async with core_client(core.url, core.token) as client:
        states = len(await client.get("/api/states"))
    return {
        "core": core.version,
        "states": states,
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "tokenizer": tokens.NAME,
        "calls": "official Python client (mcp 2.3), one at a time, HTTP on the loopback",
        "throughput": "bare HTTP requests (aiohttp) on connections that are kept open",
        "tools_list": "bare HTTP requests; the client would answer from its own memory",
        "relay": "bare HTTP requests, direct and relayed in turns; its ratio is relayed to direct",
    }


if __name__ == "__main__":
    sys.exit(main())
