"""The gate in front of the MCP endpoint: what is let through, and who has left meanwhile."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import Final

import anyio
import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .origins import Origins
from .refusals import PARSE_ERROR, refusal

type Page = Callable[[Request], Response | None]
# What answers at a path, if something does?
type LeadingFrom = Callable[[str], Awaitable[ASGIApp | None]]

MOST_BODY: Final = 4 * 1024 * 1024
_PATIENCE: Final = 20.0  # seconds for a body to arrive: who sends a byte now and then holds nothing
# Answers are always plain JSON, so it does not matter what a client says it accepts.
_ACCEPT = (b"accept", b"application/json, text/event-stream")


class Gate:
    """Guards one path; every other path is not found, with nothing that tells them apart."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        path: str,
        origins: Origins,
        page: Page,
        stream: ASGIApp | None = None,
        patience: float = _PATIENCE,
    ) -> None:
        """Take the endpoint, its path, who may come, and the page for browsers.

        ``stream`` answers GET for an event stream, where there is such a thing.
        """
        self._patience = patience
        self._app = app
        self._path = path.encode()
        self._origins = origins
        self._page = page
        self._stream = stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        request = Request(scope, receive)
        answer = self._answer(request)
        if answer is None and request.method == "GET" and self._stream is not None:
            await self._stream(scope, receive, send)
            return
        if answer is None:
            try:
                async with asyncio.timeout(self._patience):
                    body = await _body(request)
            except ClientDisconnect:
                return
            except TimeoutError:
                answer = _too_slow()
            else:
                answer = _objection(body)
            if answer is None:
                await self._pass(scope, body, receive, send)
                return
        await answer(scope, receive, send)

    def _answer(self, request: Request) -> Response | None:
        """Return what is answered without reading the body, or nothing."""
        if not self.leads_here(request.scope["path"]):
            return PlainTextResponse("Not found", 404)
        if objection := self._origins.objection(request.headers):
            return refusal(403, objection)
        if self._stream is not None and _wants_stream(request):
            return None
        if request.method != "POST":
            return self._page(request) or refusal(
                405, "Only POST is answered here", headers={"Allow": "POST"}
            )
        if not request.headers.get("content-type", "").lower().startswith("application/json"):
            return refusal(415, "The Content-Type has to be application/json")
        return None

    def leads_here(self, path: str) -> bool:
        """Compare without telling by the time taken how much of a guess was right."""
        return hmac.compare_digest(path.removesuffix("/").encode(), self._path)

    async def _pass(self, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        """Ask the endpoint, and stop it when the client goes: nobody would read the answer."""
        headers = [header for header in scope["headers"] if header[0] != _ACCEPT[0]]
        inner = {**scope, "headers": [*headers, _ACCEPT]}
        async with anyio.create_task_group() as tasks:

            async def watch() -> None:
                while (await receive())["type"] != "http.disconnect":
                    pass
                tasks.cancel_scope.cancel()

            tasks.start_soon(watch)
            await self._app(inner, _whole(body), send)
            tasks.cancel_scope.cancel()


def first_of(*gates: Gate, beyond: LeadingFrom | None = None) -> ASGIApp:
    """Return what answers at the gate that a request leads to, else ``beyond``, else at the last.

    Beyond are gates that come and go.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        # A list, so that all are looked at however early one fits.
        found = [gate for gate in gates if gate.leads_here(scope["path"])]
        other = None if found or beyond is None else await beyond(scope["path"])
        await (other or (found or gates)[-1])(scope, receive, send)

    return answer


def _wants_stream(request: Request) -> bool:
    """Tell a client that wants events from a browser, which would take anything."""
    return request.method == "GET" and "text/event-stream" in request.headers.get("accept", "")


async def _body(request: Request) -> bytes:
    """Read the body; one that is too large is read no further than that."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY:
            break
    return bytes(body)


def _too_slow() -> Response:
    """Return the answer to a body that does not come; the connection is of no use any more."""
    return refusal(408, "The request did not arrive in time", headers={"Connection": "close"})


def _objection(body: bytes) -> Response | None:
    """Return the answer to a body that cannot be a message, or nothing."""
    if len(body) > MOST_BODY:
        return refusal(413, f"The request is larger than {MOST_BODY // 1024 // 1024} MiB")
    try:
        message = orjson.loads(body)
    except orjson.JSONDecodeError:
        return refusal(400, "The request is not JSON", code=PARSE_ERROR)
    if not isinstance(message, dict):
        return refusal(400, "One JSON-RPC message is expected; batches are not supported")
    return None


def _whole(body: bytes) -> Receive:
    """Return a ``receive`` that gives the body at once, then waits for ever."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if not messages:
            await anyio.sleep_forever()
        return messages.pop()

    return receive
