"""Core's WebSocket through the Supervisor: own handshake, own limits, some commands refused."""

import asyncio
import contextlib
import json
from typing import Any, Final

from aiohttp import (
    ClientError,
    ClientWebSocketResponse,
    WebSocketError,
    WSCloseCode,
    WSMessage,
    WSMessageTypeError,
    WSMsgType,
    web,
)

from .access import HOUSE
from .core import CORE
from .proxy import SESSION, need_core

FROM_APP: Final = 4 * 1024 * 1024
FROM_CORE: Final = 64 * 1024 * 1024

_SUPERVISOR_USER: Final = {
    "id": "5u9erv150r000000000000000000user",
    "name": "Supervisor",
    "is_owner": False,
    "is_admin": True,
    "credentials": [],
    "mfa_modules": [],
}


def routes() -> list[web.RouteDef]:
    """List the paths of the WebSocket; they come before the REST API's."""
    paths = ("/core/websocket", "/core/api/websocket", "/homeassistant/websocket")
    return [web.get(path, _websocket, allow_head=False) for path in paths]


async def _websocket(request: web.Request) -> web.StreamResponse:
    await need_core(request)
    app = web.WebSocketResponse(heartbeat=30, max_msg_size=FROM_APP, compress=False)
    await app.prepare(request)
    if not await _known(request, app):
        await app.close()
        return app
    core = await _to_core(request.app)
    if core is None:
        await app.close()
        return app
    sockets = request.app[CORE].sockets
    sockets.add(app)
    try:
        await _joined(app, core)
    finally:
        sockets.discard(app)
        await core.close()
        await app.close()
    return app


async def _known(request: web.Request, app: web.WebSocketResponse) -> bool:
    """Ask for the token the way Core does, and wait as long as Core does."""
    version = request.app[CORE].version
    await app.send_json({"type": "auth_required", "ha_version": version})
    try:
        given = await app.receive_json(timeout=request.app[HOUSE].timing.auth)
    except (TimeoutError, WSMessageTypeError, ValueError):
        return False
    token = (given.get("access_token") or given.get("api_password")) if _is_dict(given) else None
    owner = request.app[HOUSE].owner_of(token)
    if owner is None or not owner.homeassistant_api:
        await app.send_json({"type": "auth_invalid", "message": "Invalid access"})
        return False
    await app.send_json({"type": "auth_ok", "ha_version": version})
    return True


async def asked_once(app: web.Application, command: str) -> Any:
    """Ask Core something as the Supervisor itself does, on a connection of its own."""
    socket = await _to_core(app)
    if socket is None:
        raise web.HTTPBadGateway
    async with socket:
        await socket.send_json({"id": 1, "type": command})
        return (await socket.receive_json())["result"]


async def _to_core(app: web.Application) -> ClientWebSocketResponse | None:
    core = app[CORE]
    try:
        socket = await app[SESSION].ws_connect(
            f"{core.url}/api/websocket", heartbeat=30, max_msg_size=FROM_CORE
        )
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": core.token})
        answer = await socket.receive_json()
    except (ClientError, WSMessageTypeError, ValueError):
        return None
    if answer.get("type") == "auth_ok":
        return socket
    await socket.close()
    return None


async def _joined(app: web.WebSocketResponse, core: ClientWebSocketResponse) -> None:
    """Carry messages both ways until one side ends."""
    ways = [
        asyncio.create_task(_app_to_core(app, core)),
        asyncio.create_task(_core_to_app(core, app)),
    ]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _app_to_core(app: web.WebSocketResponse, core: ClientWebSocketResponse) -> None:
    async for message in app:
        if message.type is not WSMsgType.TEXT:
            return
        for answer in _answers(message.data):
            await app.send_json(answer)
        if passed := _passed(message.data):
            with contextlib.suppress(ConnectionError):
                await core.send_str(passed)


async def _core_to_app(core: ClientWebSocketResponse, app: web.WebSocketResponse) -> None:
    while True:
        message = await core.receive()
        if message.type is WSMsgType.TEXT:
            await app.send_str(message.data)
        elif message.type is WSMsgType.BINARY:
            await app.send_bytes(message.data)
        else:
            await app.close(code=_close_code(message))
            return


def _close_code(message: WSMessage) -> int:
    too_big = message.type is WSMsgType.ERROR and isinstance(message.data, WebSocketError)
    return message.data.code if too_big else WSCloseCode.OK


def _commands(text: str) -> list[dict[str, Any]]:
    """Read the commands of a frame: one, or a list of them."""
    try:
        given = json.loads(text)
    except ValueError:
        return []
    return [one for one in (given if isinstance(given, list) else [given]) if _is_dict(one)]


def _answers(text: str) -> list[dict[str, Any]]:
    """Answer what never reaches Core, or what Core answers differently to the Supervisor's user."""
    own = [(command, _own_answer(command)) for command in _commands(text)]
    return [
        {"id": command.get("id"), "type": "result", **answer} for command, answer in own if answer
    ]


def _passed(text: str) -> str | None:
    commands = _commands(text)
    if not commands:
        return text
    kept = [command for command in commands if _own_answer(command) is None]
    if len(kept) == len(commands):
        return text
    return json.dumps(kept) if kept else None


def _own_answer(command: dict[str, Any]) -> dict[str, Any] | None:
    kind = str(command.get("type"))
    if kind.startswith(("supervisor/", "hassio/")):
        return _failure("unauthorized", "Unauthorized")
    if kind == "auth/long_lived_access_token":
        return _failure("unknown_error", "Unknown error")
    if kind == "auth/refresh_tokens":
        return {"success": True, "result": []}
    if kind == "auth/current_user":
        return {"success": True, "result": _SUPERVISOR_USER}
    return None


def _failure(code: str, message: str) -> dict[str, Any]:
    return {"success": False, "error": {"code": code, "message": message}}


def _is_dict(value: object) -> bool:
    return isinstance(value, dict)
