"""What apps tell each other and Core: discovery, services, and whether a password is right."""

import base64
import secrets
from typing import Any, Final

import voluptuous as vol
from aiohttp import web

from .access import CALLER, HOUSE
from .answers import Refused, body_of, ok
from .core import CORE
from .house import CORE_SLUG, House
from .proxy import SESSION

_MESSAGE: Final = vol.Schema(
    {vol.Required("service"): str, vol.Required("config"): {vol.Extra: object}}
)


def routes() -> list[web.RouteDef]:
    """List the paths of discovery, services and authentication."""
    return [
        web.get("/discovery", _messages),
        web.post("/discovery", _announce),
        web.get("/discovery/{uuid}", _message),
        web.delete("/discovery/{uuid}", _withdraw),
        web.get("/services", _services),
        web.get("/services/{name}", _service),
        web.post("/services/{name}", _provide),
        web.delete("/services/{name}", _stop_providing),
        web.post("/auth", _login),
    ]


def _for_core(request: web.Request) -> dict[str, dict[str, Any]]:
    if request[CALLER].slug != CORE_SLUG:
        raise web.HTTPUnauthorized
    return request.app[HOUSE].messages


async def _messages(request: web.Request) -> web.Response:
    return ok({"discovery": list(_for_core(request).values())})


async def _message(request: web.Request) -> web.Response:
    message = _for_core(request).get(request.match_info["uuid"])
    if message is None:
        raise Refused("Discovery message not found", status=404)
    return ok(message)


async def _push(request: web.Request, method: str, message: dict[str, Any]) -> None:
    """Tell Core, when it runs with its own part of the Supervisor; it reads the rest by itself."""
    core, session = request.app[CORE], request.app[SESSION]
    told = {key: message[key] for key in ("addon", "service", "uuid")}
    url = f"{core.url}/api/hassio_push/discovery/{message['uuid']}"
    if await core.running(session):
        async with session.request(method, url, json=told, headers=core.headers):
            pass


async def _announce(request: web.Request) -> web.Response:
    body = await body_of(request, _MESSAGE)
    caller, known = request[CALLER], request.app[HOUSE].messages
    if body["service"] not in caller.discovery:
        raise Refused(
            "Apps must list services they provide via discovery in their config!", status=403
        )
    same = {"addon": caller.slug, "service": body["service"]}
    uuid = next((key for key, message in known.items() if same.items() <= message.items()), None)
    uuid = uuid or secrets.token_hex(16)
    message = same | {"uuid": uuid, "config": body["config"]}
    if known.get(uuid) != message:
        known[uuid] = message
        await _push(request, "POST", message)
    return ok({"uuid": uuid})


async def _withdraw(request: web.Request) -> web.Response:
    known, uuid = request.app[HOUSE].messages, request.match_info["uuid"]
    if uuid not in known:
        raise Refused("Discovery message not found", status=404)
    if known[uuid]["addon"] != request[CALLER].slug:
        raise Refused("Can't remove discovery message", status=403)
    await _push(request, "DELETE", known.pop(uuid))
    return ok()


async def _services(request: web.Request) -> web.Response:
    house = request.app[HOUSE]
    told = [_told(house, name) for name in ("mqtt", "mysql")]
    return ok({"services": told})


def _told(house: House, name: str) -> dict[str, Any]:
    provided = house.services.get(name)
    return {
        "slug": name,
        "available": provided is not None,
        "providers": [provided["addon"]] if provided else [],
    }


def _allowed(request: web.Request, *, to_write: bool = False) -> str:
    name = request.match_info["name"]
    if name not in {"mqtt", "mysql"}:
        raise Refused("Service does not exist", status=404)
    role = request[CALLER].services.get(name)
    if role is None:
        raise Refused(f"No access to {name} service!", status=403)
    if to_write and role != "provide":
        raise Refused(f"No access to write {name} service!", status=403)
    return name


async def _service(request: web.Request) -> web.Response:
    name = _allowed(request)
    provided = request.app[HOUSE].services.get(name)
    if provided is None:
        raise Refused("Service not enabled")
    return ok(provided)


async def _provide(request: web.Request) -> web.Response:
    name = _allowed(request, to_write=True)
    body = await body_of(request)
    request.app[HOUSE].services[name] = body | {"addon": request[CALLER].slug}
    return ok()


async def _stop_providing(request: web.Request) -> web.Response:
    request.app[HOUSE].services.pop(_allowed(request, to_write=True), None)
    return ok()


async def _login(request: web.Request) -> web.Response:
    if not request[CALLER].auth_api:
        raise Refused("Can't use Home Assistant auth!", status=403)
    name, password = await _credentials(request)
    if not (isinstance(name, str) and isinstance(password, str)):
        raise Refused(
            "Username and password must be strings",
            status=401,
            key="auth_invalid_non_string_value_error",
        )
    known = request.app[HOUSE].users.get(name)
    if known is None or not secrets.compare_digest(known.encode(), password.encode()):
        raise web.HTTPUnauthorized
    return ok()


async def _credentials(request: web.Request) -> tuple[Any, Any]:
    """Read who wants in; any Authorization header is taken for Basic."""
    if given := request.headers.get("Authorization"):
        try:
            pair = base64.b64decode(given.split(" ")[-1]).decode()
        except ValueError as err:
            raise web.HTTPUnauthorized from err
        name, found, password = pair.partition(":")
        if not found:
            raise web.HTTPUnauthorized
        return name, password
    if request.content_type == "application/x-www-form-urlencoded":
        form = await request.post()
        return form.get("username") or form.get("user"), form.get("password")
    body = await body_of(request)
    return body.get("username") or body.get("user"), body.get("password")
