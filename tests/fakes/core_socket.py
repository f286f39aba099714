"""Core's WebSocket as a test scripts it: the handshake by itself, every answer by hand.

async with FakeCore() as core:
    ...                                   # connect a client to core.url
    line = await core.line()              # the connection, once it is authenticated
    command = await line.command()
    await line.result(command, {"a": 1})
"""

import asyncio
from typing import Any, Final, Self

import msgspec
from aiohttp import WSMsgType, web

VERSION: Final = "2026.11.0"
TOKEN: Final = "the-token-of-the-owner"
_USER: Final = {"id": "abc", "name": "Owner", "is_admin": True, "is_owner": True}
_PATIENCE: Final = 5.0  # seconds: a test that waits for what does not come has failed
_LIMIT: Final = 4 * 2**20  # as Core's


class Line:
    """One authenticated connection, from Core's side."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        """Take what the client has opened."""
        self._request = request
        self._socket = socket
        self._commands: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def command(self) -> dict[str, Any]:
        """Return the next command that was not answered yet."""
        async with asyncio.timeout(_PATIENCE):
            return await self._commands.get()

    @property
    def unread(self) -> int:
        """How many commands wait to be looked at."""
        return self._commands.qsize()

    async def result(self, command: dict[str, Any], result: Any = None) -> None:
        """Answer a command."""
        await self.send(done(command, result))

    async def failure(self, command: dict[str, Any], code: Any, message: Any = "No") -> None:
        """Refuse a command."""
        error = {"code": code, "message": message}
        await self.send({"id": command["id"], "type": "result", "success": False, "error": error})

    async def event(self, command: dict[str, Any], event: Any) -> None:
        """Send an event of a subscription."""
        await self.send({"id": command["id"], "type": "event", "event": event})

    async def send(self, message: Any) -> None:
        """Send a message, or a list of them as Core coalesces them."""
        await self.say(msgspec.json.encode(message).decode())

    async def say(self, text: str) -> None:
        """Send any text."""
        await self._socket.send_str(text)

    async def say_bytes(self, data: bytes) -> None:
        """Send what Core never sends."""
        await self._socket.send_bytes(data)

    async def close(self, code: int = 1000) -> None:
        """Say goodbye."""
        await self._socket.close(code=code)

    def cut(self) -> None:
        """End without a goodbye, as a process that is killed."""
        if self._request.transport is not None:
            self._request.transport.abort()

    def freeze(self) -> None:
        """Read nothing and answer nothing from now on, not even a ping, and do not close."""
        freeze(self._request)

    async def serve(self) -> None:
        """Keep what the client sends."""
        async for message in self._socket:
            if message.type is WSMsgType.TEXT:
                self._commands.put_nowait(msgspec.json.decode(message.data))


class FakeCore:
    """Listens on a free port; how it greets is data that a test sets."""

    def __init__(self) -> None:
        """Start as a Core that accepts ``TOKEN``."""
        self.token = TOKEN
        self.user: Any = _USER
        self.refuse: tuple[int, str] | None = None  # status and body instead of a WebSocket
        self.says_first: str | None = None  # instead of asking for the token
        self.trusts = False  # says auth_ok at once, as on the Supervisor's own socket
        self.is_silent = False  # accepts the connection, then neither speaks nor reads
        self.version = VERSION
        self.attempts = 0
        self.features: list[dict[str, Any]] = []
        self.url = ""
        self._lines: asyncio.Queue[Line] = asyncio.Queue()
        self._attempted = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Listen."""
        application = web.Application()
        application.router.add_get("/api/websocket", self._socket)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"ws://127.0.0.1:{self._runner.addresses[0][1]}/api/websocket"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def line(self) -> Line:
        """Return the next connection that has passed the handshake."""
        async with asyncio.timeout(_PATIENCE):
            return await self._lines.get()

    async def attempted(self, times: int) -> None:
        """Wait until clients have tried to connect so often in all."""
        async with self._attempted:
            await self._attempted.wait_for(lambda: self.attempts >= times)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        self.attempts += 1
        async with self._attempted:
            self._attempted.notify_all()
        if self.refuse is not None:
            status, body = self.refuse
            return web.Response(status=status, text=body)
        socket = web.WebSocketResponse(max_msg_size=_LIMIT, timeout=0.1)
        await socket.prepare(request)
        if self.is_silent:
            freeze(request)
            await asyncio.Event().wait()
        if await self._greeted(socket):
            line = Line(request, socket)
            self._lines.put_nowait(line)
            await line.serve()
        return socket

    async def _greeted(self, socket: web.WebSocketResponse) -> bool:
        if self.says_first is not None:
            await socket.send_str(self.says_first)
            return False
        if not self.trusts and not await self._authenticated(socket):
            return False
        await socket.send_json({"type": "auth_ok", "ha_version": self.version})
        self.features.append(await socket.receive_json())
        await socket.send_json(done(self.features[-1]))
        await socket.send_json(done(await socket.receive_json(), self.user))
        return True

    async def _authenticated(self, socket: web.WebSocketResponse) -> bool:
        await socket.send_json({"type": "auth_required", "ha_version": self.version})
        given = await socket.receive_json()
        if given == {"type": "auth", "access_token": self.token}:
            return True
        await socket.send_json({"type": "auth_invalid", "message": "Invalid access token"})
        await socket.close()
        return False


def freeze(request: web.Request) -> None:
    """Read no more from a connection; the other side sees nothing of it."""
    if isinstance(request.transport, asyncio.ReadTransport):
        request.transport.pause_reading()


def done(command: dict[str, Any], result: Any = None) -> dict[str, Any]:
    """Return the message that a command succeeded."""
    return {"id": command["id"], "type": "result", "success": True, "result": result}
