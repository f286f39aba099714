"""Where the lab keeps what it builds."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPTS = REPOSITORY / "scripts"
LAB = SCRIPTS / "lab"


def cache() -> Path:
    """Return the folder that everything built is kept in, between runs and between clones."""
    if chosen := os.environ.get("HA_MCP_LAB"):
        return Path(chosen).resolve()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "ha-mcp-lab"
