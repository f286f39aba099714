"""How fast and how large the index is, on the large home in memory; run by hand, asserts nothing.

PYTHONPATH=ha-mcp/src:scripts:tests python -m server.home.bench_search
"""

import asyncio
import gc
import random
import statistics
import sys
import time
import tracemalloc

from server.home.homes import Known, large_home
from server.home.searches import FIRST, FIRST_FIVE

_ROUNDS = 20
_INVENTED_WORDS = 6000  # the plan has few different words; a real home has thousands


async def _known() -> Known:
    known = Known(large_home())
    await known.core.subscribe("subscribe_entities", known.states.receive)
    for fetch in (
        known.registries.fetch_areas,
        known.registries.fetch_floors,
        known.registries.fetch_labels,
        known.registries.fetch_devices,
        known.registries.fetch_entities,
    ):
        await fetch(known.core)
    return known


def _say(what: str, value: float, unit: str) -> None:
    sys.stdout.write(f"{what:32}{value:9.2f} {unit}\n")


async def main() -> None:
    """Build, measure, ask."""
    known = await _known()
    started = time.perf_counter()
    known.index.reconcile()
    _say("build of the index", (time.perf_counter() - started) * 1000, "ms")
    started = time.perf_counter()
    await known.bodies.refresh_all()
    _say("bodies, read and indexed", (time.perf_counter() - started) * 1000, "ms")
    started = time.perf_counter()
    known.index.reconcile()
    _say("nothing changed", (time.perf_counter() - started) * 1000, "ms")
    _ask(known)
    await _weigh()


def _ask(known: Known) -> None:
    dice = random.Random(1)
    for _ in range(_INVENTED_WORDS):
        known.index.vocabulary.entry("".join(dice.choices("abcdefghiklmnoprstu", k=7)))
    queries = [query for query, _ in (*FIRST, *FIRST_FIVE)]
    queries += ["batteries below 20", "open windows", "unavailable", "lights on in the kitchen"]
    took: list[float] = []
    for query in queries * _ROUNDS:
        started = time.perf_counter()
        _ = known.search.find(query).hits[:20]
        took.append((time.perf_counter() - started) * 1000)
    _say("search p50", statistics.median(took), "ms")
    _say("search p95", statistics.quantiles(took, n=20)[-1], "ms")


async def _weigh() -> None:
    known = await _known()
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    known.index.reconcile()
    known.search.find("light")
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    _say("index", (after - before) / 2**20, "MiB")
    before = after
    await known.bodies.refresh_all()
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    _say("bodies, and their part of it", (after - before) / 2**20, "MiB")


if __name__ == "__main__":
    asyncio.run(main())
