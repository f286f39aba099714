"""A real Home Assistant Core on a free port of this machine, from a prepared home.

async with running_core(home="demo") as core:
    ...  # core.url, core.token, core.nonadmin_token, core.config_dir, await core.restart()
"""

import asyncio
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from .environments import CORE_VERSION
from .homes import template
from .process import RunningCore, free_port, listen_on

__all__ = ["RunningCore", "running_core"]

_PERIOD: Final = timedelta(minutes=5)  # of the recorder's short-term statistics


@asynccontextmanager
async def running_core(
    home: str = "demo",
    version: str = "",
    port: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[RunningCore]:
    """Run Core with a fresh copy of a home; the first use of a home on a machine prepares it.

    The version is today's, or the one that the environment names.
    """
    version = version or os.environ.get("HA_MCP_CORE") or CORE_VERSION
    made = await asyncio.to_thread(template, home, version)
    with tempfile.TemporaryDirectory(prefix="ha-mcp-core-", ignore_cleanup_errors=True) as folder:
        core = RunningCore(Path(folder), version, port or free_port())
        core.environment = environment or {}
        shutil.copytree(made / "config", core.config_dir)
        _end_statistics_now(core.config_dir)
        tokens = json.loads((made / "tokens.json").read_text())
        core.token, core.nonadmin_token = tokens["admin"], tokens["nonadmin"]
        listen_on(core.config_dir, core.port)
        try:
            await core.start()
            yield core
        finally:
            await core.kill()


def _end_statistics_now(config_dir: Path) -> None:
    """Let a prepared home be one that ran until a moment ago.

    At its start Core's recorder compiles the statistics of each period since it last ran, a third
    of a second for each on the large home: a home prepared in the morning would keep a core busy
    for a minute in the evening, and for a quarter of an hour a week later.
    """
    now = datetime.now(UTC)
    last = now - (now - datetime.min.replace(tzinfo=UTC)) % _PERIOD - _PERIOD
    with closing(sqlite3.connect(config_dir / "home-assistant_v2.db")) as database, database:
        database.execute(
            "INSERT INTO statistics_runs (start) VALUES (?)",
            (f"{last:%Y-%m-%d %H:%M:%S.%f}",),
        )
