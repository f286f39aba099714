"""The transport of 2024 for clients that know no other: answers on a stream, requests beside it.

A client opens the stream with GET and is told where to post its messages. Each open stream is a
session of its own and costs memory for as long as it lasts, so there are not many.
"""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp import types
from mcp.shared.message import ServerMessageMetadata, SessionMessage
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .protocol import GRANT, McpServer
from .refusals import refusal
from .serving import STOPPING

_MOST_STREAMS: Final = 32
_MOST_WAITING: Final = 64  # messages of one client that nothing has looked at yet
_ALIVE_EVERY: Final = 15.0  # seconds; what stands in between closes streams that are silent
_SESSION: Final = "session_id"
_HEADERS: Final = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)


@dataclass(frozen=True, slots=True)
class _Stream:
    """An open stream: who opened it, and what its client has posted."""

    owner: str
    arriving: MemoryObjectSendStream[SessionMessage | Exception]
    posted: MemoryObjectReceiveStream[SessionMessage | Exception] = field(repr=False)


class LegacySse:
    """Both halves of the transport; ``open`` answers GET and ``take`` answers POST, at one path."""

    def __init__(
        self, server: McpServer, *, most: int = _MOST_STREAMS, alive_every: float = _ALIVE_EVERY
    ) -> None:
        """Take the server, how many streams may be open, and how often a silent one is touched."""
        self._server = server
        self._most = most
        self._alive_every = alive_every
        self._streams: dict[str, _Stream] = {}

    async def open(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep a stream open until the client goes."""
        if len(self._streams) >= self._most:
            full = refusal(503, "Too many event streams are open", headers={"Retry-After": "60"})
            await full(scope, receive, send)
            return
        arriving, posted = anyio.create_memory_object_stream[SessionMessage | Exception](
            _MOST_WAITING
        )
        stream = _Stream(_owner(scope), arriving, posted)
        session = secrets.token_urlsafe(16)
        self._streams[session] = stream
        try:
            await self._serve(stream, scope, _messages_at(scope, session), receive, send)
        finally:
            del self._streams[session]
            stream.arriving.close()
            stream.posted.close()

    async def take(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a message; its answer goes out on the stream."""
        request = Request(scope, receive)
        answer = self._taken(request, await request.body())
        await answer(scope, receive, send)

    def _taken(self, request: Request, body: bytes) -> Response:
        stream = self._streams.get(request.query_params.get(_SESSION, ""))
        if stream is None or stream.owner != _owner(request.scope):
            return refusal(404, "There is no such event stream; open one with GET")
        try:
            message = types.jsonrpc_message_adapter.validate_json(body, by_name=False)
        except ValidationError:
            return refusal(400, "The request is not a JSON-RPC message")
        metadata = ServerMessageMetadata(request_context=request)
        try:
            stream.arriving.send_nowait(SessionMessage(message, metadata))
        except anyio.WouldBlock:
            return refusal(503, "Too many messages wait", headers={"Retry-After": "1"})
        return Response(status_code=202)

    async def _serve(
        self, stream: _Stream, scope: Scope, endpoint: str, receive: Receive, send: Send
    ) -> None:
        saying, said = anyio.create_memory_object_stream[SessionMessage]()
        async with anyio.create_task_group() as tasks, saying, said:

            async def serve() -> None:
                options = self._server.create_initialization_options()
                await self._server.run(stream.posted, saying, options)
                tasks.cancel_scope.cancel()

            async def watch() -> None:
                while (await receive())["type"] != "http.disconnect":
                    pass
                tasks.cancel_scope.cancel()

            async def stop() -> None:
                await scope[STOPPING].wait()
                tasks.cancel_scope.cancel()

            for task in (serve, watch, stop) if STOPPING in scope else (serve, watch):
                tasks.start_soon(task)
            await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
            await _put(send, f"event: endpoint\ndata: {endpoint}\n\n")
            async for event in self._events(said):
                await _put(send, event)
        await send({"type": "http.response.body", "body": b""})

    async def _events(self, said: MemoryObjectReceiveStream[SessionMessage]) -> AsyncIterator[str]:
        while True:
            event = ": still here\n\n"
            with anyio.move_on_after(self._alive_every):
                message = (await said.receive()).message
                text = message.model_dump_json(by_alias=True, exclude_unset=True)
                event = f"event: message\ndata: {text}\n\n"
            yield event


async def _put(send: Send, event: str) -> None:
    await send({"type": "http.response.body", "body": event.encode(), "more_body": True})


def _messages_at(scope: Scope, session: str) -> str:
    """Return where messages are posted, as a path: the client knows under which name it came."""
    return f"{quote(scope['path'])}?{_SESSION}={session}"


def _owner(scope: Scope) -> str:
    """Return whose stream it is: another client's token does not open it."""
    grant = scope.get(GRANT)
    return "" if grant is None else str(grant.id)
