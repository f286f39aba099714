"""One request: to the server, and its answer back."""

import asyncio
import logging
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from typing import Final, cast

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ServerTimeoutError,
)
from aiohttp.hdrs import METH_GET, METH_POST
from aiohttp.web import Request, Response, StreamResponse
from homeassistant.core import HomeAssistant
from homeassistant.util.aiohttp import MockRequest
from yarl import URL

from ._shared.relay import MOST_BODY, RELAY_FAILED, SERVER_AWAY, VERSIONS_DIFFER
from .answers import failure, not_now, page, refusal
from .headers import to_client, to_server
from .health import Health
from .outside import Outside
from .target import Target
from .upload import Upload

_LOGGER = logging.getLogger(__name__)
# The server ends every call after 25 s; one elsewhere may take as long as clients wait.
_PATIENCE: Final = ClientTimeout(total=None, sock_connect=5, sock_read=300)
_FAILED: Final = "The relay failed; the log of Home Assistant says why"
TOO_FAR_APART: Final = "the relay and the server are too far apart; update both apps"
NO_LOGIN: Final = "a login is wanted, and only a server that runs as an app here can ask for one"
_MOST_BUFFERED: Final = 16 * 1024 * 1024  # bytes of an answer that cannot be streamed
_MOST_FORM: Final = 64 * 1024  # bytes of what is sent to sign in


class Relay:
    """Answers the requests to one webhook."""

    def __init__(
        self,
        session: ClientSession,
        target: Target,
        outside: Outside,
        health: Health,
        *,
        blocked: str | None = None,
    ) -> None:
        """Take the server, the way in, who is told about both, and why it may not be asked."""
        self._blocked = blocked
        self._session = session
        self._target = target
        self._outside = outside
        self._health = health

    @property
    def paired(self) -> bool:
        """Whether the server can be asked about a login."""
        return self._target.token is not None

    async def handle(self, _: HomeAssistant, __: str, request: Request) -> Response:
        """Answer a request; never raises, because Core would answer an empty 200."""
        try:
            answer = await self._answer(request)
        except Exception as err:  # noqa: BLE001 - the boundary: what gets past it becomes a false 200
            # Without a traceback: it would be repeated with every request.
            self._health.stumbled(err)
            answer = failure(HTTPStatus.BAD_GATEWAY, _FAILED, reason=RELAY_FAILED)
        # Core's types know only whole answers; its views also take streams.
        return cast("Response", answer)

    async def serve(self, request: Request, path: str) -> StreamResponse:
        """Answer what is asked about a login: a document, a page, or a token."""
        if self._blocked is not None:
            return not_now(request, self._blocked)
        upload = Upload(request.content, _MOST_FORM) if request.body_exists else None
        try:
            async with self._asked(request, self._target.oauth_url(path), upload) as answer:
                self._health.reached()
                return await _passed_on(request, answer)
        except (ClientError, TimeoutError, ValueError) as err:
            if upload is not None and upload.refused is not None:
                return refusal(upload.refused)
            reason = describe(err)
            self._health.missed(reason)
            return not_now(request, reason)

    async def _answer(self, request: Request | MockRequest) -> StreamResponse:
        if request.method not in {METH_GET, METH_POST}:
            return refusal(HTTPStatus.METHOD_NOT_ALLOWED)
        if request.method == METH_GET and "text/html" in request.headers.get("Accept", ""):
            reason = self._blocked or await self._health.reason()
            return page(reason, login=self._target.login)
        if int(request.headers.get("Content-Length", 0)) > MOST_BODY:
            return refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if self._blocked is not None:
            return failure(HTTPStatus.BAD_GATEWAY, self._blocked, reason=VERSIONS_DIFFER)
        if isinstance(request, MockRequest):
            return await self._whole(request)
        return await self._streamed(request)

    async def _streamed(self, request: Request) -> StreamResponse:
        upload = Upload(request.content, MOST_BODY) if request.body_exists else None
        try:
            async with self._asked(request, self._target.url, upload) as answer:
                self._health.reached()
                return await _passed_on(request, answer)
        except (ClientError, TimeoutError, ValueError) as err:
            if upload is not None and upload.refused is not None:
                return refusal(upload.refused)
            return self._away(err)

    async def _whole(self, request: MockRequest) -> Response:
        """Answer Nabu Casa's stand-in for a request, which takes text and nothing else."""
        body = await request.content.read(MOST_BODY + 1)
        if len(body) > MOST_BODY:
            return refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            async with self._asked(request, self._target.url, body or None) as answer:
                self._health.reached()
                return await _as_text(answer)
        except (ClientError, TimeoutError) as err:
            return self._away(err)

    def _asked(
        self, request: Request | MockRequest, url: URL, body: Upload | bytes | None
    ) -> AbstractAsyncContextManager[ClientResponse]:
        headers = to_server(request, self._target, self._outside)
        if isinstance(body, bytes):
            headers.popall("Content-Length", None)
            headers.popall("Accept-Encoding", None)
        return self._session.request(
            request.method,
            url.extend_query(request.query),
            headers=headers,
            data=body,
            timeout=_PATIENCE,
            allow_redirects=False,
            skip_auto_headers=("User-Agent", "Accept-Encoding", "Content-Type"),
        )

    def _away(self, err: Exception) -> Response:
        reason = describe(err)
        self._health.missed(reason)
        sentence = f"The MCP server cannot be reached: {reason}"
        return failure(HTTPStatus.BAD_GATEWAY, sentence, reason=SERVER_AWAY)


def describe(err: Exception) -> str:
    """Say what went wrong, without addresses: they may be secret."""
    if isinstance(err, ServerTimeoutError | TimeoutError):
        return "it did not answer in time"
    if isinstance(err, ClientConnectorError):
        return "nothing listens at its address; is the app started?"
    return "the connection broke before the answer"


async def _passed_on(request: Request, answer: ClientResponse) -> StreamResponse:
    """Send the answer on as it comes, no faster than the client takes it."""
    response = StreamResponse(
        status=answer.status, reason=answer.reason, headers=to_client(answer.headers)
    )
    try:
        await response.prepare(request)
        async for chunk in answer.content.iter_any():
            await response.write(chunk)
        await response.write_eof()
    except (ClientError, OSError, asyncio.IncompleteReadError) as err:
        _LOGGER.debug("An answer ended early: %s", type(err).__name__)
        # Half an answer must not look whole. Where the client has left there is nothing to close.
        if request.transport is not None:
            request.transport.abort()
    return response


async def _as_text(answer: ClientResponse) -> Response:
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > _MOST_BUFFERED:
            return failure(HTTPStatus.BAD_GATEWAY, "The answer is too large for this connection")
    return Response(
        text=body.decode(errors="replace"), status=answer.status, content_type=answer.content_type
    )
