"""What was changed through the server, by whom, when and why: the journal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute

from ..home import Home, span
from ..journal import Change, Filter, number_of
from ..problems import Problem
from .differences import Hide, bounded, cut, of_entry
from .frame import Frame, Show, Visit
from .paging import Paging, read_number
from .parts import Parts

_TO: Final = "changes"
_ASKED: Final = ("kind", "client", "since", "until")
_ON_A_PAGE: Final = 25
_MOST_CHOICES: Final = 50  # of clients, and of kinds
_MOMENT: Final = "%a %Y-%m-%d %H:%M:%S"
_FOR_EVER: Final = "3650d"
_LONGEST: Final = 80  # characters of a name in a row


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One change in the list, or at the head of its own page."""

    id: str
    at: str
    client: str
    what: str
    kind: str
    name: str
    why: str
    outcome: str


def changes_routes(frame: Frame, parts: Parts) -> Sequence[BaseRoute]:
    """Return the routes of the list and of one change."""
    home, store, hide = parts.home, parts.store, parts.masks.hide

    async def every(visit: Visit) -> Response:
        paging = Paging.of(_TO, visit.query, _ON_A_PAGE)
        found, total = await store.changes(_wanted(home, visit.query), paging.start, paging.size)
        kinds, clients = await store.seen(_MOST_CHOICES)
        return frame.page(
            visit,
            "changes.html",
            rows=[row_of(home, one, hide) for one in found],
            paging=replace(paging, total=total),
            asked={name: visit.query.get(name, "") for name in _ASKED},
            kinds=kinds,
            clients=[one for one in clients if hide(one) == one],
            zone=home.config.time_zone,
        )

    async def one(visit: Visit) -> Response:
        change = await store.change(number_of(visit.path["id"]))
        start = read_number(visit.query.get("from", "0"))
        return frame.page(
            visit,
            "change.html",
            row=row_of(home, change, hide),
            change=change,
            shown=bounded([of_entry(entry) for entry in change.entries], start, hide),
            reads_only=parts.options.reads_only,
        )

    return [
        frame.route("/changes", get=hiding(every, hide)),
        frame.route("/changes/{id}", get=hiding(one, hide)),
    ]


def hiding(show: Show, hide: Hide) -> Show:
    """Return what shows the same, and nothing secret where it fails."""

    async def shown(visit: Visit) -> Response:
        try:
            return await show(visit)
        except Problem as problem:
            problem.message, problem.hint = hide(problem.message), hide(problem.hint or "")
            raise

    return shown


def row_of(home: Home, change: Change, hide: Hide) -> Row:
    """Return what a line says of a change."""
    first = change.entries[0] if change.entries else None
    more = f" and {len(change.entries) - 1} more" if len(change.entries) > 1 else ""
    return Row(
        id=change.id,
        at=f"{home.config.local(change.at):{_MOMENT}}",
        client=cut(hide(change.client), _LONGEST),
        what=cut(change.what, _LONGEST),
        kind=first.kind if first else "",
        name=f"{cut(hide(first.name or first.document_id), _LONGEST)}{more}" if first else "",
        why=hide(change.why),
        outcome=change.outcome,
    )


def _wanted(home: Home, query: Mapping[str, str]) -> Filter:
    """Return which changes are asked for; what is left empty does not count."""
    given = {name: value.strip() for name, value in query.items() if value.strip()}
    kind, client = given.get("kind"), given.get("client")
    since, until = given.get("since"), given.get("until")
    if since is None and until is None:
        return Filter(kind, client)
    stretch = span(since, until or "now", home.times.now(), default=_FOR_EVER)
    return Filter(kind, client, stretch.start.timestamp(), stretch.end.timestamp())
