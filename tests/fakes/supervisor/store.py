"""The store: repositories, and installing and updating from them."""

import hashlib
from typing import Any, Final

import voluptuous as vol
from aiohttp import web

from .access import CALLER, HOUSE
from .answers import Refused, body_of, ok
from .apps import summary
from .house import App, House

_REPOSITORY: Final = vol.Schema({vol.Required("repository"): str})


def routes() -> list[web.RouteDef]:
    """List the paths below /store."""
    return [
        web.get("/store", _store),
        web.post("/store/reload", _reload),
        web.post("/refresh_updates", _reload),
        web.get("/store/addons", _apps),
        web.get("/store/addons/{slug}", _app),
        web.post("/store/addons/{slug}/install", _install),
        web.post("/store/addons/{slug}/update", _update),
        web.get("/store/repositories", _repositories),
        web.post("/store/repositories", _add_repository),
        web.delete("/store/repositories/{slug}", _remove_repository),
    ]


def _named(request: web.Request) -> App:
    slug = request.match_info["slug"]
    app = request.app[HOUSE].apps.get(slug)
    if app is None:
        raise Refused(f"App {slug} does not exist in the store", status=404)
    return app


def _offered(app: App) -> dict[str, Any]:
    return summary(app) | {"installed": app.installed, "arch": ["aarch64", "amd64"]}


def _told(house: House) -> dict[str, Any]:
    return {
        "addons": [_offered(app) for app in house.apps.values()],
        "repositories": list(house.repositories.values()),
    }


async def _store(request: web.Request) -> web.Response:
    return ok(_told(request.app[HOUSE]))


async def _reload(_request: web.Request) -> web.Response:
    return ok()


async def _apps(request: web.Request) -> web.Response:
    return ok({"addons": _told(request.app[HOUSE])["addons"]})


async def _app(request: web.Request) -> web.Response:
    return ok(_offered(_named(request)))


async def _install(request: web.Request) -> web.Response:
    app = _named(request)
    if app.installed:
        raise Refused(f"App {app.slug} is already installed")
    app.installed, app.state = True, "stopped"
    return ok()


async def _update(request: web.Request) -> web.Response:
    app = _named(request)
    if app is request[CALLER]:
        raise Refused(f"App {app.slug} can't update itself!", status=403)
    if not app.installed:
        raise Refused(f"App {app.slug} is not installed")
    if app.version == app.version_latest:
        raise Refused(f"No update available for app {app.slug}")
    app.version = app.version_latest
    return ok()


async def _repositories(request: web.Request) -> web.Response:
    return web.json_response(
        {"result": "ok", "data": list(request.app[HOUSE].repositories.values())}
    )


async def _add_repository(request: web.Request) -> web.Response:
    source = (await body_of(request, _REPOSITORY))["repository"]
    known = request.app[HOUSE].repositories
    slug = hashlib.sha1(source.lower().encode(), usedforsecurity=False).hexdigest()[:8]
    if slug in known:
        raise Refused(
            f"Can't add {source}, already in the store",
            key="store_repository_already_added_error",
            repository=source,
        )
    known[slug] = {"slug": slug, "name": source, "source": source, "url": source}
    return ok()


async def _remove_repository(request: web.Request) -> web.Response:
    slug = request.match_info["slug"]
    house = request.app[HOUSE]
    if slug not in house.repositories:
        raise Refused(f"Repository {slug} does not exist in the store", status=404)
    if any(app.installed and app.repository == slug for app in house.apps.values()):
        raise Refused(f"Can't remove '{slug}'. It's used by installed apps")
    del house.repositories[slug]
    return ok()
