"""Who may come in, by a login or an address, as text on a terminal; kept to a part, or shut out."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from ..access.parts import ALL, in_words, only
from ..access.private_addresses import KeptAddress, ListedAddress, PrivateAddresses
from ..access.scopes import written
from ..access.sqlite import FILE, SqliteRecords
from ..access.store import AccessStore, KeptGrant, Listed
from ..many.stores import opened_store
from ..oauth_options import oauth_options
from ..problems import Conflict, Invalid, NotFound
from .environment import journal_dir
from .shown import clean

_SHORTEST: Final = 4  # letters by which somebody may be named

type Somebody = Listed | ListedAddress


@dataclass(frozen=True, slots=True)
class LetIn:
    """Everybody who may come in; a server for many people has logins only."""

    logins: AccessStore
    addresses: PrivateAddresses | None

    async def all(self) -> list[Somebody]:
        """Return the addresses, then the logins, each the newest first."""
        addresses = [] if self.addresses is None else await self.addresses.listed()
        return [*addresses, *await self.logins.grants()]


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
    known = await everybody.all()
    if named == ALL:
        await everybody.logins.revoke_all()
        if everybody.addresses is not None:
            await everybody.addresses.revoke_all()
        return f"{len(known)} shut out\n"
    found = _named(known, named)
    if isinstance(found, Listed):
        await everybody.logins.revoke(found.grant.id)
    elif everybody.addresses is not None:
        await everybody.addresses.revoke(found.address.id)
    return f"shut out: {_line(found)}\n"


async def keep_to(everybody: LetIn, named: str, parts: Sequence[str]) -> str:
    """Keep a client to a part of the home; returns what to say, raises Problem."""
    found = _named(await everybody.all(), named)
    kept: Somebody
    if isinstance(found, Listed):
        grant = msgspec.structs.replace(found.grant, only=only(parts))
        done, kept = await everybody.logins.change_grant(grant), Listed(grant, found.last_used)
    elif found.address.of_option:
        raise Conflict(
            "This address is of the option private_urls", hint="Change it there, then restart"
        )
    else:
        address = msgspec.structs.replace(found.address, only=only(parts))
        kept = ListedAddress(address, found.last_used)
        done = everybody.addresses is not None and await everybody.addresses.change(address)
    if not done:
        raise Conflict("It was changed by somebody else meanwhile", hint="Repeat the command")
    return f"{_line(kept)}\n"


def in_lines(known: Sequence[Somebody]) -> str:
    """Return a line for each who may come in."""
    return "".join(f"{_line(one)}\n" for one in known) or "nobody was let in\n"


def _kept(somebody: Somebody) -> KeptGrant | KeptAddress:
    return somebody.grant if isinstance(somebody, Listed) else somebody.address


def _named(known: Sequence[Somebody], named: str) -> Somebody:
    if len(named) < _SHORTEST:
        raise Invalid(f"{named!r} is too short; at least {_SHORTEST} letters of an id are needed")
    found = [one for one in known if _kept(one).id.startswith(named)]
    if not found:
        raise NotFound.naming("client", named, [_kept(one).id for one in known])
    if len(found) > 1:
        raise Conflict(f"{len(found)} ids begin with {named!r}", hint="Write more letters of it")
    return found[0]


def _line(somebody: Somebody) -> str:
    kept = _kept(somebody)
    last = somebody.last_used
    part = in_words(kept.only)
    parts = [
        kept.id,
        *_who(kept),
        written(kept.scopes),
        *([f"only {part}"] if part else []),
        f"since {_when(kept.created)}",
        "never used" if last is None else f"last used {_when(last)}",
        "until it is shut out" if kept.expires is None else f"until {_when(kept.expires)}",
        f"at {_where(kept)}",
    ]
    return clean("  ".join(parts))


def _who(kept: KeptGrant | KeptAddress) -> list[str]:
    if isinstance(kept, KeptAddress):
        return [kept.name]
    return [kept.client_name or kept.client_id, f"by {kept.user_name or kept.user_id}"]


def _where(kept: KeptGrant | KeptAddress) -> str:
    if isinstance(kept, KeptGrant):
        return kept.issuer
    return f"a private address{' of the option private_urls' if kept.of_option else ''}"


def _when(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def _existing(file: Path) -> Path:
    if not file.exists():
        raise Invalid(f"There is no {file.name} in {file.parent}", hint="Nobody was let in yet")
    return file
