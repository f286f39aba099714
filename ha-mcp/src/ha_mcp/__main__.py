"""The ways to run the server: inside Home Assistant OS, over HTTP, or for one client over stdio."""

import argparse
import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping
from types import FrameType
from typing import Any, Final

from . import __version__
from .app import over_http, over_stdio
from .commands import COMMANDS
from .commands import main as command
from .doctor import command as doctor
from .logs import open_log
from .options import Options, app_options, stdio_options, web_options
from .problems import Problem

_ENVIRONMENT: Final = """\
environment:
  HOMEASSISTANT_URL    address of Home Assistant, such as http://homeassistant.local:8123
  HOMEASSISTANT_TOKEN  long-lived access token, from the security page of your profile
  LOG_LEVEL            debug, info, warning or error
"""
_ABOUT: Final = """\
Serve a home over MCP. With doctor: find out why assistants do not reach it. With changes, undo or
export: see what assistants changed, take it back, or write it down as JSON lines.
"""
_WEB_ENVIRONMENT: Final = """\
  MCP_HOST             address to listen on (127.0.0.1)
  MCP_PORT             port to listen on (8086)
  MCP_SECRET_PATH      path of the endpoint (/mcp)
  SSL_CERTFILE         certificate with its chain (PEM), to serve over https
  SSL_KEYFILE          its private key (PEM)
  MCP_CORS_ORIGINS     origins of web pages that may use the server, with a comma between two
"""


def stdio() -> None:
    """Serve the client that started this process (``ha-mcp``)."""
    _aside()
    _parse("ha-mcp", "Serve one client over stdin and stdout.", _ENVIRONMENT)
    _serve_stdio()


def web() -> None:
    """Serve over HTTP outside Home Assistant OS (``ha-mcp-web``)."""
    _parse("ha-mcp-web", "Serve over HTTP.", _ENVIRONMENT + _WEB_ENVIRONMENT)
    _serve(web_options, _over_http)


def main() -> None:
    """Serve in the mode that is named (``python -m ha_mcp <mode>``)."""
    _aside()
    modes = {
        "app": lambda: _serve(app_options, _over_http),
        "web": lambda: _serve(web_options, _over_http),
        "stdio": _serve_stdio,
    }
    chosen = _parse("python -m ha_mcp", _ABOUT, _ENVIRONMENT, list(modes))
    modes[chosen]()


def _aside() -> None:
    """Run what does not serve, when that is what is named, and end."""
    named = sys.argv[1:2]
    if named == ["doctor"]:
        raise SystemExit(doctor.main(sys.argv[2:], os.environ))
    if named and named[0] in COMMANDS:
        raise SystemExit(command(sys.argv[1:], os.environ))


def _serve_stdio() -> None:
    # Reading stdin cannot be interrupted, and there is nothing to put in order.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _serve(stdio_options, over_stdio)


async def _over_http(options: Options) -> None:
    """Serve until SIGTERM or SIGINT."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def told(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)  # a loop cannot do it on every system
    await over_http(options, stop)


def _parse(name: str, about: str, more: str, modes: list[str] | None = None) -> str:
    parser = argparse.ArgumentParser(
        prog=name,
        description=about,
        epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"ha-mcp {__version__}")
    if modes:
        parser.add_argument("mode", choices=modes)
    return str(vars(parser.parse_args()).get("mode", ""))


def _serve(
    read: Callable[[Mapping[str, str]], Options],
    run: Callable[[Options], Coroutine[Any, Any, None]],
) -> None:
    """Read the options and run; what stops it is said in one sentence."""
    try:
        options = read(os.environ)
        open_log(options)
        gc.freeze()  # what was imported stays: no collection has to look at it again
        asyncio.run(run(options))
    except Problem as problem:
        said = [problem.message, *([problem.hint] if problem.hint else [])]
        sys.stderr.write(f"{'. '.join(said)}.\n")
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
