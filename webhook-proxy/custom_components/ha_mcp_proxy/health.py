"""Whether the server is there, and who is told when it is not."""

import logging
import time
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from . import issues
from .target import Target

_LOGGER = logging.getLogger(__name__)
_PATIENCE: Final = ClientTimeout(total=5)
_ONLY_A_RESTART: Final = 90.0  # seconds: an app that is updated is away for less
_QUIET: Final = 60.0  # seconds between two lines in Core's log
# A proxy in front of a server elsewhere answers with these when the server is away.
_AWAY: Final = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}


class Health:
    """What is known about the server, from requests and from looking every minute."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], session: ClientSession, target: Target
    ) -> None:
        """Take the server; nothing is known about it yet."""
        self._hass = hass
        self._entry = entry
        self._session = session
        self._target = target
        self._reason: str | None = None
        self._since: float | None = None
        self._told = False
        self._last_line = -_QUIET

    @callback
    def reached(self) -> None:
        """Note that the server answered."""
        self._reason = self._since = None
        if self._told:
            self._told = False
            issues.server_is_back(self._hass, self._entry)
            self._say(logging.INFO, "The MCP server answers again")

    @callback
    def missed(self, reason: str) -> None:
        """Note that it did not, and tell the owner when that lasts."""
        now = time.monotonic()
        self._reason = reason
        if self._since is None:
            self._since = now
        if not self._told and now - self._since >= _ONLY_A_RESTART:
            self._told = True
            issues.server_is_away(self._hass, self._entry, reason)
            self._say(logging.WARNING, f"The MCP server cannot be reached: {reason}")

    @callback
    def stumbled(self, err: Exception) -> None:
        """Note a mistake of our own."""
        self._say(logging.ERROR, f"The relay failed with {type(err).__name__}")

    async def look(self, _: datetime | None = None) -> None:
        """Ask the server whether it serves."""
        try:
            async with self._session.get(
                self._target.health_url, timeout=_PATIENCE, allow_redirects=False
            ) as answer:
                away = answer.status in _AWAY
        except (ClientError, TimeoutError):
            away = True
        if away:
            self.missed("it does not answer; is the app started?")
        else:
            self.reached()

    async def reason(self) -> str | None:
        """Look now, and return why the server cannot be reached, or nothing."""
        await self.look()
        return self._reason

    def facts(self) -> dict[str, Any]:
        """Return what may be shown."""
        away = None if self._since is None else round(time.monotonic() - self._since)
        return {"reachable": self._since is None, "reason": self._reason, "seconds_away": away}

    def _say(self, level: int, sentence: str) -> None:
        """Write into Core's log, which is shared by many, seldom."""
        now = time.monotonic()
        if now - self._last_line >= _QUIET:
            self._last_line = now
            _LOGGER.log(level, sentence)
