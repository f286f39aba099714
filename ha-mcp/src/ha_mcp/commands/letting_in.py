"""Who may come in, by a login or an address, as text on a terminal; kept to a part, or shut out."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ..access.letting_in import LetIn, Somebody, kept
from ..access.parts import ALL, in_words, only
from ..access.private_addresses import KeptAddress, PrivateAddresses
from ..access.scopes import written
from ..access.sqlite import FILE, SqliteRecords
from ..access.store import AccessStore, KeptGrant
from ..many.stores import opened_store
from ..oauth_options import oauth_options
from ..problems import Conflict, Invalid, NotFound
from .environment import journal_dir
from .shown import clean

_SHORTEST: Final = 4  # letters by which somebody may be named


@asynccontextmanager
async def let_in(environ: Mapping[str, str], *, make: bool = False) -> AsyncIterator[LetIn]:
    """Open what the server remembers of access.

    Raises Problem when it remembers nothing yet, unless that is to be made.
    """
    if environ.get("MCP_BASE_URL"):
        async with opened_store(oauth_options(environ)) as store:
            yield LetIn(store, None)
        return
    file = journal_dir(environ) / FILE
    records = SqliteRecords(file if make else _existing(file))
    try:
        yield LetIn(AccessStore(records), PrivateAddresses(records))
    finally:
        await records.close()


async def shut_out(everybody: LetIn, named: str) -> str:
    """Revoke what is named, or all; returns what to say, raises Problem."""
    if named == ALL:
        return f"{await everybody.shut_all_out()} shut out\n"
    found = _named(await everybody.all(), named)
    await everybody.shut_out(found)
    return f"shut out: {_line(found)}\n"


async def keep_to(everybody: LetIn, named: str, parts: Sequence[str]) -> str:
    """Keep a client to a part of the home; returns what to say, raises Problem."""
    found = _named(await everybody.all(), named)
    return f"{_line(await everybody.keep_to(found, only(parts)))}\n"


def in_lines(known: Sequence[Somebody]) -> str:
    """Return a line for each who may come in."""
    return "".join(f"{_line(one)}\n" for one in known) or "nobody was let in\n"


def _named(known: Sequence[Somebody], named: str) -> Somebody:
    if len(named) < _SHORTEST:
        raise Invalid(f"{named!r} is too short; at least {_SHORTEST} letters of an id are needed")
    found = [one for one in known if kept(one).id.startswith(named)]
    if not found:
        raise NotFound.naming("client", named, [kept(one).id for one in known])
    if len(found) > 1:
        raise Conflict(f"{len(found)} ids begin with {named!r}", hint="Write more letters of it")
    return found[0]


def _line(somebody: Somebody) -> str:
    known = kept(somebody)
    last = somebody.last_used
    part = in_words(known.only)
    parts = [
        known.id,
        *_who(known),
        written(known.scopes),
        *([f"only {part}"] if part else []),
        f"since {_when(known.created)}",
        "never used" if last is None else f"last used {_when(last)}",
        "until it is shut out" if known.expires is None else f"until {_when(known.expires)}",
        f"at {_where(known)}",
    ]
    return clean("  ".join(parts))


def _who(known: KeptGrant | KeptAddress) -> list[str]:
    if isinstance(known, KeptAddress):
        return [known.name]
    return [known.client_name or known.client_id, f"by {known.user_name or known.user_id}"]


def _where(known: KeptGrant | KeptAddress) -> str:
    if isinstance(known, KeptGrant):
        return known.issuer
    return f"a private address{' of the option private_urls' if known.of_option else ''}"


def _when(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def _existing(file: Path) -> Path:
    if not file.exists():
        raise Invalid(f"There is no {file.name} in {file.parent}", hint="Nobody was let in yet")
    return file
