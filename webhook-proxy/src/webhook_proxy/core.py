"""Home Assistant Core, asked over its WebSocket through the Supervisor."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from aiohttp import (
    ClientError,
    ClientSession,
    ClientWebSocketResponse,
    ClientWSTimeout,
    WSMessageTypeError,
)

from .trouble import Away, Trouble

_PATIENCE: Final = 40.0  # seconds for one answer; the server's longest call and a little


class Refused(Trouble):
    """Core understood a command and refused it; ``code`` says why."""

    def __init__(self, code: str, message: str) -> None:
        """Take Core's code and words."""
        super().__init__(message)
        self.code = code


class Core:
    """An open connection."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        """Take a socket on which Core knows who we are."""
        self._socket = socket
        self._ids = itertools.count(1)

    async def command(self, kind: str, /, **fields: Any) -> Any:
        """Return the result of a command; raises Refused, or Away when Core leaves."""
        number = next(self._ids)
        await self._socket.send_json({"id": number, "type": kind, **fields})
        while (answer := await self._socket.receive_json()).get("id") != number:
            pass
        if not answer["success"]:
            raise Refused(answer["error"]["code"], answer["error"]["message"])
        return answer["result"]

    async def act(self, domain: str, service: str, **data: Any) -> None:
        """Perform an action."""
        await self.command("call_service", domain=domain, service=service, service_data=data)


@asynccontextmanager
async def connected(session: ClientSession, supervisor: str, token: str) -> AsyncIterator[Core]:
    """Connect for as long as the block lasts; raises Away while Core is not there."""
    url = f"ws{supervisor.removeprefix('http')}/core/websocket"
    try:
        async with session.ws_connect(
            url, timeout=ClientWSTimeout(ws_receive=_PATIENCE, ws_close=5), max_msg_size=0
        ) as socket:
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": token})
            if (await socket.receive_json())["type"] != "auth_ok":
                raise Trouble("The Supervisor does not let this app talk to Home Assistant")
            yield Core(socket)
    except (ClientError, TimeoutError, WSMessageTypeError, ConnectionError, ValueError) as err:
        raise Away("Home Assistant is not running yet") from err
