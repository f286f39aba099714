"""Serving at the place that the options name, for every way to run the server over HTTP."""

import asyncio
import socket

from starlette.types import ASGIApp

from .options import Edge
from .web.cors import with_cors
from .web.serving import serve
from .web.tls import Tls


async def serve_at(edge: Edge, app: ASGIApp, listening: socket.socket, stop: asyncio.Event) -> None:
    """Serve until told to stop, with the certificate and to the web pages that were chosen."""
    certificate = edge.certificate
    tls = None if certificate is None else Tls(certificate.chain, certificate.key)
    await serve(with_cors(app, edge.origins), listening, stop, tls)
