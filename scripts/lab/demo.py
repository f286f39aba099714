"""The demo: a real Home Assistant with the demo home, and the server against it, until Ctrl-C."""

import argparse
import asyncio
import json
import secrets
import signal
import sys
from contextlib import AsyncExitStack

from .core import running_core
from .homes import OWNER
from .paths import cache
from .progress import Trouble, say, step
from .server import RunningServer, check_port_free, running_server

_PORT = 8086


def main() -> int:
    """Run the demo; trouble is one clear sentence."""
    options = _options()
    try:
        asyncio.run(_run(options.port, options.core_port))
    except Trouble as trouble:
        say(str(trouble))
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        say("\nThe MCP server and Home Assistant have stopped.")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--port", type=int, default=_PORT, help="where the MCP server listens")
    parser.add_argument(
        "--core-port", type=int, default=None, help="where Home Assistant listens (default: free)"
    )
    return parser.parse_args()


async def _run(port: int, core_port: int | None) -> None:
    """Start both and wait; being cancelled (Ctrl-C, SIGTERM) is how it ends well."""
    check_port_free(port, "--port")
    if core_port:
        check_port_free(core_port, "--core-port")
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with AsyncExitStack() as stack:
        with step("Starting Home Assistant with the demo home"):
            core = await stack.enter_async_context(running_core("demo", port=core_port))
        home = (core.url, core.token)
        seen = {"HOMEASSISTANT_CONFIG": str(core.config_dir)}  # as the app sees it
        starting = running_server(core.folder, home=home, port=port, path=_path(), env=seen)
        with step("Starting the MCP server"):
            server = await stack.enter_async_context(starting)
            await server.wait_synced()
        print(_welcome(core.url, server), flush=True)
        await server.ended()


def _path() -> str:
    """Return the secret path: the same in every demo, so that clients stay configured."""
    kept = cache() / "demo-path"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(f"/private_{secrets.token_urlsafe(16)}")
    return kept.read_text()


def _welcome(core_url: str, server: RunningServer) -> str:
    desktop = {
        "mcpServers": {
            "home-assistant": {"command": "npx", "args": ["-y", "mcp-remote", server.url]}
        }
    }
    gemini = {"mcpServers": {"home-assistant": {"httpUrl": server.url}}}
    return f"""
The MCP server is ready. Its private URL, which is also its key:

  {server.url}

Home Assistant, to watch what happens: {core_url}
  user {OWNER["username"]}, password {OWNER["password"]}

Claude Code:
  claude mcp add --transport http home-assistant {server.url}

Claude Desktop (claude_desktop_config.json; needs Node):
{_indented(desktop)}

Gemini CLI (~/.gemini/settings.json):
{_indented(gemini)}

Try: "Which lights are on in the kitchen? Switch the island light off."
The server's log: {server.log_file}
Stop both with Ctrl-C."""


def _indented(body: object) -> str:
    return "\n".join(f"  {line}" for line in json.dumps(body, indent=2).splitlines())


if __name__ == "__main__":
    sys.exit(main())
