"""Apps: what they are, their options, and what one app may do to another."""

import asyncio
from typing import Any, Final

import voluptuous as vol
from aiohttp import web

from .access import CALLER, HOUSE
from .answers import Refused, body_of, ok
from .house import App
from .schema import WrongOption, checked

_OPTIONS: Final = vol.Schema(
    {
        vol.Optional("boot"): vol.In(["auto", "manual"]),
        vol.Optional("network"): vol.Any(None, {str: vol.Any(None, int)}),
        vol.Optional("auto_update"): bool,
        vol.Optional("options"): vol.Any(None, dict),
        vol.Optional("ingress_panel"): bool,
        vol.Optional("watchdog"): bool,
    }
)
_PLAIN = ("boot", "auto_update", "ingress_panel", "watchdog")


# What an app that asks for nothing special has; Core reads all of it.
_PLAIN_APP: Final[dict[str, Any]] = {
    **dict.fromkeys(("audio", "devicetree", "docker_api", "full_access", "gpio"), False),
    **dict.fromkeys(("host_dbus", "host_ipc", "host_pid", "host_uts"), False),
    **dict.fromkeys(("kernel_modules", "uart", "udev", "usb", "video"), False),
    **dict.fromkeys(("audio_input", "audio_output", "webui"), None),
    "changelog": True,
    "devices": [],
    "documentation": True,
    "privileged": [],
    "services": [],
    "system_managed_config_entry": None,
    "translations": {},
}


def routes() -> list[web.RouteDef]:
    """List the paths below /addons, except logs and what starts and stops."""
    one = "/addons/{slug}"
    return [
        web.get("/addons", _all),
        web.post("/addons/reload", _reload),
        web.get(f"{one}/info", _info),
        web.get(f"{one}/stats", _stats),
        web.get(f"{one}/changelog", _changelog),
        web.get(f"{one}/documentation", _changelog),
        web.post(f"{one}/options", _set_options),
        web.get(f"{one}/options/config", _effective),
        web.post(f"{one}/options/validate", _validate),
        web.post(f"{one}/stdin", _stdin),
        web.post(f"{one}/security", _security),
    ]


def app_of(request: web.Request) -> App:
    """Find the app that a path names."""
    slug = request.match_info["slug"]
    if slug == "self":
        return request[CALLER]
    app = request.app[HOUSE].apps.get(slug)
    if app is None:
        raise Refused(f"App {slug} does not exist", status=404)
    if not app.installed:
        raise Refused(f"App {slug} is not installed")
    return app


def summary(app: App) -> dict[str, Any]:
    """Tell what lists of apps tell."""
    return {
        "name": app.name,
        "slug": app.slug,
        "description": app.description,
        "advanced": False,
        "stage": "stable",
        "version": app.version,
        "version_latest": app.version_latest,
        "update_available": app.version != app.version_latest,
        "available": True,
        "detached": False,
        "homeassistant": None,
        "state": app.state,
        "repository": app.repository,
        "build": app.repository == "local",
        "url": None,
        "icon": True,
        "logo": True,
        "system_managed": False,
    }


def _details(app: App, *, with_options: bool) -> dict[str, Any]:
    return summary(app) | {
        "hostname": app.hostname,
        "dns": [f"{app.hostname}.local.hass.io"],
        "long_description": app.description,
        "boot": app.boot,
        "boot_config": "auto",
        "options": app.options if with_options else {},
        "schema": _shown(app.schema),
        "arch": ["aarch64", "amd64"],
        "machine": [],
        "network": app.network or None,
        "network_description": None,
        "host_network": False,
        "hassio_api": app.hassio_api,
        "hassio_role": app.hassio_role,
        "homeassistant_api": app.homeassistant_api,
        "auth_api": app.auth_api,
        "apparmor": "profile",
        "protected": True,
        "rating": 6,
        "stdin": app.stdin,
        "services_role": [f"{name}:{role}" for name, role in app.services.items()],
        "discovery": app.discovery,
        "ip_address": app.ip_address if app.state == "started" else "0.0.0.0",
        "ingress": app.ingress,
        "ingress_entry": f"/api/hassio_ingress/{app.ingress_token}" if app.ingress else None,
        "ingress_url": f"/api/hassio_ingress/{app.ingress_token}/" if app.ingress else None,
        "ingress_port": app.ingress_port,
        "ingress_panel": app.ingress_panel,
        "watchdog": app.watchdog,
        "auto_update": app.auto_update,
        "startup": "application",
        "signed": False,
        **_PLAIN_APP,
    }


def _shown(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, "type": str(kind).partition("(")[0]} for name, kind in schema.items()]


async def _all(request: web.Request) -> web.Response:
    installed = [app for app in request.app[HOUSE].apps.values() if app.installed]
    return ok({"addons": [summary(app) for app in installed]})


async def _reload(_request: web.Request) -> web.Response:
    return ok()


async def _info(request: web.Request) -> web.Response:
    app, caller = app_of(request), request[CALLER]
    own = app is caller or caller.hassio_role in {"manager", "admin"}
    return ok(_details(app, with_options=own))


async def _stats(request: web.Request) -> web.Response:
    app_of(request)
    await asyncio.sleep(request.app[HOUSE].timing.stats)
    used = {"cpu_percent": 0.3, "memory_usage": 80_000_000, "memory_limit": 4_000_000_000}
    return ok(used | {"memory_percent": 2.0, "network_rx": 1, "network_tx": 1, "blk_read": 1})


async def _changelog(request: web.Request) -> web.Response:
    slug = request.match_info["slug"]
    app = request.app[HOUSE].apps.get(slug)
    if app is None:
        return web.Response(text=f"App {slug} does not exist in the store")
    return web.Response(text=app.changelog or f"No changelog found for app {slug}!")


async def _set_options(request: web.Request) -> web.Response:
    app = app_of(request)
    body = await body_of(request, _OPTIONS)
    if "options" in body:
        app.saved_options = _valid(request, app, body["options"])
    if "network" in body:
        given = body["network"] or {}
        app.network = {port: given.get(port) for port in app.network}
    for name in _PLAIN:
        if name in body:
            setattr(app, name, body[name])
    return ok()


def _valid(request: web.Request, app: App, options: Any) -> dict[str, Any]:
    if options is None:
        return {}
    try:
        return checked(app, options, request.app[HOUSE].secrets)
    except WrongOption as err:
        raise Refused(
            f"App {app.slug} has invalid options: {err}",
            key="app_configuration_invalid_error",
            app=app.slug,
            validation_error=str(err),
        ) from err


async def _effective(request: web.Request) -> web.Response:
    if request.match_info["slug"] != "self":
        raise web.HTTPForbidden
    return ok(request[CALLER].options)


async def _validate(request: web.Request) -> web.Response:
    app = app_of(request)
    body = await body_of(request)
    try:
        checked(app, body or app.options, request.app[HOUSE].secrets)
    except WrongOption as err:
        return ok({"message": str(err), "valid": False, "pwned": None})
    return ok({"message": "", "valid": True, "pwned": False})


async def _stdin(request: web.Request) -> web.Response:
    app = app_of(request)
    if not app.stdin:
        raise Refused(
            f"App {app.slug} does not support writing to stdin",
            key="app_not_supported_write_stdin_error",
            app=app.slug,
        )
    return ok()


async def _security(_request: web.Request) -> web.Response:
    return ok()
