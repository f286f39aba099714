"""The Supervisor's own interface, as far as this app needs it."""

import json
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout

from .trouble import Away, Trouble

_PATIENCE: Final = ClientTimeout(total=30, sock_connect=5)


class Supervisor:
    """Asks the Supervisor; raises Away while it starts, and Trouble when it refuses."""

    def __init__(self, session: ClientSession, url: str, token: str) -> None:
        """Take its address and the token of this app."""
        self._session = session
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}

    async def get(self, path: str) -> Any:
        """Return the data at a path."""
        return await self._ask("GET", path)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Send a body to a path and return the data of the answer."""
        return await self._ask("POST", path, body)

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        try:
            async with self._session.request(
                method, self._url + path, json=body, headers=self._headers, timeout=_PATIENCE
            ) as answer:
                if answer.status >= 500:
                    raise Away("The Supervisor does not serve yet")
                said = await answer.text()
        except (ClientError, TimeoutError) as err:
            raise Away("The Supervisor does not answer") from err
        if not answer.ok:
            if "not ready with state" in said:
                raise Away("The Supervisor is starting")
            raise Trouble(f"The Supervisor refused {path} with HTTP {answer.status}")
        return json.loads(said)["data"]
