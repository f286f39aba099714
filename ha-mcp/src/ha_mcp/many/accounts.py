"""Whose account a token is of, and a token of one's own for who signed in at Home Assistant."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import aiohttp
import msgspec
from aiohttp import ClientSession, ClientTimeout

from ..ha.errors import unreachable
from ..ha.handshake import User, connect
from ..ha.link import Link
from ..problems import Forbidden, Problem, TimedOut, Unreachable
from .guard import Guard
from .way import Way

_HEARTBEAT: Final = 12.0
_ANSWER_WITHIN: Final = 10.0
_LIVES: Final = 365  # days; who signs in again gets another one
_MOST: Final = 16 * 1024  # bytes of an answer
_NOT_CORE: Final = "What answers at this address is not Home Assistant"


class _Tokens(msgspec.Struct):
    access_token: str
    refresh_token: str


@dataclass(frozen=True, slots=True)
class Accounts:
    """Asks homes whose tokens they are shown; every address is looked at by the guard first."""

    guard: Guard
    name: str  # under which our tokens are listed in people's profiles

    async def user(self, url: str, token: str) -> User:
        """Return whose token it is.

        Raises Forbidden when the home does not take it, else Unreachable or Unsupported.
        """
        async with self.guard.session() as session:
            welcome = await connect(session, _socket(url), token, heartbeat=_HEARTBEAT)
            await welcome.socket.close()
            return welcome.user

    async def user_id(self, way: Way) -> str:
        """Return the id of whose token it is."""
        return (await self.user(way.url, way.token)).id

    async def signed_in(self, url: str, code: str, client_id: str, verifier: str) -> Way:
        """Return the way in of somebody who came from the home's login page with a code.

        Their session is exchanged for a long-lived token, which they see in their profile and can
        take back there, and ended.
        """
        async with self.guard.session() as session:
            tokens = await _exchanged(
                session,
                url,
                grant_type="authorization_code",
                code=code,
                client_id=client_id,
                code_verifier=verifier,
            )
            try:
                return await self._lasting(session, url, tokens.access_token)
            finally:
                with suppress(Problem):  # it ends by itself later, too
                    await _post(session, f"{url}/auth/revoke", token=tokens.refresh_token)

    async def _lasting(self, session: ClientSession, url: str, token: str) -> Way:
        welcome = await connect(session, _socket(url), token, heartbeat=_HEARTBEAT)
        link = Link(welcome.socket, answer_within=_ANSWER_WITHIN)
        serving = asyncio.ensure_future(link.serve())
        try:
            made = await link.request("auth/long_lived_access_token", self._wanted())
        finally:
            serving.cancel()
            await asyncio.wait([serving])
            await welcome.socket.close()
        return Way(url, welcome.user.id, msgspec.json.decode(made, type=str))

    def _wanted(self) -> dict[str, Any]:
        """Return what a token is asked for with; names of a user's tokens have to differ."""
        moment = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"
        return {"client_name": f"{self.name} ({moment})", "lifespan": _LIVES}


async def _exchanged(session: ClientSession, url: str, **form: str) -> _Tokens:
    status, body = await _post(session, f"{url}/auth/token", **form)
    if status == 400:
        raise Forbidden("Home Assistant did not confirm the sign-in", hint="Begin again")
    try:
        return msgspec.json.decode(body, type=_Tokens)
    except (msgspec.DecodeError, UnicodeDecodeError) as err:
        raise Unreachable(_NOT_CORE) from err


async def _post(session: ClientSession, url: str, **form: str) -> tuple[int, bytes]:
    """Post a form and return the status and the beginning of the answer."""
    try:
        async with session.post(
            url, data=form, timeout=ClientTimeout(total=_ANSWER_WITHIN), allow_redirects=False
        ) as answer:
            return answer.status, await answer.content.read(_MOST)
    except TimeoutError as err:
        raise TimedOut("Home Assistant did not answer in time") from err
    except (aiohttp.ClientError, OSError) as err:
        raise unreachable(err, sent=True) from err


def _socket(url: str) -> str:
    return f"ws{url.removeprefix('http')}/api/websocket"
