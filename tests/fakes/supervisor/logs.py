"""Logs, as text: of apps, of Core, of the Supervisor and of the host."""

import asyncio
import re
from typing import Final

from aiohttp import web

from .access import HOUSE
from .apps import app_of

FOLLOWED: Final = web.AppKey("followed", asyncio.Event)
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
_PARTS: Final = ("core", "homeassistant", "supervisor", "host", "dns", "audio", "multicast")
_DEFAULT_LINES: Final = 100
_TEXT: Final = {"text/plain", "text/x-log", "text/*", "*/*"}


def routes() -> list[web.RouteDef]:
    """List the paths of logs: all of it, the present run, and as it grows."""
    tails = ("logs", "logs/latest", "logs/boots/{boot}")
    return [
        *(web.get(f"/addons/{{slug}}/{tail}", _app_log) for tail in tails),
        web.get("/addons/{slug}/logs/follow", _app_follow),
        *(web.get(f"/{part}/{tail}", _part_log) for part in _PARTS for tail in tails),
        *(web.get(f"/{part}/logs/follow", _part_follow) for part in _PARTS),
    ]


async def _app_log(request: web.Request) -> web.Response:
    app = app_of(request)
    return _answer(request, app.log, f"app_{app.slug}")


async def _app_follow(request: web.Request) -> web.StreamResponse:
    app = app_of(request)
    return await _follow(request, app.log, f"app_{app.slug}")


async def _part_log(request: web.Request) -> web.Response:
    part = request.path.split("/")[1]
    return _answer(request, request.app[HOUSE].logs.get(part, []), part)


async def _part_follow(request: web.Request) -> web.StreamResponse:
    part = request.path.split("/")[1]
    return await _follow(request, request.app[HOUSE].logs.get(part, []), part)


def _answer(request: web.Request, lines: list[str], source: str) -> web.Response:
    refused = _refused(request)
    return refused or web.Response(text=_text(request, lines, source))


def _refused(request: web.Request) -> web.Response | None:
    wanted = request.headers.get("Accept", "*/*").partition(",")[0].partition(";")[0].strip()
    if wanted in _TEXT:
        return None
    text = "Invalid content type requested. Only text/plain and text/x-log supported for now."
    return web.Response(text=text, status=400)


async def _follow(request: web.Request, lines: list[str], source: str) -> web.StreamResponse:
    """Send what there is, and hold the line open until the caller leaves."""
    if refused := _refused(request):
        return refused
    response = web.StreamResponse(headers={"X-First-Cursor": "s=0;i=1"})
    response.content_type = "text/plain"
    await response.prepare(request)
    await response.write(_text(request, lines, source).encode())
    await request.app[FOLLOWED].wait()
    return response


def _text(request: web.Request, lines: list[str], source: str) -> str:
    count = int(request.query.get("lines", _DEFAULT_LINES))
    shown = lines[-max(count, 1) :]
    if "no_colors" in request.query:
        shown = [_COLOUR.sub("", line) for line in shown]
    if "verbose" in request.query or request.headers.get("Accept") == "text/x-log":
        stamp = f"2026-11-20 19:55:12.965 {request.app[HOUSE].hostname} {source}[5111]: "
        shown = [stamp + line for line in shown]
    return "".join(f"{line}\n" for line in shown)
