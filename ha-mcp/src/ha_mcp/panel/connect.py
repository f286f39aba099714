"""The first page: whether the home is there, and under which addresses assistants come in."""

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute

from ..addresses import reached
from ..problems import Problem
from .frame import Frame, Visit
from .parts import Parts
from .ways import in_the_cloud, on_a_computer

_SILENT: Final = 180.0  # seconds: the relay's app is heard from at least once a minute


def connect_routes(frame: Frame, parts: Parts) -> Sequence[BaseRoute]:
    """Return the routes of the page."""

    async def show(visit: Visit) -> Response:
        private, objection = await _private(parts)
        first = private[0] if private else ""
        outside, home = parts.remote, parts.home
        address = "" if outside.url is None else outside.url.reveal()
        found = outside.last if outside.last and outside.last.url == outside.url else None
        silent = outside.heard is not None and parts.now() - outside.heard > _SILENT
        return frame.page(
            visit,
            "connect.html",
            connected=home.core.connected,
            stale_since=home.mirror.stale_since,
            core_version=home.core.version,
            entities=len(home.states),
            reads_only=parts.options.reads_only,
            private=private,
            objection=objection,
            address=address,
            signs_in=outside.signs_in,
            heard=outside.heard,
            silent=silent,
            found=found,
            cloud=in_the_cloud(address, signs_in=outside.signs_in) if address else (),
            local=on_a_computer(first or address) if first or address else (),
        )

    return [frame.route("/", get=show)]


async def _private(parts: Parts) -> tuple[Sequence[str], str]:
    """Return the app's own private addresses in the network, or why there is none."""
    edge = parts.options.at_edge
    try:
        where = await reached(edge, parts.supervisor)
    except Problem as problem:
        return (), f"The address is not known now: {problem.message}"
    if where.objection:
        return (), where.objection
    return [f"{base}{edge.path.reveal()}" for base in where.bases], ""
