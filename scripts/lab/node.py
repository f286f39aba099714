"""Node 22 and the clients and test tools that are written for it."""

import os
import shutil
import subprocess
from pathlib import Path

from .progress import step
from .provide import provided, run_logged
from .system import require

PACKAGES = (
    "node@22.23.3",
    "@modelcontextprotocol/conformance@0.2.0-alpha.12",
    "@modelcontextprotocol/inspector@2.12.0",
    "@modelcontextprotocol/sdk@1.32.2",
    "@modelcontextprotocol/client@2.4.0",
    "mcp-remote@0.15.1",
)


def node_tools() -> Path:
    """Return a folder with `node_modules`; its programs are in `node_modules/.bin`."""

    def build(place: Path) -> None:
        require("npm")
        with step("Installing Node 22 with the MCP inspector, conformance tests and clients"):
            place.mkdir(parents=True)
            (place / "package.json").write_text('{"private": true}')
            npm = shutil.which("npm") or "npm"
            run_logged(
                [npm, "install", "--no-audit", "--no-fund", *PACKAGES],
                "node",
                doing="Installing Node 22 and its tools",
                cwd=place,
            )
            node = place / "node_modules" / ".bin" / "node"
            subprocess.run([node, "--version"], check=True, capture_output=True)

    return provided("node-22-r1", build)


def node_environment() -> dict[str, str]:
    """Return an environment in which `node` and the tools are found first."""
    programs = node_tools() / "node_modules" / ".bin"
    return {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"}
