"""A thin client of a running Core, for preparing homes and for tests that look at Core directly."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from .progress import Trouble


class CoreClient:
    """Speaks to one Core as one user."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self._session = session
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._ids = itertools.count(1)
        self._token = token

    async def get(self, path: str) -> Any:
        """Return the JSON that a path of the API answers."""
        async with self._session.get(self._url + path, headers=self._headers) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def post(self, path: str, body: Any = None) -> Any:
        """Send JSON to a path of the API and return what it answers."""
        async with self._session.post(
            self._url + path, json=body or {}, headers=self._headers
        ) as answer:
            if answer.status >= 400:
                raise Trouble(f"Core refused {path} ({answer.status}): {await answer.text()}")
            return await answer.json()

    async def act(self, action: str, /, **data: Any) -> None:
        """Perform an action such as `light.turn_on`."""
        await self.post(f"/api/services/{action.replace('.', '/')}", data)

    async def command(self, kind: str, /, **fields: Any) -> Any:
        """Send one WebSocket command and return its result."""
        number = next(self._ids)
        socket = await self._sent({"id": number, "type": kind, **fields})
        while (answer := await socket.receive_json()).get("id") != number:
            pass
        if not answer["success"]:
            raise Trouble(f"Core refused {kind} {fields}: {answer['error']['message']}")
        return answer["result"]

    async def event(self) -> Any:
        """Return the next event of what `command` has subscribed to."""
        while (message := await (await self._opened()).receive_json())["type"] != "event":
            pass
        return message["event"]

    async def close(self) -> None:
        """Close the socket, if there is one."""
        if self._socket is not None:
            await self._socket.close()

    async def _sent(self, message: dict[str, Any]) -> aiohttp.ClientWebSocketResponse:
        """Send on the socket, or on a new one: Core closes what nobody reads from for a minute."""
        socket = await self._opened()
        try:
            await socket.send_json(message)
        except aiohttp.ClientConnectionResetError:
            socket = await self._connect()
            await socket.send_json(message)
        return socket

    async def _opened(self) -> aiohttp.ClientWebSocketResponse:
        return self._socket or await self._connect()

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        socket = await self._session.ws_connect(f"{self._url}/api/websocket", max_msg_size=0)
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": self._token})
        answer = await socket.receive_json()
        if answer["type"] != "auth_ok":
            raise Trouble(f"Core refused the token: {answer}")
        self._socket = socket
        return socket


@asynccontextmanager
async def core_client(url: str, token: str) -> AsyncIterator[CoreClient]:
    """Open a client and close it at the end."""
    async with aiohttp.ClientSession() as session:
        client = CoreClient(session, url, token)
        try:
            yield client
        finally:
            await client.close()


async def onboard(session: aiohttp.ClientSession, url: str, user: dict[str, str]) -> str:
    """Create the owner of a fresh Core and return an access token."""
    body = {"client_id": f"{url}/", "language": "en", **user}
    async with session.post(f"{url}/api/onboarding/users", json=body) as answer:
        answer.raise_for_status()
        code = (await answer.json())["auth_code"]
    return await _exchange(session, url, code)


async def log_in(session: aiohttp.ClientSession, url: str, name: str, password: str) -> str:
    """Sign a user in through Core's own login flow and return an access token."""
    start = {
        "client_id": f"{url}/",
        "handler": ["homeassistant", None],
        "redirect_uri": f"{url}/?auth_callback=1",
    }
    async with session.post(f"{url}/auth/login_flow", json=start) as answer:
        flow = (await answer.json())["flow_id"]
    form = {"client_id": f"{url}/", "username": name, "password": password}
    async with session.post(f"{url}/auth/login_flow/{flow}", json=form) as answer:
        code = (await answer.json())["result"]
    return await _exchange(session, url, code)


async def _exchange(session: aiohttp.ClientSession, url: str, code: str) -> str:
    form = {"grant_type": "authorization_code", "code": code, "client_id": f"{url}/"}
    async with session.post(f"{url}/auth/token", data=form) as answer:
        answer.raise_for_status()
        token: str = (await answer.json())["access_token"]
        return token
