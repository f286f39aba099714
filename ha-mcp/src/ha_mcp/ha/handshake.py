"""From an address and a token to a WebSocket that takes commands."""

import asyncio
from dataclasses import dataclass
from typing import Final

import aiohttp
import msgspec
from aiohttp import ClientSession, ClientWSTimeout
from msgspec import Struct

from ..problems import Forbidden, Unreachable
from .errors import absence, plain, unreachable
from .messages import MOST_FROM_CORE, NOT_CORE, Message, Socket, decode_as, encode, receive

_PATIENCE = 15.0  # seconds, for everything until commands are taken
_CLOSING = ClientWSTimeout(ws_close=2.0)  # an app that is stopped has ten seconds in all
_FEATURES = 1
_USER = 2
FIRST_ID: Final = 3  # of the commands after the handshake: Core wants rising numbers

_HOW_TO_GET_ONE = (
    "Give the server a long-lived access token from the security page of a Home Assistant profile; "
    "inside Home Assistant OS restart the app"
)


class User(Struct, frozen=True):
    """Who Home Assistant takes us for (``auth/current_user``)."""

    id: str
    name: str | None = None
    is_admin: bool = False
    is_owner: bool = False


@dataclass(frozen=True, slots=True)
class Welcome:
    """A connection that takes commands, and what the greeting told."""

    socket: Socket
    version: str
    user: User


async def connect(session: ClientSession, url: str, token: str, *, heartbeat: float) -> Welcome:
    """Open a connection; whoever gets it closes its socket.

    Raises Forbidden when the token is not accepted, Unsupported when who we are is not understood,
    else Unreachable with what is in the way.
    """
    try:
        async with asyncio.timeout(_PATIENCE):
            socket = await _open(session, url, heartbeat)
            try:
                return await _greeted(socket, token)
            except BaseException:
                await socket.close()
                raise
    except TimeoutError as err:
        raise Unreachable("Home Assistant does not answer at this address") from err
    except (aiohttp.ClientError, OSError) as err:
        raise unreachable(err, sent=False) from err


async def _open(session: ClientSession, url: str, heartbeat: float) -> Socket:
    try:
        return await session.ws_connect(
            url,
            max_msg_size=MOST_FROM_CORE,
            heartbeat=heartbeat,
            timeout=_CLOSING,
            decode_text=False,
        )
    except aiohttp.WSServerHandshakeError as err:
        raise Unreachable(absence(err.status), status=err.status) from err


async def _greeted(socket: Socket, token: str) -> Welcome:
    """Authenticate, ask for coalesced messages, and learn who we are."""
    greeting = await _first(socket)
    if greeting.type == "auth_required":  # the Supervisor's own socket is trusted at once
        auth = {"type": "auth", "access_token": token}
        await socket.send_str(msgspec.json.encode(auth).decode())
        greeting = await _first(socket)
    if greeting.type == "auth_invalid":
        said = plain(greeting.message) or "it gives no reason"
        raise Forbidden(f"Home Assistant does not accept the token: {said}", hint=_HOW_TO_GET_ONE)
    if greeting.type != "auth_ok":
        raise Unreachable(NOT_CORE)
    await _ask(socket, _FEATURES, "supported_features", features={"coalesce_messages": 1})
    answer = await _ask(socket, _USER, "auth/current_user")
    user = decode_as(User, "auth/current_user", answer.result)
    return Welcome(socket, greeting.ha_version, user)


async def _ask(socket: Socket, number: int, kind: str, **fields: object) -> Message:
    """Ask while nothing else can arrive, and take the answer from the socket itself."""
    await socket.send_str(encode(number, kind, fields).decode())
    answer = await _first(socket)
    if answer.id != number or not answer.success:
        raise Unreachable(f"Home Assistant did not answer {kind} as it should")
    return answer


async def _first(socket: Socket) -> Message:
    messages = await receive(socket)
    if not messages:
        raise Unreachable(NOT_CORE)
    return messages[0]
