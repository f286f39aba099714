"""Whom somebody let in, as text on a terminal, and how they are shut out again."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ..access.scopes import written
from ..access.sqlite import SqliteRecords
from ..access.store import AccessStore, Listed
from ..many.stores import opened_store
from ..oauth_options import oauth_options
from ..options import journal_dir
from ..problems import Conflict, Invalid, NotFound
from .shown import clean

ALL: Final = "all"
_FILE: Final = "access.db"
_SHORTEST: Final = 4  # letters by which a grant may be named


@asynccontextmanager
async def grants_of(environ: Mapping[str, str]) -> AsyncIterator[AccessStore]:
    """Open what the server remembers of access; raises Problem when it remembers nothing yet."""
    if environ.get("MCP_BASE_URL"):
        async with opened_store(oauth_options(environ)) as store:
            yield store
        return
    store = AccessStore(SqliteRecords(_existing(journal_dir(environ) / _FILE)))
    try:
        yield store
    finally:
        await store.close()


async def shut_out(store: AccessStore, named: str) -> str:
    """Revoke the grant that is named, or all; returns what to say, raises Problem."""
    listed = await store.grants()
    if named == ALL:
        await store.revoke_all()
        return f"{len(listed)} shut out\n"
    found = _named(listed, named)
    await store.revoke(found.grant.id)
    return f"shut out: {_line(found)}\n"


def in_lines(listed: Sequence[Listed]) -> str:
    """Return a line for each grant."""
    return "".join(f"{_line(one)}\n" for one in listed) or "nobody was let in\n"


def _named(listed: Sequence[Listed], named: str) -> Listed:
    if len(named) < _SHORTEST:
        raise Invalid(f"{named!r} is too short; at least {_SHORTEST} letters of an id are needed")
    found = [one for one in listed if one.grant.id.startswith(named)]
    if not found:
        raise NotFound.naming("client", named, [one.grant.id for one in listed])
    if len(found) > 1:
        raise Conflict(f"{len(found)} ids begin with {named!r}", hint="Write more letters of it")
    return found[0]


def _line(listed: Listed) -> str:
    grant = listed.grant
    used = "never used" if listed.last_used is None else f"last used {_when(listed.last_used)}"
    ends = "until it is shut out" if grant.expires is None else f"until {_when(grant.expires)}"
    parts = [
        grant.id,
        grant.client_name or grant.client_id,
        f"by {grant.user_name or grant.user_id}",
        written(grant.scopes),
        *(["a part of the home only"] if grant.only else []),
        f"since {_when(grant.created)}",
        used,
        ends,
        f"at {grant.issuer}",
    ]
    return clean("  ".join(parts))


def _when(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def _existing(file: Path) -> Path:
    if not file.exists():
        raise Invalid(f"There is no {file.name} in {file.parent}", hint="Nobody was let in yet")
    return file
