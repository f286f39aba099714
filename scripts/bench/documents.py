"""What looking at and changing configuration costs on the large home, beside Core's own time.

Run alone (``python -m bench.documents``) it prints its own section.
"""

import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp
import orjson

from lab.client import CoreClient, core_client
from lab.core import RunningCore, running_core
from lab.process import free_port
from lab.progress import step
from lab.server import running_server

from .asking import Figures, percentiles, raw, request
from .deployed import image_environment
from .processes import until_calm

_TIMES: Final = 40
_WRITES: Final = 30  # by each
_PAUSE: Final = 1.0  # seconds between writes, as between an assistant's calls
_LISTED: Final = 1_000
_BOARD: Final = "bench-large"
_CARDS: Final = 5_200  # 1.5 MB
_STEPS: Final = 330  # 60 kB
_AUTOMATION: Final = "bench_large"
_RENAMED: Final = "light.kitchen_ceiling_light"


class _Asked:
    """Calls tools over bare HTTP and counts the bytes."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self.bytes = 0

    async def __call__(self, tool: str, **arguments: Any) -> str:
        """Return what a model reads; raises RuntimeError for a refusal."""
        body = request("tools/call", {"name": tool, "arguments": arguments})
        result = await raw(self._session, self._url, body)
        text = "\n".join(part.get("text", "") for part in result["content"])
        if result.get("isError"):
            raise RuntimeError(text)
        self.bytes = len(json.dumps(arguments).encode()) + len(text.encode())
        return text


async def document_figures(folder: Path, core: RunningCore) -> Figures:
    """Measure lists, previews and writes; the home is another one afterwards."""
    async with _serving(folder, core, {"HOMEASSISTANT_CONFIG": str(core.config_dir)}) as ways:
        figures = {
            "preview_of_an_automation": await _preview(ways[0]),
            "preview_of_a_removal": await _removal(ways[0]),
            "preview_of_a_rename": await _rename(ways[0]),
            "one_card_of_1500_kb": await _card(*ways),
            "one_step_of_60_kb": await _one_step(*ways),
        }
    async with _serving(folder, core, {}) as ways:
        figures |= {
            "one_step_without_the_folder": await _one_step(*ways),
            f"list_of_{_LISTED}_automations": await _listed(*ways, core),
        }
    return {"server": figures, "ratio_to_core": _ratios(figures)}


@asynccontextmanager
async def _serving(
    folder: Path, core: RunningCore, env: Mapping[str, str]
) -> AsyncIterator[tuple[_Asked, CoreClient]]:
    """Run the server, and give the way to it and the one to Core itself."""
    async with (
        core_client(core.url, core.token) as client,
        aiohttp.ClientSession() as session,
        running_server(
            folder,
            None,
            home=(core.url, core.token),
            port=free_port(),
            path="/private_bench",
            env={**image_environment(), **env},
        ) as server,
    ):
        await server.wait_synced()
        yield _Asked(session, server.url), client


async def _preview(asked: _Asked) -> Figures:
    """Preview a change of one automation after another, with checks and references."""
    heads = {row[1]: await _head(asked, "automation", row[1]) for row in await _some(asked)}
    etags = {one: head["etag"] for one, head in heads.items() if "read_only" not in head}
    left = iter(etags)

    async def ask() -> None:
        one = next(left)
        await asked(
            "ha_config_set",
            kind="automation",
            id=one,
            etag=etags[one],
            merge={"description": f"Seen at {time.time()}"},
            preview=True,
        )

    return await _timed(ask, len(etags))


async def _removal(asked: _Asked) -> Figures:
    """Preview the removal of a helper that others name."""
    rows = [row for row in await _rows(asked, "helper") if row[1].startswith("input_")]
    left = iter(rows[: _TIMES // 2])

    async def ask() -> None:
        await asked("ha_config_remove", kind="helper", ids=[next(left)[1]], preview=True)

    return await _timed(ask, len(rows[: _TIMES // 2]))


async def _rename(asked: _Asked) -> Figures:
    """Preview a rename of an entity that much names."""
    new = f"{_RENAMED}_renamed"

    async def ask() -> None:
        await asked("ha_rename", entity_id=_RENAMED, new_entity_id=new, preview=True)

    return await _timed(ask, _TIMES // 2)


async def _card(asked: _Asked, client: CoreClient) -> Figures:
    """Change one card of a large dashboard, and have Core save it whole."""
    cards = [
        {"type": "tile", "entity": "sun.sun", "name": f"Card {number}", "features": ["x" * 220]}
        for number in range(_CARDS)
    ]
    board = {"views": [{"title": "Large", "cards": cards}]}
    await client.command(
        "lovelace/dashboards/create", url_path=_BOARD, title="Large", mode="storage"
    )
    await client.command("lovelace/config/save", url_path=_BOARD, config=board)

    async def core_alone() -> None:
        cards[7]["name"] = f"By Core {time.time()}"
        await client.command("lovelace/config/save", url_path=_BOARD, config=board)

    writes = _Writes(asked, "dashboard", _BOARD, "/views/0/cards/2500/name")
    return await _by_turns(writes, core_alone, len(orjson.dumps(board)))


async def _one_step(asked: _Asked, client: CoreClient) -> Figures:
    """Change one step of a large automation, and have Core store and load it."""
    steps = [
        {
            "action": "light.turn_on",
            "target": {"entity_id": _RENAMED},
            "data": {"brightness_pct": number % 100, "transition": 1},
            "alias": f"Step {number} of a long evening, {'and so on ' * 5}",
        }
        for number in range(_STEPS)
    ]
    body = {
        "alias": "Bench large",
        "triggers": [{"trigger": "time", "at": "07:00:00"}],
        "conditions": [],
        "actions": steps,
    }

    async def core_alone() -> None:
        body["description"] = f"By Core {time.time()}"
        await client.post(f"/api/config/automation/config/{_AUTOMATION}", body)
        await client.event()  # it loads by itself what it has stored

    await client.command("subscribe_events", event_type="automation_reloaded")
    await core_alone()
    await asyncio.sleep(_PAUSE)  # the mirror hears of it
    writes = _Writes(asked, "automation", _AUTOMATION, "/actions/150/data/brightness_pct")
    return await _by_turns(writes, core_alone, len(orjson.dumps(body)), client.event)


class _Writes:
    """Patches one place of a document, each time as it was just read."""

    def __init__(self, asked: _Asked, kind: str, document_id: str, path: str) -> None:
        self._asked = asked
        self._kind = kind
        self._id = document_id
        self._path = path
        self._number = 0
        self._etag = ""
        self.size = 0  # of the largest request with its answer

    async def read(self) -> None:
        self._etag = await _etag(self._asked, self._kind, self._id)

    async def write(self) -> None:
        self._number += 1
        value: Any = f"Card {self._number}" if self._kind == "dashboard" else self._number
        await self._asked(
            "ha_config_set",
            kind=self._kind,
            id=self._id,
            etag=self._etag,
            patch=[{"op": "replace", "path": self._path, "value": value}],
        )
        self.size = max(self.size, self._asked.bytes)


async def _by_turns(
    writes: _Writes,
    core_alone: Callable[[], Awaitable[None]],
    body_bytes: int,
    heard: Callable[[], Awaitable[Any]] | None = None,
) -> Figures:
    """Write by the server and have Core save alone, and say what the server costs on top.

    Core spends a third of a second collecting garbage in many of the saves, whoever asks. So the
    turns follow no rule, which would give that to one of the two, and what is on top is the middle
    of all differences between a write and a save, not the difference of two middles. ``heard``
    takes in what a write has Core announce.
    """
    turns = [True, False] * _WRITES
    random.Random(0).shuffle(turns)
    ours: list[float] = []
    alone: list[float] = []
    for is_ours in turns:
        if is_ours:
            await writes.read()
            ours += await _taken(writes.write, pause=_PAUSE)
            if heard is not None:
                await heard()
        else:
            alone += await _taken(core_alone, pause=_PAUSE)
    return {
        **percentiles(ours),
        "request_and_answer_bytes": writes.size,
        "body_bytes": body_bytes,
        "core_alone": percentiles(alone),
        "on_top_ms": round(statistics.median(one - other for one in ours for other in alone), 2),
    }


async def _listed(asked: _Asked, client: CoreClient, core: RunningCore) -> Figures:
    """List a thousand automations."""
    file = core.config_dir / "automations.yaml"
    items = orjson.loads(orjson.dumps([_small(number) for number in range(_LISTED)]))
    lines = "".join(f"- {json.dumps(one)}\n" for one in items)  # JSON is YAML
    file.write_text(file.read_text(encoding="utf-8") + lines, encoding="utf-8")
    await client.act("automation.reload")
    while (found := await _total(asked)) < _LISTED:  # the mirror hears of them
        await asyncio.sleep(0.2)

    async def ask() -> None:
        await asked("ha_config_list", kind="automation", limit=50)

    return {**await _timed(ask, _TIMES), "automations": found}


def _small(number: int) -> dict[str, Any]:
    return {
        "id": f"bench{number}",
        "alias": f"Bench {number}",
        "triggers": [{"trigger": "time", "at": "06:00:00"}],
        "actions": [{"delay": 1}],
    }


async def _total(asked: _Asked) -> int:
    head = (await asked("ha_config_list", kind="automation", limit=1)).partition("\n")[0]
    return int(head.partition(" of ")[2].partition(",")[0])


async def _rows(asked: _Asked, kind: str) -> list[list[str]]:
    text = await asked("ha_config_list", kind=kind, limit=500)
    return [line.split(",") for line in text.splitlines()[2:]]


async def _some(asked: _Asked) -> list[list[str]]:
    rows = await _rows(asked, "automation")
    return [row for row in rows if row[1].isdigit()][:_TIMES]


async def _etag(asked: _Asked, kind: str, document_id: str) -> str:
    return str((await _head(asked, kind, document_id))["etag"])


async def _head(asked: _Asked, kind: str, document_id: str) -> dict[str, Any]:
    text = await asked("ha_config_get", kind=kind, id=document_id, depth=1)
    head: dict[str, Any] = orjson.loads(text.partition("\n")[0])
    return head


async def _timed(ask: Callable[[], Awaitable[None]], times: int) -> Figures:
    return percentiles(await _taken(ask, times))


async def _taken(
    ask: Callable[[], Awaitable[None]], times: int = 1, pause: float = 0.0
) -> list[float]:
    taken = []
    for _ in range(times):
        await asyncio.sleep(pause)
        started = time.perf_counter()
        await ask()
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def _ratios(figures: Figures) -> Figures:
    """Divide by Core's own time, where it does the same alone."""
    return {
        name: round(1 + one["on_top_ms"] / one["core_alone"]["p50_ms"], 2)
        for name, one in figures.items()
        if "core_alone" in one
    }


async def _alone() -> Figures:
    with tempfile.TemporaryDirectory(prefix="ha-mcp-bench-") as folder:
        async with running_core("large") as core:
            await until_calm(core.pid)
            with step("Measuring configuration on the large home"):
                return await document_figures(Path(folder), core)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_alone()), indent=2))
