"""The first page: whether the home is there, and under which addresses assistants come in."""

from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import BaseRoute

from .frame import Frame, Visit
from .parts import Parts


def connect_routes(frame: Frame, parts: Parts) -> Sequence[BaseRoute]:
    """Return the routes of the page."""

    async def show(visit: Visit) -> Response:
        mirror = parts.home.mirror
        return frame.page(
            visit,
            "connect.html",
            connected=parts.home.core.connected,
            synced=mirror.synced,
            stale_since=mirror.stale_since,
        )

    return [frame.route("/", get=show)]
