"""Starting and stopping: of apps, of Core, and of the Supervisor itself."""

import asyncio
from typing import Final

from aiohttp import web

from .access import CALLER, HOUSE
from .answers import Refused, ok
from .apps import app_of
from .core import CORE
from .house import App
from .power import POWER


def routes() -> list[web.RouteDef]:
    """List the paths that start, stop and restart something."""
    return [
        *(web.post(f"/addons/{{slug}}/{verb}", _app_verb) for verb in _APP_VERBS),
        web.post("/addons/{slug}/uninstall", _uninstall),
        *(web.post(f"/{name}/restart", _restart_core) for name in _CORE_NAMES),
        *(web.post(f"/{name}/stop", _stop_core) for name in _CORE_NAMES),
        *(web.post(f"/{name}/start", _start_core) for name in _CORE_NAMES),
        *(web.post(f"/{name}/check", _check_core) for name in _CORE_NAMES),
        web.post("/supervisor/restart", _restart_supervisor),
        web.post("/supervisor/reload", _done),
    ]


_APP_VERBS: Final = ("start", "stop", "restart", "rebuild")
_CORE_NAMES: Final = ("core", "homeassistant")


async def _done(_request: web.Request) -> web.Response:
    return ok()


async def _app_verb(request: web.Request) -> web.StreamResponse:
    app, verb = app_of(request), request.path.rpartition("/")[2]
    _apply(app, verb)
    own = app is request[CALLER]
    await request.app[POWER].app_changed(app, verb)
    if own and verb != "start":
        return await _gone_before_the_answer(request)
    return ok()


def _apply(app: App, verb: str) -> None:
    app.state = "stopped" if verb == "stop" else "started"
    app.new_token()


async def _gone_before_the_answer(request: web.Request) -> web.StreamResponse:
    """Break the connection: the caller's container is stopped while it waits."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _uninstall(request: web.Request) -> web.StreamResponse:
    app, house = app_of(request), request.app[HOUSE]
    app.installed, app.state = False, "unknown"
    gone = [uuid for uuid, message in house.messages.items() if message["addon"] == app.slug]
    for uuid in gone:
        del house.messages[uuid]
    if app is request[CALLER]:
        return await _gone_before_the_answer(request)
    return ok()


async def _restart_core(request: web.Request) -> web.Response:
    core, timing = request.app[CORE], request.app[HOUSE].timing
    async with core.job():
        await core.go_away()
        try:
            await (core.restart() if core.restart else asyncio.sleep(timing.core_restart))
        finally:
            core.stopped = False
    return ok()


async def _stop_core(request: web.Request) -> web.Response:
    core = request.app[CORE]
    async with core.job():
        await core.go_away()
        await asyncio.sleep(request.app[HOUSE].timing.core_stop)
    return ok()


async def _start_core(request: web.Request) -> web.Response:
    core = request.app[CORE]
    async with core.job():
        await asyncio.sleep(request.app[HOUSE].timing.core_restart)
        core.stopped = False
    return ok()


async def _check_core(request: web.Request) -> web.Response:
    if request.app[CORE].stopped:
        raise Refused("Home Assistant is not running")
    return ok()


async def _restart_supervisor(request: web.Request) -> web.Response:
    request.app[POWER].restart_soon()
    return ok()
