"""Whom somebody let in, as text on a terminal, and how they are kept to a part or shut out."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from ..access.grants import Only
from ..access.scopes import written
from ..access.sqlite import SqliteRecords
from ..access.store import AccessStore, KeptGrant, Listed
from ..many.stores import opened_store
from ..oauth_options import oauth_options
from ..problems import Conflict, Invalid, NotFound
from .environment import journal_dir
from .shown import clean

ALL: Final = "all"
_PART: Final = re.compile(
    r"(?P<sort>area|label):(?P<id>[a-z0-9_]+)|(?P<entity>[a-z0-9_]+\.[a-z0-9_]+)"
)
_PARTS: Final = f"Name area:kitchen, label:kids, light.bed and such, or {ALL} for the whole home"
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


async def keep_to(store: AccessStore, named: str, parts: Sequence[str]) -> str:
    """Keep a client to a part of the home; returns what to say, raises Problem."""
    found = _named(await store.grants(), named)
    kept = msgspec.structs.replace(found.grant, only=_only(parts))
    if not await store.change_grant(kept):
        raise Conflict("It was changed by somebody else meanwhile", hint="Repeat the command")
    return f"{_line(Listed(kept, found.last_used))}\n"


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


def _only(parts: Sequence[str]) -> Only | None:
    """Read a part of the home; raises Invalid."""
    if not parts:
        raise Invalid("It has to be said which part of the home", hint=_PARTS)
    if list(parts) == [ALL]:
        return None
    read = [_PART.fullmatch(part) for part in parts]
    wrong = [part for part, found in zip(parts, read, strict=True) if found is None]
    if wrong:
        raise Invalid(
            f"{wrong[0]!r} is no part of a home",
            hint=_PARTS,
        )
    found = [one for one in read if one is not None]
    return Only(
        areas=frozenset(one["id"] for one in found if one["sort"] == "area"),
        labels=frozenset(one["id"] for one in found if one["sort"] == "label"),
        entities=frozenset(one["entity"] for one in found if one["entity"]),
    )


def _part(grant: KeptGrant) -> list[str]:
    """Return the part of the home that a grant is for, as it is written; nothing for all of it."""
    if grant.only is None:
        return []
    areas = [f"area:{one}" for one in sorted(grant.only.areas)]
    labels = [f"label:{one}" for one in sorted(grant.only.labels)]
    return [f"only {' '.join([*areas, *labels, *sorted(grant.only.entities)])}"]


def _line(listed: Listed) -> str:
    grant = listed.grant
    used = "never used" if listed.last_used is None else f"last used {_when(listed.last_used)}"
    ends = "until it is shut out" if grant.expires is None else f"until {_when(grant.expires)}"
    parts = [
        grant.id,
        grant.client_name or grant.client_id,
        f"by {grant.user_name or grant.user_id}",
        written(grant.scopes),
        *_part(grant),
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
