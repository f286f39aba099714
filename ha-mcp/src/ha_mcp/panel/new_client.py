"""A further private address, made for somebody and shown once."""

import logging
from collections.abc import Sequence
from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute

from ..access.asked import RIGHTS, asked
from ..access.letting_in import DAYS, LetIn
from ..access.scopes import MEANINGS, Scope
from ..addresses import reached
from ..problems import Invalid, Problem
from .frame import Frame, Visit
from .part_chosen import choice, chosen, missing
from .parts import Parts

_LOG = logging.getLogger(__name__)
_RIGHTS: Final = {right: MEANINGS[Scope(f"home:{right}")] for right in RIGHTS}


def new_client_routes(frame: Frame, parts: Parts) -> Sequence[BaseRoute]:
    """Return the routes of the form."""
    everybody = LetIn(parts.logins, parts.addresses, parts.now)

    async def show(visit: Visit) -> Response:
        offered = await choice(parts.home, None)
        return frame.page(
            visit, "client_new.html", rights=_RIGHTS, choice=offered, most_days=DAYS[-1]
        )

    async def make(visit: Visit) -> Response:
        part = chosen(visit.form)
        wanted = asked(visit.form.get("name", ""), visit.form.get("access", ""), part)
        word, made = await everybody.add(wanted, _days(visit.form.get("days", "")))
        by = visit.visitor.name or visit.visitor.id
        _LOG.info("%s made a private address for %s, to %s", by, made.name, wanted.right)
        away = missing(parts.home, part)
        return frame.back(
            visit,
            "clients",
            f"The address for {made.name}. Copy it now: it is shown only this once",
            *await _whole(parts, word),
            *([f"Not in your home at the moment: {' '.join(away)}"] if away else []),
        )

    return [frame.route("/clients/new", get=show, post=make)]


async def _whole(parts: Parts, word: str) -> Sequence[str]:
    """Return the address as it is to be copied, for each address of the machine."""
    try:
        bases = (await reached(parts.options.at_edge, parts.supervisor)).bases
    except Problem:
        bases = []
    return [f"{base}/{word}" for base in bases] or [
        f"/{word}",
        "This takes the place of the path in the address that the app's log shows.",
    ]


def _days(text: str) -> int | None:
    """Read for how long, None being for ever; raises Invalid."""
    plain = text.strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= len(str(DAYS[-1]))):
        raise Invalid(f"{plain!r:.40} is no number of days; {DAYS[0]} to {DAYS[-1]} are possible")
    return int(plain)
