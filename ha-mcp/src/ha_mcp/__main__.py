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
from .logs import open_log, write_log
from .many.serving import over_oauth
from .oauth_options import OauthOptions, oauth_options
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
_OAUTH_ENVIRONMENT: Final = """\
environment:
  MCP_BASE_URL           address under which clients and browsers reach this server
  OAUTH_ENCRYPTION_KEY   key of at least 32 characters; made and kept when there is one server
  MCP_HOST               address to listen on (127.0.0.1)
  MCP_PORT               port to listen on (8086)
  MCP_SECRET_PATH        path of the endpoint (/mcp)
  DATABASE_URL           postgresql://… that several servers share, or
  REDIS_URL              redis://… that several servers share
  HOMEASSISTANT_URL      address that the sign-in form suggests
  MCP_ALLOW_LOCAL_HOMES  true: homes may be on this machine (loopback) and its own wire
  MCP_MAX_HOMES          homes that are open at once (8)
  SSL_CERTFILE           certificate with its chain (PEM), to serve over https
  SSL_KEYFILE            its private key (PEM)
  MCP_CORS_ORIGINS       origins of web pages that may use the server (all)
  READ_ONLY              true: nobody may change anything
  LOG_LEVEL              debug, info, warning or error
"""
_FOR_MANY: Final = """\
Serve many people over HTTP. Each signs in to their own Home Assistant and decides what an assistant
may do there (OAuth 2.1).
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


def oauth() -> None:
    """Serve many people, each signed in to their own home (``ha-mcp-oauth``)."""
    _parse("ha-mcp-oauth", _FOR_MANY, _OAUTH_ENVIRONMENT)
    _serve_many()


def main() -> None:
    """Serve in the mode that is named (``python -m ha_mcp <mode>``)."""
    _aside()
    modes = {
        "app": lambda: _serve(app_options, _over_http),
        "web": lambda: _serve(web_options, _over_http),
        "oauth": _serve_many,
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


def _serve_many() -> None:
    _said_in_one_sentence(_run_many)


def _run_many() -> None:
    options = oauth_options(os.environ)
    write_log(options.log_level, options.secrets)
    gc.freeze()
    asyncio.run(_over_oauth(options))


async def _over_oauth(options: OauthOptions) -> None:
    await over_oauth(options, _told_to_stop())


async def _over_http(options: Options) -> None:
    """Serve until SIGTERM or SIGINT."""
    await over_http(options, _told_to_stop())


def _told_to_stop() -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def told(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)  # a loop cannot do it on every system
    return stop


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
    """Read the options and run."""

    def served() -> None:
        options = read(os.environ)
        open_log(options)
        gc.freeze()  # what was imported stays: no collection has to look at it again
        asyncio.run(run(options))

    _said_in_one_sentence(served)


def _said_in_one_sentence(run: Callable[[], None]) -> None:
    """Run; what stops it is said in one sentence."""
    try:
        run()
    except Problem as problem:
        said = [problem.message, *([problem.hint] if problem.hint else [])]
        sys.stderr.write(f"{'. '.join(said)}.\n")
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
