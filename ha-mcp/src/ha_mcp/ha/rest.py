"""The HTTP interface of Core: what its WebSocket does not have.

Only GET, POST and DELETE: the Supervisor's proxy passes nothing else.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import aiohttp
import msgspec
from aiohttp import ClientHandlerType, ClientRequest, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from ..problems import Invalid, Problem, Rejected, TimedOut, Unreachable
from .errors import from_status, plain, unreachable
from .messages import NOT_CORE
from .reading import may_leave, request_reads

_ANSWER_WITHIN: Final = 20.0
_CONNECT_WITHIN: Final = 5.0
_MOST_JSON: Final = 64 * 2**20
_MOST_SENT: Final = 16 * 2**20  # Core takes no more
_MOST_WORDS: Final = 2_000  # of an error
_NOT_READY = "not ready with state"  # the Supervisor, while it starts, with HTTP 400
_CHUNK = 65_536
_LEADING_AWAY: Final = frozenset({"", ".", ".."})


class CoreRest:
    """Core below ``/api/``; fits ``home.wire.Rest``."""

    def __init__(
        self,
        session: ClientSession,
        url: str,
        token: Callable[[], str],
        *,
        answer_within: float = _ANSWER_WITHIN,
        reads_only: str = "",
    ) -> None:
        """Take the base (such as ``http://host:8123/api``) and where the token is to be had.

        ``reads_only`` says why nothing may be written, if so.
        """
        self._session = session
        self._url = URL(url.rstrip("/"))
        self._token = token
        self._reads_only = reads_only
        self._patience = ClientTimeout(total=answer_within, sock_connect=_CONNECT_WITHIN)

    async def get_json(self, path: str, **query: str) -> Any:
        """Return the JSON at a path such as ``calendars``."""
        body, _ = await self._request("GET", path, _MOST_JSON, params=query)
        return _decoded(body, sent=False)

    async def get_bytes(self, path: str, *, most: int, **query: str) -> tuple[bytes, str]:
        """Return the body and its media type; raises Rejected above ``most`` bytes."""
        return await self._request("GET", path, most, params=query)

    async def post_json(self, path: str, body: Any) -> Any:
        """Post JSON and return the JSON of the answer, None when it is empty."""
        answer, _ = await self._request(
            "POST",
            path,
            _MOST_JSON,
            data=_encoded(path, body),
            headers={"Content-Type": "application/json"},
        )
        return _decoded(answer, sent=True)

    async def delete(self, path: str) -> Any:
        """Delete what is at a path and return the JSON of the answer, None when it is empty."""
        answer, _ = await self._request("DELETE", path, _MOST_JSON)
        return _decoded(answer, sent=True)

    async def _request(
        self,
        method: str,
        path: str,
        most: int,
        *,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> tuple[bytes, str]:
        may_leave(f"{method} {path}", self._reads_only, reads=request_reads(method, path))
        sent = method != "GET"  # a read that was lost may be repeated, a write may not
        try:
            async with self._session.request(
                method,
                self._at(path),
                headers={**(headers or {}), "Authorization": f"Bearer {self._token()}"},
                timeout=self._patience,
                allow_redirects=False,
                middlewares=(_once,) if sent else (),
                **more,
            ) as response:
                if response.status >= 300:
                    raise await _problem(response)
                return await _bounded(response, path, most), response.content_type
        except aiohttp.ConnectionTimeoutError as err:
            raise unreachable(err, sent=False) from err
        except TimeoutError as err:
            raise TimedOut(f"Home Assistant did not answer {path} in time") from err
        except (aiohttp.ClientError, OSError) as err:
            raise unreachable(err, sent=sent) from err

    def _at(self, path: str) -> URL:
        """Return the address of a path; an id within it can neither leave its place nor end it."""
        parts = path.removeprefix("/").split("/")
        if not _LEADING_AWAY.isdisjoint(parts):
            raise Invalid(f"{path!r} is not a path of Home Assistant")
        return self._url.joinpath(*parts)


class _Lost(aiohttp.ClientError):
    """The connection broke; unlike others of its kind, this one does not make aiohttp repeat."""


async def _once(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """Send a request no second time: aiohttp would repeat a DELETE whose answer was lost."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as err:
        raise _Lost from err


async def _bounded(response: ClientResponse, path: str, most: int) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > most:
            raise Rejected(f"The answer of {path} is larger than {most} bytes")
    return bytes(body)


async def _problem(response: ClientResponse) -> Problem:
    words = _words(await beginning(response, _MOST_WORDS))
    if response.status == 400 and _NOT_READY in words:
        return Unreachable("The Supervisor is starting")
    return from_status(response.status, words)


async def beginning(response: ClientResponse, most: int) -> bytes:
    """Return the first bytes of a body, all of it when there are no more."""
    body = bytearray()
    while len(body) < most and (chunk := await response.content.read(most - len(body))):
        body += chunk
    return bytes(body)


def _words(body: bytes) -> str:
    """Return the sentence in an error body; nothing of a page or a traceback."""
    try:
        read = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    if not isinstance(read, dict):
        return ""
    if isinstance(errors := read.get("errors"), dict):  # of the fields of a form
        return "; ".join(f"{field}: {plain(said)}" for field, said in errors.items())
    return plain(read.get("message"))


def _encoded(path: str, body: Any) -> bytes:
    try:
        written = msgspec.json.encode(body)
    except (OverflowError, RecursionError, UnicodeEncodeError) as err:
        raise Invalid(f"What {path} is given cannot be written as JSON: {err}") from err
    if len(written) > _MOST_SENT:
        raise from_status(413)
    return written


def _decoded(body: bytes, *, sent: bool) -> Any:
    if not body:
        return None
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as err:
        raise Unreachable(NOT_CORE, sent=sent) from err
