"""Ingress: what browsers ask through Core is passed on to apps, with the name of who is logged in.

It asks an app from the Supervisor's own address. What is said of the person comes from the session
alone, which Core opens for a user id; what the browser says of it is thrown away. WebSockets are
not passed on: no app of the tests has one.
"""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import voluptuous as vol
from aiohttp import ClientConnectionError, ClientError, ClientSession, ClientTimeout, hdrs, web
from multidict import CIMultiDict

from .access import CALLER, HOUSE
from .answers import body_of, ok
from .house import CORE_SLUG, App
from .wire import asked_once

COOKIE: Final = "ingress_session"
VALID_FOR: Final = 15 * 60.0  # seconds, from the last use
FROM_HERE: Final = web.AppKey("from_here", ClientSession)  # its requests have our own address

_NEW: Final = vol.Schema({vol.Optional("user_id"): str})
_GIVEN: Final = vol.Schema({vol.Required("session"): str})
_ID, _NAME = "X-Remote-User-Id", "X-Remote-User-Name"
_DISPLAY_NAME = "X-Remote-User-Display-Name"
_DROPPED: Final = {
    name.lower()
    for name in (
        *(hdrs.CONTENT_LENGTH, hdrs.CONTENT_ENCODING, hdrs.TRANSFER_ENCODING),
        *(_ID, _NAME, _DISPLAY_NAME),
    )
}
_NOT_BACK: Final = {hdrs.TRANSFER_ENCODING, hdrs.CONTENT_LENGTH, hdrs.CONTENT_ENCODING}


@dataclass
class Sessions:
    """Who may use ingress now; ``clock`` tells the time."""

    clock: Any = time.monotonic
    known: dict[str, tuple[dict[str, Any] | None, float]] = field(default_factory=dict)

    def open(self, user: dict[str, Any] | None) -> str:
        """Return a new one."""
        session = secrets.token_hex(64)
        self.known[session] = user, self.clock() + VALID_FOR
        return session

    def valid(self, session: str | None) -> bool:
        """Tell whether one holds, which is used and so holds longer."""
        user, until = self.known.get(session or "", (None, float("-inf")))
        if until < self.clock():
            return False
        self.known[session or ""] = user, self.clock() + VALID_FOR
        return True


SESSIONS: Final = web.AppKey("ingress_sessions", Sessions)


def routes() -> list[web.RouteDef]:
    """List the paths of ingress."""
    return [
        web.get("/ingress/panels", _panels),
        web.post("/ingress/session", _open),
        web.post("/ingress/validate_session", _validate),
        web.route("*", "/ingress/{token}/{path:.*}", _pass_on),
    ]


def _only_core(request: web.Request) -> None:
    if request[CALLER].slug != CORE_SLUG:
        raise web.HTTPUnauthorized


async def _panels(request: web.Request) -> web.Response:
    apps = [app for app in request.app[HOUSE].apps.values() if app.installed and app.ingress]
    return ok({"panels": {app.slug: _panel(app) for app in apps}})


def _panel(app: App) -> dict[str, Any]:
    return {
        "title": app.panel_title or app.name,
        "icon": app.panel_icon,
        "admin": app.panel_admin,
        "enable": app.ingress_panel,
    }


async def _open(request: web.Request) -> web.Response:
    _only_core(request)
    wanted = (await body_of(request, _NEW)).get("user_id")
    users = await asked_once(request.app, "config/auth/list") if wanted else []
    user = next((one for one in users if one["id"] == wanted), None)
    return ok({"session": request.app[SESSIONS].open(user)})


async def _validate(request: web.Request) -> web.Response:
    _only_core(request)
    given = await body_of(request, _GIVEN)
    if not request.app[SESSIONS].valid(given["session"]):
        raise web.HTTPUnauthorized
    return ok()


async def _pass_on(request: web.Request) -> web.StreamResponse:
    session = request.cookies.get(COOKIE)
    if not request.app[SESSIONS].valid(session):
        raise web.HTTPUnauthorized
    app = _app(request)
    user, _ = request.app[SESSIONS].known[session or ""]
    try:
        return await _asked(request, app, user)
    except (ClientError, ClientConnectionError, TimeoutError) as err:
        raise web.HTTPBadGateway from err


def _app(request: web.Request) -> App:
    token = request.match_info["token"]
    for app in request.app[HOUSE].apps.values():
        if app.installed and app.ingress and app.ingress_token == token:
            return app
    raise web.HTTPServiceUnavailable


async def _asked(request: web.Request, app: App, user: dict[str, Any] | None) -> web.StreamResponse:
    if app.state != "started":
        raise ClientConnectionError("The app is not there")
    host, port = app.behind_ingress
    async with request.app[FROM_HERE].request(
        request.method,
        f"http://{host}:{port}/{request.match_info['path']}",
        headers=CIMultiDict([*_of(user), *_kept(request)]),
        params=request.query,
        data=await request.read(),
        allow_redirects=False,
        timeout=ClientTimeout(total=None),
        skip_auto_headers={hdrs.CONTENT_TYPE},
    ) as answer:
        headers = CIMultiDict(
            (name, said) for name, said in answer.headers.items() if name not in _NOT_BACK
        )
        return web.Response(body=await answer.read(), status=answer.status, headers=headers)


def _of(user: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    """Say who it is, as far as that is known."""
    if user is None:
        return
    yield _ID, user["id"]
    for header, key in ((_NAME, "username"), (_DISPLAY_NAME, "name")):
        if user.get(key) is not None:
            yield header, user[key]


def _kept(request: web.Request) -> Iterator[tuple[str, str]]:
    """Pass on everything else that the browser and Core said, and add who asked last."""
    for name, said in request.headers.items():
        if name.lower() not in _DROPPED and name != hdrs.X_FORWARDED_FOR:
            yield name, said
    before = request.headers.get(hdrs.X_FORWARDED_FOR)
    yield hdrs.X_FORWARDED_FOR, f"{before}, {request.remote}" if before else str(request.remote)
