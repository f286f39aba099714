"""What Home Assistant's login page hands over: who the person is, and nothing that stays.

Core is asked at its own address: the Supervisor passes on what is below ``/api`` and nothing else.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
import msgspec
from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from msgspec import Struct

from ..problems import Forbidden, Problem, Unreachable, Unsupported
from .handshake import User, connect

_LOG = logging.getLogger(__name__)
_PATIENCE: Final = ClientTimeout(total=10, sock_connect=5)
_HEARTBEAT: Final = 30.0
_TRIES: Final = 2
_NOT_ACCEPTED: Final = "Home Assistant does not accept this sign-in"
_AGAIN: Final = "Begin again in the assistant"


class _Tokens(Struct, frozen=True):
    access_token: str
    refresh_token: str


class Logins:
    """Trades the code of a login page for the person who signed in."""

    def __init__(self, address: Callable[[], Awaitable[str]], *, at_home: bool) -> None:
        """Take where Core listens (``http://172.30.32.1:8123``).

        ``at_home``: on this machine, where a certificate made for the name outside says nothing.
        """
        self._address = address
        self._at_home = at_home

    async def person(self, code: str, client_id: str, verifier: str) -> User:
        """Return who signed in; what Core gave out for the code is taken back in any case.

        Raises Forbidden when the code is none, else Unreachable or Unsupported.
        """
        base = await self._address()
        async with self._session() as session:
            tokens = await _traded(session, base, code, client_id, verifier)
            try:
                return await _current_user(session, base, tokens.access_token)
            finally:
                await _taken_back(session, base, tokens.refresh_token)

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[ClientSession]:
        connector = TCPConnector(ssl=not self._at_home)
        async with ClientSession(connector=connector, cookie_jar=DummyCookieJar()) as session:
            yield session


async def _traded(
    session: ClientSession, base: str, code: str, client_id: str, verifier: str
) -> _Tokens:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": client_id,
        "code_verifier": verifier,
    }
    status, said = await _posted(session, f"{base}/auth/token", form)
    if status in {400, 401, 403}:
        raise Forbidden(_NOT_ACCEPTED, hint=_AGAIN)
    try:
        return msgspec.json.decode(said, type=_Tokens)
    except (msgspec.DecodeError, UnicodeDecodeError) as err:
        raise Unsupported("What Home Assistant answers to a sign-in is not understood") from err


async def _current_user(session: ClientSession, base: str, token: str) -> User:
    url = f"ws{base.removeprefix('http')}/api/websocket"
    try:
        welcome = await connect(session, url, token, heartbeat=_HEARTBEAT)
    except Forbidden as err:
        raise Forbidden(_NOT_ACCEPTED, hint=_AGAIN) from err
    await welcome.socket.close()
    return welcome.user


async def _taken_back(session: ClientSession, base: str, token: str) -> None:
    """Revoke; nobody keeps the token, so one that outlives this is only untidy."""
    for _ in range(_TRIES):
        try:
            await _posted(session, f"{base}/auth/revoke", {"token": token})
        except Problem:
            continue
        return
    _LOG.warning("A token that Home Assistant gave out for a sign-in could not be taken back")


async def _posted(session: ClientSession, url: str, form: Mapping[str, Any]) -> tuple[int, bytes]:
    try:
        async with session.post(
            url, data=form, timeout=_PATIENCE, allow_redirects=False
        ) as response:
            return response.status, await response.read()
    except (TimeoutError, aiohttp.ClientError, OSError) as err:
        raise Unreachable("Home Assistant does not answer", hint=_AGAIN) from err
