"""Who may call what: the tables of the Supervisor's security middleware."""

import re
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import unquote

from aiohttp import web

from .answers import Refused, refusal
from .house import App, House, Role

HOUSE: Final = web.AppKey("house", House)
CALLER: Final = web.RequestKey("caller", App)

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_SLUG = r"[-_.A-Za-z0-9]+"
AWAY: Final = "away"
_READY = {"startup", "running", "freeze"}


def _any(*paths: str) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(paths)})")


_BLOCKED = _any(r"/(?:core|homeassistant)/api/hassio.*")
_OWN_CHECKS = _any(
    *(r"/(?:core|homeassistant)/api/.*", r"/(?:core|homeassistant)/websocket"),
    *(r"/supervisor/ping", r"/ingress/[-_A-Za-z0-9]+/.*"),
)
_CORE_ONLY = _any(rf"/addons/{_SLUG}/sys_options")
_EVERY_APP = _any(
    r"/addons/self/(?!security|update)[^/]+",
    r"/addons/self/options/config",
    r"/info",
    r"/services.*",
    r"/discovery.*",
    r"/auth",
)
_INFO = r"/.+/info"
_WHOLE_AREAS = "audio cli core dns docker jobs hardware homeassistant host multicast network"
_MORE_AREAS = "observer resolution security supervisor"
_ROLES: Final[dict[Role, re.Pattern[str]]] = {
    "default": _any(_INFO),
    "homeassistant": _any(_INFO, r"/core/.+", r"/homeassistant/.+"),
    "backup": _any(_INFO, r"/backups.*"),
    "manager": _any(
        _INFO,
        r"/addons",
        r"/addons/reload",
        rf"/addons/{_SLUG}/(?!security).+",
        *(rf"/{area}/.+" for area in f"{_WHOLE_AREAS} {_MORE_AREAS}".split()),
        r"/auth/cache",
        r"/available_updates",
        r"/refresh_updates",
        r"/os/(?!datadisk/wipe).+",
        r"/(?:backups|mounts|store).*",
    ),
    "admin": re.compile(".*"),
}
_HARMFUL = re.compile(
    r"proc/self/environ|<.*script.*>|(?:\.\.//?)+|[a-z0-9_]=/(?:[a-z0-9_.]//?)+"
    r"|union.*select.*\(|union.*all.*select.*|concat.*\(",
    re.IGNORECASE,
)


def may(app: App, path: str) -> bool:
    """Tell whether an app's rights cover a path."""
    if _CORE_ONLY.fullmatch(path):
        return False
    if _EVERY_APP.fullmatch(path):
        return True
    return app.hassio_api and _ROLES[app.hassio_role].fullmatch(path) is not None


@web.middleware
async def refuse_harmful(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what looks like an attack, wherever it goes."""
    if any(_HARMFUL.search(_plain(part)) for part in (request.path, request.query_string)):
        raise web.HTTPBadRequest
    return await handler(request)


@web.middleware
async def refuse_when_not_ready(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse everything, Core's proxy included, while the Supervisor itself starts.

    While it is away a connection that was kept alive breaks.
    """
    state = request.app[HOUSE].state
    if state == AWAY and request.transport is not None:
        request.transport.abort()
    if state not in _READY:
        return refusal(Refused(f"System is not ready with state: {state}"))
    return await handler(request)


@web.middleware
async def refuse_strangers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let through what the caller's token and role allow."""
    if _BLOCKED.fullmatch(request.path):
        raise web.HTTPForbidden
    if _OWN_CHECKS.fullmatch(request.path):
        return await handler(request)
    token = _token(request)
    if not token:
        raise web.HTTPUnauthorized
    app = request.app[HOUSE].owner_of(token)
    if app is None or not may(app, request.path):
        raise web.HTTPForbidden
    request[CALLER] = app
    return await handler(request)


@web.middleware
async def wrap_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what a handler refuses into the envelope."""
    try:
        return await handler(request)
    except Refused as refused:
        return refusal(refused)


MIDDLEWARES: Final = (
    refuse_harmful,
    refuse_when_not_ready,
    refuse_strangers,
    wrap_refusals,
)


def _token(request: web.Request) -> str | None:
    own = request.headers.get("X-Supervisor-Token")
    return own or bearer(request)


def bearer(request: web.Request) -> str | None:
    """Return the last word of the Authorization header."""
    given = request.headers.get("Authorization")
    return given.split(" ")[-1] if given else None


def _plain(text: str) -> str:
    """Undo encoding, however often it was applied."""
    once = unquote(text)
    return once if once == text else _plain(once)
