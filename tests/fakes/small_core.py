"""The least that looks like Core from the Supervisor's proxy: a state, echoes, and a socket."""

import asyncio
from typing import Any, Self

from aiohttp import WSMsgType, web

TOKEN = "the-cores-own-token"
VERSION = "2026.11.0"
_LIMIT = 512 * 1024 * 1024


class SmallCore:
    """Serves a few paths of Core's API and remembers what arrived."""

    def __init__(self) -> None:
        """Start as a Core that runs."""
        self.state = "RUNNING"
        self.seen: list[web.Request] = []
        self.commands: list[dict[str, Any]] = []
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Listen on a free port."""
        application = web.Application(client_max_size=_LIMIT, middlewares=[self._only_with_token])
        application.router.add_routes(
            [
                web.get("/api/core/state", self._state),
                web.get("/api/events", self._events),
                web.get("/api/stream", self._events),
                web.get("/api/moved", self._moved),
                web.get("/api/websocket", self._socket),
                web.route("*", "/api/{path:.*}", self._echo),
            ]
        )
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    @web.middleware
    async def _only_with_token(self, request: web.Request, handler: Any) -> web.StreamResponse:
        known = request.headers.get("Authorization") == f"Bearer {TOKEN}"
        if not known and request.path != "/api/websocket":
            raise web.HTTPUnauthorized
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _state(self, _request: web.Request) -> web.Response:
        return web.json_response({"state": self.state})

    async def _echo(self, request: web.Request) -> web.Response:
        self.seen.append(request)
        size = len(await request.read())
        kept = {"Cache-Control": "no-store", "ETag": '"1"', "WWW-Authenticate": "Bearer"}
        status = int(request.query.get("status", 200))
        told = {"method": request.method, "path": request.path_qs, "size": size}
        return web.json_response(told, headers=kept, status=status)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b"data: 1\n\n")
        await asyncio.Event().wait()
        return response

    async def _moved(self, _request: web.Request) -> web.Response:
        raise web.HTTPFound("/api/elsewhere")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(max_msg_size=_LIMIT)
        await socket.prepare(request)
        await socket.send_json({"type": "auth_required", "ha_version": VERSION})
        known = (await socket.receive_json()).get("access_token") == TOKEN
        await socket.send_json({"type": "auth_ok" if known else "auth_invalid"})
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._answer(socket, message.json())
        return socket

    async def _answer(self, socket: web.WebSocketResponse, command: dict[str, Any]) -> None:
        self.commands.append(command)
        result = "x" * int(command.get("size", 0))
        await socket.send_json(
            {"id": command["id"], "type": "result", "success": True, "result": result}
        )
