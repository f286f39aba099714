"""``python -m ha_mcp changes|undo|export|clients``: the journal and who may come in, for people.

They run beside a server: SQLite lets several processes at one file. Only undo needs Home
Assistant to be there.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

from ..access.asked import RIGHTS, asked
from ..access.parts import ALL, only
from ..home import find_kind, span
from ..journal import Filter, Journal, number_of
from ..problems import Invalid, Problem
from . import letting_in
from .adding import added
from .environment import journal_dir
from .exporting import exported
from .reaching import bases
from .shown import in_full, in_lines
from .undoing import take_back

_EPILOG: Final = """\
environment (outside the app; inside it is set):
  HOMEASSISTANT_URL    address of Home Assistant, as the server has it
  HOMEASSISTANT_TOKEN  long-lived access token, for undo
  MCP_BASE_URL         for clients of ha-mcp-oauth, with the rest of its environment
"""
_FILE: Final = "journal.db"
_PAGE: Final = 500  # changes read at once

type Environ = Mapping[str, str]
type Command = Callable[[argparse.Namespace, Environ], Coroutine[Any, Any, None]]


def main(arguments: Sequence[str], environ: Environ) -> int:
    """Run the command that is named first; what stops it is said in one sentence."""
    name, *rest = arguments
    add, run = COMMANDS[name]
    parser = argparse.ArgumentParser(
        prog=f"python -m ha_mcp {name}",
        description=run.__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add(parser)
    chosen = parser.parse_args(rest)
    try:
        asyncio.run(run(chosen, environ))
    except Problem as problem:
        said = [problem.message, *([problem.hint] if problem.hint else [])]
        sys.stderr.write(f"{'. '.join(said)}.\n")
        return 1
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has seen enough
    return 0


async def changes(chosen: argparse.Namespace, environ: Environ) -> None:
    """List what was changed through the server, the newest last; with --id one in full."""
    async with _journal(environ) as journal:
        if chosen.id:
            sys.stdout.write(in_full(await journal.change(number_of(chosen.id))))
            return
        found, total = await journal.changes(_wanted(chosen), 0, chosen.limit)
        sys.stdout.write(in_lines(found[::-1], total))


async def export(chosen: argparse.Namespace, environ: Environ) -> None:
    """Write changes as JSON lines, the newest first, with what was before and after each."""
    wanted, start, total = _wanted(chosen), 0, 1
    async with _journal(environ) as journal:
        while start < total:
            page, total = await journal.changes(wanted, start, _PAGE)
            for one in page:
                sys.stdout.write(exported(await journal.change(one.number)))
            start += _PAGE


async def undo(chosen: argparse.Namespace, environ: Environ) -> None:
    """Take changes back in Home Assistant, checked as an assistant's undo is."""
    await take_back(chosen.changes, environ, preview=chosen.preview)


async def clients(chosen: argparse.Namespace, environ: Environ) -> None:
    """List who may come in by a login or a private address, keep one to a part, or shut it out.

    With --add a further private address is made and shown, for the rights in --scopes, the part of
    the home in --only, and so many --days.
    """
    _fit_together(chosen)
    wanted = None
    if chosen.add is not None:
        part = None if chosen.only is None else only(chosen.only)
        wanted = asked(chosen.add, chosen.scopes or RIGHTS[0], part)
    async with letting_in.let_in(environ, make=wanted is not None) as everybody:
        if wanted is not None:
            said = await added(everybody, wanted, chosen.days, await bases(environ))
        elif chosen.revoke is not None:
            said = await letting_in.shut_out(everybody, chosen.revoke)
        elif chosen.only is not None:
            said = await letting_in.keep_to(everybody, chosen.only[0], chosen.only[1:])
        else:
            said = letting_in.in_lines(await everybody.all())
        sys.stdout.write(said)


def _fit_together(chosen: argparse.Namespace) -> None:
    """Refuse arguments of which one would be left out of account; raises Invalid."""
    if chosen.revoke is not None and chosen.only is not None:
        raise Invalid("--revoke and --only are two commands")
    if chosen.add is None and (chosen.scopes is not None or chosen.days is not None):
        raise Invalid("--scopes and --days are for what --add makes")


def _of_changes(parser: argparse.ArgumentParser) -> None:
    _of_export(parser)
    parser.add_argument("--limit", type=int, default=50, help="at most this many (50)")
    parser.add_argument("--id", help="one, such as c12, with every difference")


def _of_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kind", help="only of this kind: automation, dashboard, helper, …")
    parser.add_argument("--since", help="only since then: 3h, yesterday 18:00, 2026-11-20, …")


def _of_undo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("changes", nargs="+", help="ids such as c12, or last: whoever made it")
    parser.add_argument("--preview", action="store_true", help="only show what it would do")


def _of_clients(parser: argparse.ArgumentParser) -> None:
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--add", metavar="NAME", help="make a private address with this name")
    chosen.add_argument("--revoke", metavar="ID", help=f"shut out by the begin of an id, or {ALL}")
    parser.add_argument("--scopes", choices=RIGHTS, help=f"the most it allows ({RIGHTS[0]})")
    parser.add_argument("--days", type=int, help="until it ends by itself (never)")
    parser.add_argument(
        "--only",
        metavar="PART",
        nargs="+",
        help="keep it to area:kitchen, label:kids, light.bed ...; without --add the begin of an id"
        f" comes first, and {ALL} is the whole home again",
    )


def _wanted(chosen: argparse.Namespace) -> Filter:
    kind = (find_kind(chosen.kind) or chosen.kind) if chosen.kind else None
    if not chosen.since:
        return Filter(kind)
    stretch = span(chosen.since, None, datetime.now(UTC).astimezone())
    return Filter(kind, since=stretch.start.timestamp(), until=stretch.end.timestamp())


@asynccontextmanager
async def _journal(environ: Environ) -> AsyncIterator[Journal]:
    """Open the journal of the home that the environment names; raises Invalid without one."""
    file = journal_dir(environ) / _FILE
    if not file.exists():
        raise Invalid(
            f"There is no journal in {file.parent}",
            hint="Nothing was changed yet, or HOMEASSISTANT_URL differs from the server's",
        )
    journal = Journal(file)
    try:
        yield journal
    finally:
        await journal.close()


COMMANDS: Final[Mapping[str, tuple[Callable[[argparse.ArgumentParser], None], Command]]] = {
    "changes": (_of_changes, changes),
    "undo": (_of_undo, undo),
    "export": (_of_export, export),
    "clients": (_of_clients, clients),
}
