"""The programs: a way to run the server (``modes``), the doctor, or a command for the journal."""

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol, cast

from . import __version__
from .modes.running import in_one_sentence

_ABOUT: Final = """\
Serve a home over MCP. With doctor: find out why assistants do not reach it. With changes, undo or
export: see what assistants changed, take it back, or write it down as JSON lines. With clients: see
whom somebody let in, and shut them out.
"""
_MODES: Final = ("app", "web", "oauth", "stdio")
_COMMANDS: Final = ("changes", "undo", "export", "clients")

type Program = Callable[[Sequence[str], Mapping[str, str]], int]


class _Mode(Protocol):
    """A module of ``modes``."""

    ABOUT: str
    ENVIRONMENT: str
    run: Callable[[Mapping[str, str]], None]


def stdio() -> None:
    """Serve the client that started this process (``ha-mcp``)."""
    _aside()
    _serve_as("ha-mcp", "stdio")


def web() -> None:
    """Serve over HTTP outside Home Assistant OS (``ha-mcp-web``)."""
    _serve_as("ha-mcp-web", "web")


def oauth() -> None:
    """Serve many people, each signed in to their own home (``ha-mcp-oauth``)."""
    _serve_as("ha-mcp-oauth", "oauth")


def main() -> None:
    """Serve in the mode that is named (``python -m ha_mcp <mode>``)."""
    _aside()
    chosen = _parse("python -m ha_mcp", _ABOUT, _mode("stdio").ENVIRONMENT, _MODES)
    _serve(_mode(chosen))


def _aside() -> None:
    """Run what does not serve, when that is what is named, and end."""
    named, rest = sys.argv[1:2], sys.argv[2:]
    if named == ["doctor"]:
        raise SystemExit(_program("doctor.command")(rest, os.environ))
    if named and named[0] in _COMMANDS:
        raise SystemExit(_program("commands")(sys.argv[1:], os.environ))


def _serve_as(name: str, mode: str) -> None:
    chosen = _mode(mode)
    _parse(name, chosen.ABOUT, chosen.ENVIRONMENT)
    _serve(chosen)


def _serve(mode: _Mode) -> None:
    with in_one_sentence():
        mode.run(os.environ)


def _parse(name: str, about: str, more: str, modes: Sequence[str] = ()) -> str:
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


# What is not run is not loaded: a Pi has little memory.
def _mode(name: str) -> _Mode:
    return cast("_Mode", importlib.import_module(f".modes.{name}", __package__))


def _program(module: str) -> Program:
    return cast("Program", importlib.import_module(f".{module}", __package__).main)


if __name__ == "__main__":
    main()
