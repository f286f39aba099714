"""Who may come in: with which rights, to which part of the home, since when; shut out again."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute

from ..access.letting_in import LetIn, Somebody, kept
from ..access.private_addresses import KeptAddress
from ..access.scopes import MEANINGS, Scope
from ..access.store import KeptGrant
from ..journal import Unwritable
from .frame import Frame, Visit
from .paging import Paging
from .part_chosen import choice, chosen, missing, summed_up
from .parts import Parts

_LOG = logging.getLogger(__name__)
_TO: Final = "clients"
_ON_A_PAGE: Final = 30
_MOST_PARTS: Final = 8  # of a home, in a row of the list
_MOST_NAMES: Final = 200  # of clients in the journal
_SHORTEST: Final = 4  # characters of an id
_MAY: Final = {
    Scope.READ: "look",
    Scope.CONTROL: "switch and set",
    Scope.CONFIGURE: "configure",
    Scope.ADMIN: "remove and manage",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One who may come in, as the pages show it; times in seconds since 1970."""

    id: str
    name: str
    person: str  # who let it in; empty for an address, which the owner made
    may: str
    meanings: Sequence[str]
    only: str  # empty for the whole home
    by_login: bool
    of_option: bool
    at: str  # where a login came from
    created: float
    last_used: float | None
    expires: float | None


def clients_routes(frame: Frame, parts: Parts) -> Sequence[BaseRoute]:
    """Return the routes of the page and of what is done on it."""
    pages = _Clients(frame, parts)
    return [
        frame.route("/clients", get=pages.all),
        frame.route("/clients/everybody/out", get=pages.ask_all, post=pages.shut_all_out),
        frame.route("/clients/{id}", get=pages.one, post=pages.keep_to),
        frame.route("/clients/{id}/out", get=pages.ask, post=pages.shut_out),
    ]


class _Clients:
    def __init__(self, frame: Frame, parts: Parts) -> None:
        self._frame = frame
        self._home = parts.home
        self._store = parts.store
        self._reads_only = parts.options.reads_only
        self._everybody = LetIn(parts.logins, parts.addresses, parts.now)

    async def all(self, visit: Visit) -> Response:
        """Show everybody."""
        known = await self._everybody.all()
        paging = replace(Paging.of(_TO, visit.query, _ON_A_PAGE), total=len(known))
        rows = [shown(one) for one in known[paging.start : paging.end]]
        return self._frame.page(
            visit, "clients.html", rows=rows, paging=paging, reads_only=self._reads_only
        )

    async def one(self, visit: Visit) -> Response:
        """Show one with all that is known, and what it can be kept to."""
        somebody = await self._named(visit)
        offered = await choice(self._home, kept(somebody).only)
        return self._frame.page(
            visit,
            "client.html",
            one=shown(somebody),
            choice=offered,
            changed_as=await self._changed_as(kept(somebody).id),
        )

    async def keep_to(self, visit: Visit) -> Response:
        """Keep one to a part of the home, or give it the whole home again."""
        part = chosen(visit.form)
        now = shown(await self._everybody.keep_to(await self._named(visit), part))
        told = f"only {now.only}" if part is not None else "the whole home"
        _LOG.info("%s gave %s %s", _who(visit), now.name, told)
        away = missing(self._home, part)
        return self._frame.back(
            visit,
            f"{_TO}/{now.id}",
            f"{now.name} has {told} now",
            *([f"Not in your home at the moment: {' '.join(away)}"] if away else []),
        )

    async def ask(self, visit: Visit) -> Response:
        """Ask once."""
        return self._frame.page(visit, "client_out.html", one=shown(await self._named(visit)))

    async def shut_out(self, visit: Visit) -> Response:
        """End a login or an address."""
        somebody = await self._named(visit)
        await self._everybody.shut_out(somebody)
        name = shown(somebody).name
        _LOG.info("%s shut %s out", _who(visit), name)
        return self._frame.back(visit, _TO, f"{name} is shut out")

    async def ask_all(self, visit: Visit) -> Response:
        """Ask once."""
        count = len(await self._everybody.all())
        return self._frame.page(visit, "clients_out.html", count=count)

    async def shut_all_out(self, visit: Visit) -> Response:
        """End all logins and all further addresses."""
        count = await self._everybody.shut_all_out()
        _LOG.info("%s shut everybody out (%d)", _who(visit), count)
        return self._frame.back(visit, _TO, f"{count} shut out")

    async def _changed_as(self, its_id: str) -> list[str]:
        """Return the names under which the journal has it; none while that cannot be read."""
        try:
            _, names = await self._store.seen(_MOST_NAMES)
        except Unwritable:
            return []
        return [name for name in names if _is_of(name, its_id)]

    async def _named(self, visit: Visit) -> Somebody:
        return await self._everybody.one(visit.path["id"])


def shown(somebody: Somebody) -> Shown:
    """Return what the pages show of one."""
    known = kept(somebody)
    scopes = [scope for scope in Scope if scope in known.scopes]
    return Shown(
        id=known.id,
        name=_name(known),
        person=(known.user_name or known.user_id) if isinstance(known, KeptGrant) else "",
        may=", ".join(_MAY[scope] for scope in scopes),
        meanings=[MEANINGS[scope] for scope in scopes],
        only=summed_up(known.only, _MOST_PARTS),
        by_login=isinstance(known, KeptGrant),
        of_option=isinstance(known, KeptAddress) and known.of_option,
        at=known.issuer if isinstance(known, KeptGrant) else "",
        created=known.created,
        last_used=somebody.last_used,
        expires=known.expires,
    )


def _name(known: KeptGrant | KeptAddress) -> str:
    return known.name if isinstance(known, KeptAddress) else known.client_name or known.client_id


def _is_of(name: str, its_id: str) -> bool:
    """Tell whether the journal has a client under this name: it ends with the begin of the id."""
    _, mark, begin = name.rpartition(" #")
    return bool(mark) and len(begin) >= _SHORTEST and its_id.startswith(begin)


def _who(visit: Visit) -> str:
    """Return who did something on the panel, for the log."""
    return visit.visitor.name or visit.visitor.id
