"""Runs in Core's own Python: a server is away, and the clock goes on as the test wants.

Prints what the relay has told the owner after each step, as one JSON line.
"""

# mypy: ignore-errors
# Core is not installed where the tests are checked.

import asyncio
import json
import sys
import tempfile
from types import SimpleNamespace
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

sys.path.insert(0, sys.argv[1])

from ha_mcp_proxy import health as module


class Clock:
    """Stands in for the time module."""

    def __init__(self) -> None:
        """Begin anywhere."""
        self.now = 1000.0

    def monotonic(self) -> float:
        """Return the moment the test wants."""
        return self.now


async def main() -> None:
    """Be away, stay away, come back."""
    with tempfile.TemporaryDirectory() as folder:
        hass = HomeAssistant(folder)
        await ir.async_load(hass, load_empty=True)
        clock: Any = Clock()
        module.time = clock
        entry: Any = SimpleNamespace(entry_id="one", title="MCP Server")
        nothing: Any = None
        health = module.Health(hass, entry, nothing, nothing)
        told = []

        def note() -> None:
            told.append(sorted(str(issue[1]) for issue in ir.async_get(hass).issues))

        health.missed("it does not answer")
        note()
        clock.now += 60
        health.missed("it does not answer")
        note()
        clock.now += 60
        health.missed("it does not answer")
        note()
        facts = health.facts()
        health.reached()
        note()
        sys.stdout.write(json.dumps({"told": told, "facts": facts, "now": health.facts()}) + "\n")
        await hass.async_stop(force=True)


asyncio.run(main())
