"""All pages of the panel."""

from starlette.routing import Router
from starlette.types import ASGIApp

from .changes import changes_routes
from .clients import clients_routes
from .connect import connect_routes
from .doctor import doctor_routes
from .frame import Frame
from .new_client import new_client_routes
from .parts import Parts
from .undo import undo_routes


def pages(parts: Parts) -> ASGIApp:
    """Return what answers an administrator, whose request ``web.ingress`` let in."""
    frame = Frame(parts.version, parts.now)
    return Router(
        routes=[
            *connect_routes(frame, parts),
            *doctor_routes(frame, parts),
            *new_client_routes(frame, parts),
            *clients_routes(frame, parts),
            *changes_routes(frame, parts),
            *undo_routes(frame, parts),
        ],
        redirect_slashes=False,  # it would lead out of the path that the panel has there
        default=frame.nothing,
    )
